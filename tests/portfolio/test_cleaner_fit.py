from __future__ import annotations

import json
import logging
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from loan_default.errors import InputError
from loan_default.portfolio.cleaner import ApplicationCleaner, Bounds
from loan_default.portfolio.cleaner_fit import fit_cleaner
from loan_default.portfolio.description import Portfolio
from loan_default.portfolio.intake import take_in
from loan_default.portfolio.resolve import Resolved
from loan_default.portfolio.settings import CleaningSettings
from loan_default.portfolio.split import split
from loan_default.portfolio.twins import group_twins

Describe = Callable[..., Portfolio]
Settings = Callable[..., CleaningSettings]


def _fit(train: pd.DataFrame, portfolio: Portfolio, settings: CleaningSettings) -> ApplicationCleaner:
    resolved = Resolved(portfolio, {name: name.upper() for name in portfolio.columns}, (), {}, ())
    return fit_cleaner(train, resolved, ("rate",), ("job",), settings, seed=0)


@pytest.fixture
def train() -> pd.DataFrame:
    """Made-up typed train rows; values chosen so that what is learnt can be worked out by hand."""
    return pd.DataFrame(
        {
            "amount": [1.0, 2.0, 3.0, 4.0, 100.0],
            "rate": [1.0, 2.0, np.nan, 6.0, np.nan],
            "job": pd.Series(["b", "a", None, "a", "c"], dtype="str"),
            "applied": pd.to_datetime(["2015-01-01"] * 4 + [None]),
            "owner": [1.0, 0.0, 1.0, np.nan, 1.0],
            "grade": pd.Series(["low", "high", None, "high", "high"], dtype="str"),
        }
    )


@pytest.fixture(scope="session")
def portfolio(describe: Describe) -> Portfolio:
    return describe(
        columns__owner={"kind": "boolean"}, columns__grade={"kind": "ordinal", "order": ["low", "high"]}
    )


def test_what_fills_a_missing_value(train: pd.DataFrame, portfolio: Portfolio, cleaning: Settings) -> None:
    none = {"outliers__method": "none"}
    median = _fit(train, portfolio, cleaning(**none))
    assert median.fills == {"amount": 3.0, "rate": 2.0, "job": "unknown", "owner": 1.0, "grade": "high"}
    # A label of its own needs no flag; columns without a missing value get none.
    assert median.flagged == ("rate", "owner", "grade")
    mean = _fit(train, portfolio, cleaning(missing__numeric="mean", missing__categorical="mode", **none))
    assert mean.fills == {"amount": 22.0, "rate": 3.0, "job": "a", "owner": 1.0, "grade": "high"}
    assert mean.flagged == ("rate", "job", "owner", "grade")
    assert _fit(train, portfolio, cleaning(missing__flags=False, **none)).flagged == ()
    assert median.bounds == {}
    assert median.fractions == ("rate",)
    assert median.leaks == ("job",)
    assert median.header["amount"] == "AMOUNT"


def test_a_column_has_its_own_rule(train: pd.DataFrame, describe: Describe, cleaning: Settings) -> None:
    rule = {"method": "zscore", "factor": 1, "action": "flag"}
    portfolio = describe(
        columns__amount={"kind": "amount", "missing": "mean", "outliers": rule},
        columns__rate={"kind": "percent", "outliers": {"method": "none"}},
        columns__job={"kind": "category", "missing": "mode"},
    )
    cleaner = _fit(train, portfolio, cleaning())
    assert cleaner.fills == {"amount": 22.0, "rate": 2.0, "job": "a"}
    assert list(cleaner.bounds) == ["amount"]
    deviation = float(np.std([1, 2, 3, 4, 100]))
    assert cleaner.bounds["amount"] == Bounds(
        pytest.approx(22 - deviation), pytest.approx(22 + deviation), "flag"
    )


def test_fences(train: pd.DataFrame, portfolio: Portfolio, cleaning: Settings) -> None:
    # By hand: quartiles 2 and 4, so three widths beyond are -4 and 10; the mean is that of 1, 2, 3, 4, 10.
    cleaner = _fit(train, portfolio, cleaning(missing__numeric="mean"))
    assert cleaner.bounds["amount"] == Bounds(-4.0, 10.0, "cap")
    assert cleaner.fills["amount"] == 4.0
    # What is left out of train teaches nothing.
    dropping = _fit(train, portfolio, cleaning(missing__numeric="mean", outliers__action="drop"))
    assert dropping.fills["amount"] == 2.5
    assert dropping.dropped_from_train(train).tolist() == [False] * 4 + [True]


def test_fences_of_a_column_that_hardly_varies(
    train: pd.DataFrame, portfolio: Portfolio, cleaning: Settings
) -> None:
    same = train.assign(amount=[0.0, 0.0, 0.0, 0.0, 9.0])
    assert "amount" not in _fit(same, portfolio, cleaning()).bounds
    constant = train.assign(amount=5.0)
    assert "amount" not in _fit(constant, portfolio, cleaning(outliers__method="zscore")).bounds


def test_only_train_teaches(
    describe: Describe, book: Callable[..., pd.DataFrame], cleaning: Settings
) -> None:
    intake = take_in(book(400), describe(), 0)
    dealt = split(group_twins(intake.applications), cleaning().split, None, 0)
    other = dealt.copy()
    elsewhere = other["part"] != "train"
    other.loc[elsewhere, ["amount", "rate"]] = 1e9
    other.loc[elsewhere, "job"] = "astronaut"
    for method in ("fences", "isolation_forest"):
        settings = cleaning(outliers__method=method, outliers__action="flag")
        first, second = (
            fit_cleaner(frame[frame["part"] == "train"], intake.resolved, (), (), settings, 0)
            for frame in (dealt, other)
        )
        assert json.dumps(first.to_dict()) == json.dumps(second.to_dict())


def test_a_required_column_without_a_value_in_train_is_refused(
    train: pd.DataFrame, portfolio: Portfolio, cleaning: Settings
) -> None:
    for column, empty in (("amount", np.nan), ("grade", None)):
        with pytest.raises(
            InputError, match=rf"Required column {column} has no value in the train part \(5 rows"
        ):
            _fit(
                train.assign(**{column: pd.Series([empty] * 5, dtype=train[column].dtype)}),
                portfolio,
                cleaning(),
            )


def test_an_optional_column_without_a_value_in_train_is_left_out(
    train: pd.DataFrame, portfolio: Portfolio, cleaning: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        cleaner = _fit(train.assign(rate=np.nan), portfolio, cleaning())
    assert caplog.messages == ["Columns without a value in the train part, so not used: rate."]
    assert "rate" not in cleaner.fills
    assert "rate" not in cleaner.portfolio.columns
    assert cleaner.portfolio.derived == {}
    json.dumps(cleaner.to_dict(), allow_nan=False)


def test_an_isolation_forest_needs_numbers(
    train: pd.DataFrame, describe: Describe, cleaning: Settings
) -> None:
    words = describe(columns={"job": {"kind": "category"}}, derived={})
    with pytest.raises(InputError, match=r"isolation_forest needs a numeric column.*Set it to none"):
        _fit(train, words, cleaning(outliers__method="isolation_forest", outliers__action="flag"))


def test_an_isolation_forest_cannot_cap(cleaning: Settings) -> None:
    with pytest.raises(ValueError, match="action must be flag or drop, not cap"):
        cleaning(outliers__method="isolation_forest", outliers__action="cap")


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("outliers__method", "boxplot", "'fences'"),
        ("outliers__factor", 0, "greater than 0"),
        ("outliers__contamination", 0.6, "less than or equal to 0.5"),
        ("missing__numeric", "mode", "'median'"),
        ("leaks__max_roc_auc", 0.4, "greater than 0.5"),
        ("max_rejected_share", 2, "less than or equal to 1"),
        ("repeat", "drop", "Extra inputs"),
    ],
)
def test_settings_say_what_is_allowed(cleaning: Settings, key: str, value: Any, said: str) -> None:
    with pytest.raises(ValueError, match=said) as error:
        cleaning(**{key: value})
    assert key.replace("__", ".") in str(error.value)
