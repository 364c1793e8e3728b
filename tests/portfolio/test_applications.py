from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from loan_default.portfolio.applications import fraction_columns, known_columns, type_columns
from loan_default.portfolio.description import Portfolio
from loan_default.portfolio.resolve import resolve_columns

Describe = Callable[..., Portfolio]
Table = Callable[..., pd.DataFrame]


def test_post_outcome_and_ignored_columns_are_not_known(describe: Describe) -> None:
    portfolio = describe(
        columns__after={"kind": "amount"},
        columns__other={"kind": "ignored"},
        post_outcome=["after", "elsewhere"],
    )
    assert known_columns(portfolio) == ["amount", "rate", "job", "applied"]


def test_a_row_has_every_reason_against_it(describe: Describe, table: Table) -> None:
    raw = table(
        amount=["10", "ten", "0", "30", ""],
        rate=["5%", "x", "6", "7", "8"],
        job=["a"] * 5,
        applied=["2015-01", "2015-01", "2015-01", "never", ""],
        outcome=["bad"] * 5,
    )
    typed, reasons = type_columns(raw, resolve_columns(raw, describe()), ())
    assert reasons.isna().tolist() == [True, False, False, False, True]
    assert reasons.loc[2] == "amount: 'ten' is not a number; rate: 'x' is not a number"
    assert reasons.loc[3] == "amount: '0' is below the plausible minimum 1"
    assert reasons.loc[4] == "applied: 'never' is not a date"
    assert typed.columns.tolist() == ["amount", "rate", "job", "applied"]
    assert typed.loc[1].tolist() == [10.0, 5.0, "a", pd.Timestamp(2015, 1, 1)]
    assert typed.index.equals(raw.index)
    assert typed.dtypes.astype(str).tolist() == ["float64", "float64", "str", "datetime64[s]"]


def test_fractions_become_percentages(describe: Describe, table: Table) -> None:
    raw = table(amount=[10, 20], rate=[0.125, 0.2], job="ab", applied=["", "2015"], outcome=["bad", "good"])
    resolved = resolve_columns(raw, describe(columns__applied={"kind": "ignored"}))
    assert fraction_columns(raw, resolved) == ("rate",)
    typed, _ = type_columns(raw, resolved, ("rate",))
    assert typed["rate"].tolist() == [12.5, 20.0]


def test_decimal_comma_of_the_file_holds_for_every_column(describe: Describe, table: Table) -> None:
    raw = table(
        amount=["1.234,50", "20"],
        rate=["0,125", "0,2"],
        job="ab",
        applied=["2015-01"] * 2,
        outcome=["bad", "good"],
    )
    resolved = resolve_columns(raw, describe(file__decimal=","))
    assert fraction_columns(raw, resolved) == ("rate",)
    typed, reasons = type_columns(raw, resolved, ("rate",))
    assert reasons.isna().all()
    assert typed["amount"].tolist() == [1234.5, 20.0]
    assert typed["rate"].tolist() == [12.5, 20.0]


def test_many_columns_are_typed(describe: Describe, table: Table) -> None:
    columns = {f"c{number}": {"kind": "number"} for number in range(1000)}
    raw = table(**{name: ["1", "2"] for name in columns}, outcome=["bad", "good"])
    resolved = resolve_columns(raw, describe(columns=columns, derived={}))
    typed, reasons = type_columns(raw, resolved, ())
    assert typed.shape == (2, 1000)
    assert reasons.isna().all()
