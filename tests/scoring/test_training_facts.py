"""What the manifest says of the train rows."""

from __future__ import annotations

import pandas as pd
import pytest

from loan_default.portfolio.description import Portfolio
from loan_default.scoring.fields import Field
from loan_default.scoring.training_facts import TrainingFacts

from .conftest import DESCRIPTION, Fitted, fit, make_up


@pytest.fixture(scope="module")
def facts(fitted: Fitted) -> TrainingFacts:
    return fitted.facts


@pytest.fixture(scope="module")
def fields(facts: TrainingFacts) -> dict[str, Field]:
    return {field.name: field for field in facts.fields}


@pytest.fixture(scope="module")
def train(fitted: Fitted) -> pd.DataFrame:
    """The train rows of the file, as text."""
    ids = fitted.clean.loc[fitted.clean["part"] == "train", "row_id"]
    return fitted.raw[fitted.raw["id"].isin(ids)]


def test_counts_are_those_of_train(facts: TrainingFacts, train: pd.DataFrame) -> None:
    assert facts.training.rows == len(train)
    assert facts.training.events == (train["status"] == "bad").sum()
    assert facts.training.default_rate == pytest.approx((train["status"] == "bad").mean())
    assert (facts.training.first_date, facts.training.last_date) == (
        train["applied"].min(),
        train["applied"].max(),
    )


def test_ranges_are_those_of_the_file_not_of_capped_values(
    fields: dict[str, Field], train: pd.DataFrame, fitted: Fitted
) -> None:
    income = pd.to_numeric(train["income"])
    assert fields["income"].training_low == income.min()
    assert fields["income"].training_high == income.max() > fitted.cleaner.bounds["income"].high
    assert fields["income"].typical == round(income.median())
    assert fields["rate"].typical == train["RATE"].str.removesuffix(" %").astype(float).median()
    assert (fields["amount"].minimum, fields["amount"].maximum) == (1, 1e6)


def test_numbers_that_are_always_whole_are_known(fields: dict[str, Field]) -> None:
    assert {name for name, field in fields.items() if field.whole} == {"amount", "months", "income", "debts"}


def test_kinds_labels_and_units(fields: dict[str, Field]) -> None:
    assert {name: field.kind for name, field in fields.items() if field.kind != "number"} == {
        "grade": "label",
        "purpose": "label",
        "housing": "label",
        "city": "label",
        "job_title": "label",
        "owner": "boolean",
        "applied": "date",
        "first_credit": "date",
        "note": "text",
    }
    assert fields["grade"].labels == ("A", "B", "C")
    assert fields["grade"].ordered
    assert fields["purpose"].labels == ("boat_trip", "car", "house")
    assert fields["purpose"].typical == "car"
    assert (fields["income"].unit, fields["income"].header, fields["amount"].header) == (
        "EUR",
        "income",
        "Sum",
    )


def test_required_is_what_train_never_lacks(fields: dict[str, Field]) -> None:
    optional = {name for name, field in fields.items() if not field.required}
    assert optional == {"income", "debts", "grade", "owner", "first_credit", "note", "housing"}


def test_labels_that_keep_growing_are_open_and_not_listed(fields: dict[str, Field]) -> None:
    assert {name for name, field in fields.items() if field.open} == {"job_title"}
    assert fields["job_title"].labels == ()


def test_only_fields_that_the_model_reads_are_described() -> None:
    without = {key: value for key, value in DESCRIPTION.items() if key != "derived"}
    fitted = fit(make_up(300, 2), Portfolio.model_validate(without | {"protected": ["city"]}))
    assert {field.name for field in fitted.facts.fields}.isdisjoint({"note", "applied", "first_credit"})


def test_rows_without_a_name_of_their_own_are_known_by_number() -> None:
    raw = make_up(300, 2)
    fitted = fit(raw, Portfolio.model_validate(DESCRIPTION | {"row_id": None}))
    assert fitted.facts.training.rows == (fitted.clean["part"] == "train").sum()
    rows = raw.loc[fitted.clean.loc[fitted.clean["part"] == "train", "row_id"]]
    (income,) = (field for field in fitted.facts.fields if field.name == "income")
    assert income.training_high == pd.to_numeric(rows["income"]).max()
