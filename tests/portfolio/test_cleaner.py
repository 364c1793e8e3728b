from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from loan_default.errors import InputError
from loan_default.portfolio.applications import known_columns
from loan_default.portfolio.cleaner import ApplicationCleaner, Bounds
from loan_default.portfolio.cleaner_fit import fit_cleaner
from loan_default.portfolio.description import Portfolio
from loan_default.portfolio.intake import take_in
from loan_default.portfolio.settings import CleaningSettings

Describe = Callable[..., Portfolio]


def _cleaner(describe: Describe, **parts: object) -> ApplicationCleaner:
    settings = {
        "portfolio": describe(),
        "header": {},
        "fractions": (),
        "leaks": (),
        "fills": {"amount": 3.0, "rate": 2.0, "job": "unknown"},
        "flagged": ("rate",),
    }
    return ApplicationCleaner(**{**settings, **parts})  # type: ignore[arg-type]


@pytest.fixture
def typed() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "row_id": ["a", "b", "c"],
            "part": ["train", "test", "test"],
            "amount": [1.0, np.nan, 50.0],
            "rate": [np.nan, 7.0, 8.0],
            "job": pd.Series(["clerk", None, "nurse"], dtype="str"),
            "applied": pd.to_datetime(["2015-01-01", None, "2015-03-01"]),
        }
    )


def test_missing_values_are_filled_and_flagged(describe: Describe, typed: pd.DataFrame) -> None:
    before = typed.copy(deep=True)
    clean = _cleaner(describe).apply(typed)
    assert clean["amount"].tolist() == [1.0, 3.0, 50.0]
    assert clean["rate"].tolist() == [2.0, 7.0, 8.0]
    assert clean["rate_missing"].tolist() == [1.0, 0.0, 0.0]
    assert clean["job"].tolist() == ["clerk", "unknown", "nurse"]
    assert clean["applied"].isna().tolist() == [False, True, False]
    assert clean.columns.tolist() == [*typed.columns, "rate_missing"]
    pd.testing.assert_frame_equal(typed, before)


def test_outliers_are_capped_flagged_or_named(describe: Describe, typed: pd.DataFrame) -> None:
    def with_action(action: str) -> ApplicationCleaner:
        return _cleaner(describe, bounds={"amount": Bounds(2.0, 40.0, action)})

    assert with_action("cap").apply(typed)["amount"].tolist() == [2.0, 3.0, 40.0]
    flagged = with_action("flag").apply(typed)
    assert flagged["amount"].tolist() == [1.0, 3.0, 50.0]
    # A missing value is no outlier.
    assert flagged["amount_outlier"].tolist() == [1.0, 0.0, 1.0]
    assert with_action("drop").apply(typed)["amount"].tolist() == [1.0, 3.0, 50.0]
    assert with_action("drop").dropped_from_train(typed).tolist() == [True, False, True]
    assert not with_action("cap").dropped_from_train(typed).any()
    assert Bounds(1.0, 50.0, "cap").outside(typed["amount"]).tolist() == [False, False, False]


def test_an_absent_column_is_missing_in_every_row(describe: Describe, typed: pd.DataFrame) -> None:
    clean = _cleaner(describe).apply(typed[["row_id", "amount"]])
    whole = _cleaner(describe).apply(typed)
    assert clean["rate"].tolist() == [2.0] * 3
    assert clean["rate_missing"].tolist() == [1.0] * 3
    assert clean["job"].tolist() == ["unknown"] * 3
    assert clean["applied"].isna().all()
    assert clean.dtypes["job"] == whole.dtypes["job"]
    assert str(clean.dtypes["applied"]) == "datetime64[s]"


def test_one_row_is_cleaned_like_many(describe: Describe, typed: pd.DataFrame) -> None:
    cleaner = _cleaner(describe, bounds={"amount": Bounds(2.0, 40.0, "cap")})
    rows = [cleaner.apply(typed.iloc[[position]]) for position in range(3)]
    pd.testing.assert_frame_equal(pd.concat(rows), cleaner.apply(typed))


def test_a_newer_format_is_refused(describe: Describe) -> None:
    data = _cleaner(describe).to_dict()
    with pytest.raises(InputError, match="has format 99, this version reads up to 1"):
        ApplicationCleaner.from_dict({**data, "format": 99})


LAYOUTS = [
    ("consumer_credit", "data/01_raw/consumer_credit/credit_data_4454x15.csv", False),
    ("lending_club", "data/01_raw/lending_club/extract_2007_2014_227214x16.csv.gz", False),
    ("lending_club", "lending_club/lending_club_loan_two_first_2066.csv", True),
    ("lending_club", "lending_club/LoanStats_2007_2011_42535x146.csv.gz", True),
    ("customer_behavior", "customer_behavior/Training_Data_exact_random_20pct_50400.csv.gz", True),
]


@pytest.mark.parametrize(("name", "file", "is_shared"), LAYOUTS)
def test_the_cleaner_of_every_layout_survives_json_and_fills_everything(
    shipped: Describe,
    read: Callable[..., pd.DataFrame],
    shared_file: Callable[[str], Path],
    cleaning: Callable[..., CleaningSettings],
    name: str,
    file: str,
    is_shared: bool,
) -> None:
    portfolio = shipped(name)
    raw = read(shared_file(file) if is_shared else file, portfolio).iloc[::10]
    intake = take_in(raw, portfolio, 0)
    assert len(intake.applications) == len(raw)
    cleaner = fit_cleaner(intake.applications, intake.resolved, intake.fractions, (), cleaning(), seed=0)
    data = json.loads(json.dumps(cleaner.to_dict(), allow_nan=False))
    again = ApplicationCleaner.from_dict(data)
    assert again.to_dict() == cleaner.to_dict()
    assert again.portfolio == cleaner.portfolio
    clean = cleaner.apply(intake.applications)
    pd.testing.assert_frame_equal(again.apply(intake.applications), clean)
    filled = [
        column
        for column in known_columns(cleaner.portfolio)
        if cleaner.portfolio.columns[column].kind not in ("date", "text")
    ]
    assert list(cleaner.fills) == filled
    assert not clean[filled].isna().any(axis=None)
    assert clean.columns.is_unique


def test_what_scoring_imports_brings_no_training_library() -> None:
    modules = ("cleaner", "applications", "resolve", "description", "isolation", "parsing")
    imports = "; ".join(f"import loan_default.portfolio.{module}" for module in modules)
    heavy = ("sklearn", "scipy", "matplotlib", "mlflow", "kedro", "tensorflow")
    check = f"import sys; {imports}; print([name for name in {heavy!r} if name in sys.modules])"
    found = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
