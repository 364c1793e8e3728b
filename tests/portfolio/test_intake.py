from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from loan_default.errors import InputError
from loan_default.portfolio.description import LenderFile, Portfolio
from loan_default.portfolio.intake import rejects_by_reason, take_in
from loan_default.portfolio.reading import MALFORMED, read_text_table

Describe = Callable[..., Portfolio]
Table = Callable[..., pd.DataFrame]

HEADER = "amount,rate,job,applied,outcome"


def _read(folder: Path, *lines: str, header: str = HEADER) -> pd.DataFrame:
    path = folder / "made_up.csv"
    path.write_text("\n".join([header, *lines]), encoding="utf-8")
    return read_text_table(path, LenderFile(path=str(path)))


def test_every_row_goes_somewhere(describe: Describe, tmp_path: Path) -> None:
    raw = _read(
        tmp_path,
        "10,5,a,2015-01-01,bad",
        "20,6,b,2015-01-02,good",
        "x,6,b,2015-01-02,good",
        "30,6,b,2015-01-02,running",
        "y,6,b,never,running",
        "40,6,b",
        "50,6,b,2015-01-03,",
    )
    intake = take_in(raw, describe(), max_rejected_share=1)
    assert intake.applications["default"].to_dict() == {1: 1, 2: 0}
    assert intake.applications["row_id"].tolist() == [1, 2]
    assert intake.applications["default"].dtype == "int8"
    assert intake.applications.columns.tolist() == ["row_id", "default", "amount", "rate", "job", "applied"]
    # A loan still running is set aside whatever else is wrong with it.
    assert intake.unresolved == {"running": 2}
    rejected = intake.rejected
    assert rejected["row_number"].tolist() == [3, 6, 7]
    assert rejected["reason"].tolist() == [
        "amount: 'x' is not a number",
        "not 5 fields, as the header has",
        "outcome: no outcome",
    ]
    assert rejected[MALFORMED].tolist() == ["", "40,6,b", ""]
    assert rejected.columns.tolist() == ["row_number", "reason", *HEADER.split(","), MALFORMED]
    assert intake.resolved.undescribed == ()
    assert rejects_by_reason(rejected) == {"amount": 1, "not 5 fields, as the header has": 1, "outcome": 1}


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(
        st.tuples(
            st.sampled_from(["10", "x", "", "0", "1e9", "inf", "$5"]),
            st.sampled_from(["2015-01-01", "never", ""]),
            st.sampled_from(["good", "bad", "running", "", "NA", " GOOD "]),
            st.sampled_from(["", ",too,many", "short"]),
        ),
        max_size=30,
    )
)
def test_counts_add_up_to_the_rows_of_the_file(
    describe: Describe, tmp_path: Path, rows: list[tuple[str, str, str, str]]
) -> None:
    lines = [
        "1,2" if extra == "short" else f"{amount},5,a,{applied},{outcome}{extra}"
        for amount, applied, outcome, extra in rows
    ]
    raw = _read(tmp_path, "10,5,a,2015-01-01,bad", "10,5,a,2015-01-01,good", *lines)
    intake = take_in(raw, describe(), max_rejected_share=1)
    unresolved = sum(intake.unresolved.values())
    assert len(intake.applications) + len(intake.rejected) + unresolved == len(rows) + 2
    numbers = [*intake.applications.index, *intake.rejected["row_number"]]
    assert len(set(numbers)) == len(numbers)
    assert intake.rejected["reason"].str.len().gt(0).all()
    usable = intake.applications
    assert (usable["amount"].isna() | usable["amount"].between(1, 100000)).all()


def test_spellings_of_the_outcome(
    describe: Describe, table: Table, book: Callable[..., pd.DataFrame]
) -> None:
    raw = book(6).assign(outcome=["1", "1.0", " 1 ", "0", "0.00", "0"])
    portfolio = describe(outcome__default=[1], outcome__paid=["0"])
    assert take_in(raw, portfolio, 0).applications["default"].tolist() == [1, 1, 1, 0, 0, 0]


def test_row_ids_of_the_file(describe: Describe, book: Callable[..., pd.DataFrame]) -> None:
    raw = book(20).assign(Id=[f"loan {number}" for number in range(20)])
    intake = take_in(raw, describe(row_id="id"), 0)
    assert intake.applications["row_id"].tolist() == raw["Id"].tolist()


def test_columns_called_reason_and_row_number(describe: Describe, book: Callable[..., pd.DataFrame]) -> None:
    raw = book(20).assign(reason="to buy a car", row_number="7")
    raw.loc[3, "amount"] = "x"
    rejected = take_in(raw, describe(), 1).rejected
    assert rejected["row_number"].tolist() == [3]
    assert rejected["reason"].tolist() == ["amount: 'x' is not a number"]
    assert rejected["reason_in_file"].tolist() == ["to buy a car"]
    assert rejected["row_number_in_file"].tolist() == ["7"]


@pytest.mark.parametrize(
    ("outcomes", "said"),
    [
        (
            ["good", "bad", "late", "late", "Lost"],
            r"Outcome column 'outcome' has values that are not described: 'late' \(2 rows\), "
            r"'Lost' \(1 rows\)\. List each under portfolio\.outcome\.default",
        ),
        (["good"] * 5, r"every one of the 5 loans is paid in outcome column 'outcome'.*needs both"),
        (["bad"] * 5, r"every one of the 5 loans is default"),
        (["running"] * 5, r"no loan is left to learn from\. 5 are still running"),
        ([""] * 5, r"5 of 5 rows \(100\.0%\) cannot be used.*outcome \(5, row 1: no outcome\)"),
        (["running", "running", "", "good", "bad"], r"1 of 3 rows \(33\.3%\)"),
    ],
)
def test_outcomes_that_cannot_be_learnt_from(
    describe: Describe, book: Callable[..., pd.DataFrame], outcomes: list[str], said: str
) -> None:
    with pytest.raises(InputError, match=said):
        take_in(book(5).assign(outcome=outcomes), describe(), max_rejected_share=0.2)


def test_many_unknown_outcomes_are_counted(describe: Describe, book: Callable[..., pd.DataFrame]) -> None:
    with pytest.raises(InputError, match="and 15 more"):
        take_in(book(20).assign(outcome=[f"v{number}" for number in range(20)]), describe(), 1)


def test_too_many_rejects_stop_the_run(describe: Describe, book: Callable[..., pd.DataFrame]) -> None:
    raw = book(100, seed=1)
    raw.loc[[2, 5, 9], "amount"] = "x"
    raw.loc[[7, 9], "applied"] = "never"
    assert len(take_in(raw, describe(), max_rejected_share=0.04).rejected) == 4
    with pytest.raises(InputError) as error:
        take_in(raw, describe(), max_rejected_share=0.03)
    assert str(error.value) == (
        "made_up.csv: 4 of 100 rows (4.0%) cannot be used; at most 3.0% may be rejected "
        "(cleaning.max_rejected_share). By column: amount (3, row 2: 'x' is not a number), applied (2, "
        "row 7: 'never' is not a date). Mend the file or the columns' "
        "descriptions (numbers: portfolio.file.decimal, unit, minimum, maximum, spellings; dates: day_first, "
        "minimum, maximum). Codes for missing go under portfolio.missing_values."
    )


def test_every_column_at_fault_is_named_at_once(describe: Describe, tmp_path: Path) -> None:
    rows = ["-999,5;5,a,31.12.2015,bad"] * 3
    raw = _read(tmp_path, *rows, "10,5,a", "9,5,a,2015-01-01,", "9,x,a,x,good")
    with pytest.raises(InputError) as error:
        take_in(raw, describe(), max_rejected_share=0.5)
    assert (
        "By column: rate (4, row 1: '5;5' is not a number), applied (4, row 1: '31.12.2015' is not a date "
        "with the month first (see day_first)), amount (3, row 1: '-999' is below the plausible minimum 1), "
        "outcome (1, row 5: no outcome), fields (1, row 4: not 5 fields, as the header has). "
    ) in str(error.value)


def test_all_rejected(describe: Describe, book: Callable[..., pd.DataFrame]) -> None:
    with pytest.raises(InputError, match=r"made_up\.csv: no loan is left to learn from"):
        take_in(book(5).assign(amount="x"), describe(), max_rejected_share=1)


def test_the_given_table_is_not_changed(describe: Describe, book: Callable[..., pd.DataFrame]) -> None:
    raw = book(20)
    before = raw.copy(deep=True)
    take_in(raw, describe(), 1)
    pd.testing.assert_frame_equal(raw, before)
