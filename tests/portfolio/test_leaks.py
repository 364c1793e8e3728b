from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from loan_default.errors import InputError
from loan_default.portfolio.description import Portfolio
from loan_default.portfolio.intake import Intake, take_in
from loan_default.portfolio.leaks import find_leaks, leaking_features
from loan_default.portfolio.reading import MALFORMED
from loan_default.portfolio.settings import CleaningSettings
from loan_default.portfolio.twins import group_twins

Describe = Callable[..., Portfolio]
Settings = Callable[..., CleaningSettings]


def _find(intake: Intake, cleaning: CleaningSettings, rows: Any = slice(None)) -> pd.DataFrame:
    train = group_twins(intake.applications.loc[rows])
    return find_leaks(intake.raw, train, intake.resolved, cleaning.leaks, seed=0).set_index("name")


@pytest.fixture
def leaky(describe: Describe, book: Callable[..., pd.DataFrame]) -> Intake:
    """A made-up book whose outcome stands in a feature, in post-outcome columns and in one not described."""
    raw = book(400)
    told = raw["outcome"].map({"bad": "x", "good": "y"})
    raw = raw.assign(**{"The Job": told, "Recoveries": told, "stray": told, MALFORMED: ""})
    return take_in(
        raw.drop(columns="job"),
        describe(columns__job={"kind": "category", "aliases": ["the job"]}, post_outcome=["recoveries"]),
        0,
    )


def test_columns_have_their_names_and_roles(leaky: Intake, cleaning: Settings) -> None:
    findings = _find(leaky, cleaning())
    assert findings["leak"].to_dict() == {
        "job": True, "Recoveries": True, "stray": True, "amount": False, "rate": False, "applied": False,
    }  # fmt: skip
    assert findings["role"].to_dict() == {
        "job": "feature", "Recoveries": "post-outcome", "stray": "not described", "amount": "feature",
        "rate": "feature", "applied": "feature",
    }  # fmt: skip
    assert findings.loc["job", "column"] == "The Job"


def test_what_becomes_of_a_leak(leaky: Intake, cleaning: Settings) -> None:
    findings = _find(leaky, cleaning()).reset_index()
    assert leaking_features(findings, cleaning(leaks__action="drop").leaks) == ("job",)
    assert leaking_features(findings, cleaning(leaks__action="report").leaks) == ()
    with pytest.raises(InputError) as error:
        leaking_features(findings, cleaning(leaks__action="refuse").leaks)
    message = str(error.value)
    assert message.startswith("The leak scan refuses 1 column(s). job: its values alone reach ROC AUC 1.000")
    for way_out in ("portfolio.post_outcome", "cleaning.leaks.allow", "cleaning.leaks.action to drop"):
        assert way_out in message
    assert "stray" not in message


def test_a_column_is_allowed_by_its_name_in_the_description(leaky: Intake, cleaning: Settings) -> None:
    allowed = cleaning(leaks__action="refuse", leaks__allow={"job": "decided before the loan"})
    assert leaking_features(_find(leaky, allowed).reset_index(), allowed.leaks) == ()


def test_only_train_rows_matter(
    describe: Describe, book: Callable[..., pd.DataFrame], cleaning: Settings
) -> None:
    raw = book(900)
    others = raw.assign(job=np.where(raw["outcome"] == "bad", "x", "y"))
    mixed = pd.concat([raw.loc[:600], others.loc[601:]])
    train = slice(1, 600)
    expected = _find(take_in(raw, describe(), 0), cleaning(), train)
    pd.testing.assert_frame_equal(_find(take_in(mixed, describe(), 0), cleaning(), train), expected)
    assert _find(take_in(mixed, describe(), 0), cleaning(), slice(601, 900)).loc["job", "leak"]


def test_the_zip_code_of_the_teaching_file(
    shipped: Describe,
    read: Callable[..., pd.DataFrame],
    shared_file: Callable[[str], Path],
    cleaning: Settings,
) -> None:
    portfolio = shipped("lending_club")
    raw = read(shared_file("lending_club/lending_club_loan_two_first_2066.csv"), portfolio)
    findings = _find(take_in(raw, portfolio, 0), cleaning())
    assert set(findings.index[findings["leak"]]) == {"zip_code", "address"}
    assert findings.loc["zip_code", "role"] == "feature"
    zip_code = str(findings.loc["zip_code", "reason"])
    assert any(code in zip_code for code in ("11650", "86630", "93700"))
    assert "zip_code" in leaking_features(findings.reset_index(), cleaning().leaks)


def test_the_zip_code_of_the_teaching_file_is_found_without_being_named(
    shipped: Describe,
    read: Callable[..., pd.DataFrame],
    shared_file: Callable[[str], Path],
    cleaning: Settings,
) -> None:
    described = shipped("lending_club")
    unnamed = {
        "columns": {
            n: c for n, c in described.columns.items() if n not in ("address", "zip_code", "addr_state")
        },
        "post_outcome": (),
        "protected": (),
    }
    portfolio = described.model_copy(update=unnamed)
    raw = read(shared_file("lending_club/lending_club_loan_two_first_2066.csv"), portfolio)
    findings = _find(take_in(raw, portfolio, 0), cleaning())
    # Not described, it is free text with the zip code as its last word.
    assert findings.index[findings["leak"]].tolist() == ["address"]
    assert findings.loc["address", "role"] == "not described"
    codes = ("11650", "86630", "93700", "00813", "05113", "29597")
    assert any(f"word {code} (" in str(findings.loc["address", "reason"]) for code in codes)


def test_the_wide_file_without_its_deny_list(
    shipped: Describe,
    read: Callable[..., pd.DataFrame],
    shared_file: Callable[[str], Path],
    cleaning: Settings,
) -> None:
    portfolio = shipped("lending_club", post_outcome=[])
    # None of these is named in what is left of the description.
    assert not {"recoveries", "total_rec_prncp", "last_credit_pull_d"} & set(portfolio.columns)
    raw = read(shared_file("lending_club/LoanStats_2007_2011_42535x146.csv.gz"), portfolio).iloc[::3]
    findings = _find(take_in(raw, portfolio, 0), cleaning())
    caught = set(findings.index[findings["leak"]])
    assert {
        "recoveries",
        "collection_recovery_fee",
        "last_pymnt_d",
        "last_credit_pull_d",
        "total_rec_prncp",
        "debt_settlement_flag",
        "settlement_amount",
        "settlement_date",
    } <= caught
    assert findings.loc["recoveries", "roc_auc"] == pytest.approx(0.994, abs=0.005)
    assert set(findings.loc[sorted(caught), "role"]) == {"not described"}
    # No application column is taken for a leak.
    assert not caught & set(portfolio.columns)


def test_total_pymnt_of_the_extract_without_its_deny_list(
    shipped: Describe, read: Callable[..., pd.DataFrame], cleaning: Settings
) -> None:
    portfolio = shipped("lending_club", post_outcome=[])
    raw = read("data/01_raw/lending_club/extract_2007_2014_227214x16.csv.gz", portfolio)
    findings = _find(take_in(raw, portfolio, 0), cleaning())
    assert findings.index[findings["leak"]].tolist() == ["total_pymnt"]
    assert findings.loc["total_pymnt", "role"] == "not described"


def test_the_consumer_book_has_no_leak(
    shipped: Describe, read: Callable[..., pd.DataFrame], cleaning: Settings
) -> None:
    portfolio = shipped("consumer_credit")
    raw = read("data/01_raw/consumer_credit/credit_data_4454x15.csv", portfolio)
    findings = _find(take_in(raw, portfolio, 0), cleaning())
    assert not findings["leak"].any()
    assert len(findings) == 13
