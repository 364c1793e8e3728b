from __future__ import annotations

import json
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import pytest

from loan_default.portfolio.cleaner_fit import fit_cleaner
from loan_default.portfolio.description import Portfolio
from loan_default.portfolio.intake import take_in
from loan_default.portfolio.leaks import find_leaks
from loan_default.portfolio.report import cleaning_report, data_tags, fingerprint
from loan_default.portfolio.settings import CleaningSettings
from loan_default.portfolio.split import split
from loan_default.portfolio.twins import find_repeats, group_twins

Book = Callable[..., pd.DataFrame]


@pytest.fixture(scope="module")
def made(
    describe: Callable[..., Portfolio], book: Book, cleaning: Callable[..., CleaningSettings]
) -> tuple[dict[str, Any], pd.DataFrame, pd.DataFrame]:
    """The report on a made-up book with something for every step; the cleaned rows; the findings."""
    raw = book(600, seed=4)
    raw.loc[1:10, "outcome"] = "running"
    raw.loc[11:15, "amount"] = "x"
    raw.loc[16, "applied"] = "never"
    raw.loc[21:23] = raw.loc[[31, 32, 33]].to_numpy()
    raw.loc[41:44, "rate"] = "99999"
    raw["after"] = raw["outcome"]
    portfolio = describe(application_date="applied", post_outcome=["after"])
    settings = cleaning(outliers__action="drop", max_rejected_share=0.5)
    intake = take_in(raw, portfolio, settings.max_rejected_share)
    repeats = find_repeats(raw, intake.applications.index, None)
    dealt = split(group_twins(intake.applications.drop(index=repeats)), settings.split, None, seed=0)
    is_train = dealt["part"] == "train"
    train = dealt[is_train]
    findings = find_leaks(raw, train, intake.resolved, settings.leaks, seed=0)
    cleaner = fit_cleaner(train, intake.resolved, intake.fractions, (), settings, seed=0)
    clean = cleaner.apply(dealt[~(cleaner.dropped_from_train(dealt) & is_train)])
    return cleaning_report(intake, dealt, clean, cleaner, findings), clean, findings


def test_counts_add_up(made: tuple[dict[str, Any], pd.DataFrame, pd.DataFrame]) -> None:
    report, clean, _ = made
    steps = report["steps"]
    taken = {step["step"]: step["rows"] for step in steps[1:]}
    assert taken == {
        "still running, set aside": 10,
        "rejected": 6,
        "exact repeats dropped": 3,
        "outliers left out of train": taken["outliers left out of train"],
    }
    assert 1 <= taken["outliers left out of train"] <= 4
    assert steps[0] == {"step": "rows in the file", "rows": 600, "left": 600}
    for before, step in pairwise(steps):
        assert step["left"] == before["left"] - step["rows"]
    assert steps[-1]["left"] == len(clean) == sum(part["rows"] for part in report["parts"].values())
    assert report["unresolved"] == {"running": 10}
    assert report["rejected_by_column"] == {"amount": 5, "applied": 1}


def test_parts_missing_outliers_and_leaks(made: tuple[dict[str, Any], pd.DataFrame, pd.DataFrame]) -> None:
    report, clean, _ = made
    for part, counts in report["parts"].items():
        rows = clean[clean["part"] == part]
        assert counts["events"] == rows["default"].sum()
        assert counts["event_rate"] == pytest.approx(rows["default"].mean())
        assert counts["from"] == str(rows["applied"].min().date())
    assert list(report["missing"]) == ["job"]
    assert report["missing"]["job"]["filled_with"] == "unknown"
    assert 0.15 < report["missing"]["job"]["share_train"] < 0.35
    assert report["outliers"]["rate"]["rows"] == 4
    assert report["outliers"]["rate"]["action"] == "drop"
    assert [leak["name"] for leak in report["leaks"]] == ["after"]
    assert report["columns_scanned"] == 5


def test_the_report_is_plain_data(made: tuple[dict[str, Any], pd.DataFrame, pd.DataFrame]) -> None:
    report, _, _ = made
    assert json.loads(json.dumps(report, allow_nan=False)) == report


def test_tags_name_the_data(made: tuple[dict[str, Any], pd.DataFrame, pd.DataFrame]) -> None:
    report, _, _ = made
    tags = data_tags(report)
    assert tags["data_fingerprint"] == report["fingerprint"]
    assert tags["rows_in_file"] == "600"
    assert tags["rows_test"] == str(report["parts"]["test"]["rows"])


def test_the_fingerprint_changes_with_anything(book: Book) -> None:
    raw = book(50)
    other_value = raw.copy()
    other_value.loc[50, "outcome"] += " "
    moved = raw.copy()
    moved.loc[1, ["amount", "rate"]] = raw.loc[1, ["rate", "amount"]].to_numpy()
    variants = [
        raw,
        other_value,
        moved,
        raw.iloc[::-1],
        raw.iloc[1:],
        raw.rename(columns={"job": "Job"}),
        raw[raw.columns[::-1]],
        raw.drop(columns="job"),
        raw.assign(extra=""),
    ]
    assert len({fingerprint(variant) for variant in variants}) == len(variants)
    assert fingerprint(raw) == fingerprint(raw.copy())
    assert len(fingerprint(raw)) == 16


def test_a_part_without_dates_has_no_span(
    describe: Callable[..., Portfolio], book: Book, cleaning: Callable[..., CleaningSettings]
) -> None:
    intake = take_in(book(60), describe(application_date="applied"), 0)
    dealt = split(group_twins(intake.applications), cleaning().split, None, seed=0)
    dealt["applied"] = dealt["applied"].mask(dealt["part"] == "test", np.datetime64("NaT"))
    train = dealt[dealt["part"] == "train"]
    cleaner = fit_cleaner(train, intake.resolved, (), (), cleaning(), seed=0)
    findings = find_leaks(intake.raw, train, intake.resolved, cleaning().leaks, seed=0)
    parts = cleaning_report(intake, dealt, cleaner.apply(dealt), cleaner, findings)["parts"]
    assert "from" in parts["train"]
    assert "from" not in parts["test"]
