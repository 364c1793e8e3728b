from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from loan_default.portfolio.description import (
    DateColumn,
    OrdinalColumn,
    Portfolio,
    outcome_key,
)

Describe = Callable[..., Portfolio]


@pytest.mark.parametrize("name", ["lending_club", "customer_behavior", "consumer_credit"])
def test_shipped_portfolios_validate_and_survive_json(shipped: Describe, name: str) -> None:
    portfolio = shipped(name)
    assert portfolio.name == name
    assert Portfolio.model_validate(json.loads(json.dumps(portfolio.model_dump(mode="json")))) == portfolio


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        # key, bad value, and what is allowed
        ({"colums": {}}, ["colums", "Extra inputs"]),
        ({"columns__amount": {"kind": "money"}}, ["columns.amount", "money", "'amount'", "'ordinal'"]),
        (
            {"columns__amount": {"kind": "amount", "minimum": 5, "maximum": 2}},
            ["columns.amount", "minimum 5 is above maximum 2"],
        ),
        ({"columns__amount": {"kind": "amount", "minimum": float("inf")}}, ["columns.amount", "finite"]),
        (
            {"columns__amount": {"kind": "duration", "unit": "weeks"}},
            ["columns.amount", "'weeks'", "days, months or years"],
        ),
        (
            {"columns__amount": {"kind": "amount", "written_as": "fraction"}},
            ["columns.amount", "written_as", "percent", "amount"],
        ),
        (
            {"columns__applied": {"kind": "date", "minimum": "2015-13-01"}},
            ["columns.applied", "'2015-13-01'", "YYYY-MM-DD"],
        ),
        ({"columns__applied": {"kind": "date", "minimum": 2015}}, ["columns.applied", "2015", "YYYY-MM-DD"]),
        (
            {"columns__applied": {"kind": "date", "minimum": "2016-01-01", "maximum": "2015-01-01"}},
            ["columns.applied", "minimum 2016-01-01 is after maximum 2015-01-01"],
        ),
        (
            {"columns__job": {"kind": "ordinal", "order": ["low", "high", "low"]}},
            ["columns.job", "order", "names low twice"],
        ),
        (
            {"columns__job": {"kind": "ordinal", "order": ["Low", "low"]}},
            ["columns.job", "low twice", "as_written"],
        ),
        (
            {"columns__job": {"kind": "category", "spellings": {"Part Time": "a", "part-time": "b"}}},
            ["columns.job", "'Part Time'", "'part-time'", "'part_time'"],
        ),
        (
            {"columns__job": {"kind": "boolean", "when_true": ["x", "Y"], "when_false": ["y"]}},
            ["columns.job", "'y'", "when_true and when_false"],
        ),
        (
            {"columns__job": {"kind": "category", "part_of": {"column": "amount", "pattern": "(a"}}},
            ["columns.job", "'(a' is not a regular expression"],
        ),
        (
            {"columns__job": {"kind": "category", "part_of": {"column": "amount", "pattern": "a(b)(c)"}}},
            ["columns.job", "2 groups", "exactly one"],
        ),
        (
            {"columns__job": {"kind": "category", "part_of": {"column": "adress", "pattern": "(a)"}}},
            ["columns.job.part_of.column names adress", "not described"],
        ),
        (
            {"columns__job": {"kind": "category", "part_of": {"column": "job", "pattern": "(a)"}}},
            ["columns.job.part_of.column names job"],
        ),
        ({"outcome__paid": ["good", " BAD "]}, ["outcome", "' BAD '", "under default and paid"]),
        ({"outcome__paid": [1, "1.0"]}, ["outcome", "'1.0'", "under paid and paid"]),
        ({"outcome__default": [True]}, ["outcome.default", "quotes"]),
        ({"outcome__default": []}, ["outcome.default", "at least 1"]),
        ({"outcome__column": "JOB"}, ["outcome.column 'JOB'", "column 'job'"]),
        ({"row_id": "Amount"}, ["row_id 'Amount'", "column 'amount'"]),
        ({"row_id": "Outcome"}, ["row_id and outcome.column", "'Outcome'"]),
        ({"lender_set": ["grade"]}, ["lender_set names grade", "not described"]),
        ({"protected": ["age", "job"]}, ["protected names age", "not described"]),
        (
            {"derived": {"share": {"kind": "ratio", "numerator": "amount", "denominator": "pay"}}},
            ["derived.share names pay"],
        ),
        (
            {"derived": {"share": {"kind": "ratio", "numerator": "amount", "denominator": "share"}}},
            ["derived.share names share"],
        ),
        (
            {"derived": {"safe": {"kind": "mapping", "column": "job", "values": {"Civil Servant": 1}}}},
            ["derived.safe.values", "'Civil Servant'", "'civil_servant'"],
        ),
        (
            {
                "columns__job": {"kind": "ordinal", "order": ["low", "high"]},
                "derived": {"top": {"kind": "is_one_of", "column": "job", "values": ["highest"]}},
            },
            ["derived.top.values", "'highest'", "columns.job.order", "low, high"],
        ),
        ({"application_date": "issued"}, ["application_date names issued"]),
        ({"application_date": "amount"}, ["application_date 'amount'", "kind date"]),
        (
            {"application_date": "applied", "post_outcome": ["applied"]},
            ["application_date 'applied'", "post_outcome"],
        ),
        ({"post_outcome": ["AMOUNT"]}, ["post_outcome names 'AMOUNT'", "'amount'"]),
        (
            {"columns__job": {"kind": "category", "aliases": ["Amount"]}},
            ["amount and job share the header name 'amount'"],
        ),
        ({"columns__default": {"kind": "boolean"}}, ["'default'", "aliases: [default]"]),
        ({"columns__amount_missing": {"kind": "boolean"}}, ["'amount_missing'", "aliases"]),
        ({"file__delimiter": '"'}, ["file", "delimiter and quote"]),
        ({"file__delimiter": "\\t"}, ["file.delimiter", "at most 1 character"]),
        ({"file__decimal": ";"}, ["file.decimal", "'.' or ','"]),
        ({"name": "My Book"}, ["name", "My Book"]),
    ],
)
def test_message_names_key_value_and_what_is_allowed(
    describe: Describe, changes: dict[str, Any], said: list[str]
) -> None:
    with pytest.raises(ValidationError) as error:
        describe(**changes)
    for words in said:
        assert words in str(error.value)


def test_a_column_cut_out_of_a_post_outcome_column_is_post_outcome_too(describe: Describe) -> None:
    changes = {
        "columns__letter": {"kind": "text"},
        "columns__ended": {"kind": "category", "part_of": {"column": "letter", "pattern": "(x)"}},
    }
    with pytest.raises(ValidationError, match=r"columns\.ended is part of 'letter'"):
        describe(**changes, post_outcome=["letter"])
    assert describe(**changes, post_outcome=["letter", "ended"]).post_outcome == ("letter", "ended")


def test_missing_values_hold_in_any_case_and_the_empty_field_always(describe: Describe) -> None:
    assert describe(missing_values=["N / A", "-1", "n / a"]).missing_values == ("", "n / a", "-1")


def test_order_is_kept_as_labels_are_after_cleaning() -> None:
    unified = OrdinalColumn.model_validate({"kind": "ordinal", "order": ["Low", "Very High"]})
    written = OrdinalColumn.model_validate({"kind": "ordinal", "order": ["Low", "low"], "as_written": True})
    assert unified.order == ("low", "very_high")
    assert written.order == ("Low", "low")


def test_dates_of_yaml_and_of_text_are_one() -> None:
    from_text = DateColumn.model_validate({"kind": "date", "minimum": "2015-01-31"})
    from_yaml = DateColumn.model_validate({"kind": "date", "minimum": date(2015, 1, 31)})
    assert from_text == from_yaml


def test_outcome_values_are_compared_without_spaces_case_and_decimals() -> None:
    assert outcome_key("1") == outcome_key("1.0") == outcome_key(" 1 ") == outcome_key("1.00")
    assert outcome_key("Charged  Off") == outcome_key("charged off")
    assert outcome_key("1.5") != outcome_key("1")
    assert outcome_key("10") != outcome_key("1")


def test_labels_and_units_for_people(describe: Describe) -> None:
    portfolio = describe(
        columns__rate={"kind": "percent", "label": "Interest rate", "unit": "%"},
        derived__rate_per_amount__label="Rate per amount",
    )
    assert portfolio.label("rate") == "Interest rate"
    assert portfolio.label("amount") == "amount"
    assert portfolio.label("rate_per_amount") == "Rate per amount"
    assert portfolio.label("not_described") == "not described"
    assert (portfolio.unit("amount"), portfolio.unit("rate"), portfolio.unit("job")) == ("EUR", "%", None)
    assert portfolio.unit("not_described") is None


COLUMNS = {
    "amount": {"kind": "amount"},
    "rate": {"kind": "percent"},
    "city": {"kind": "high_cardinality"},
    "owner": {"kind": "boolean"},
    "applied": {"kind": "date"},
}


@pytest.mark.parametrize(
    ("feature", "message"),
    [
        ({"kind": "ratio", "numerator": "city", "denominator": "amount"}, "city of kind high_cardinality"),
        ({"kind": "elapsed", "since": "amount", "until": "applied"}, "amount of kind amount"),
        ({"kind": "is_one_of", "column": "owner", "values": ["1"]}, "owner of kind boolean"),
        ({"kind": "mapping", "column": "share", "values": {"1": 1}}, "derived feature share"),
    ],
)
def test_derived_features_of_the_wrong_kind_are_refused(
    describe: Describe, feature: dict[str, Any], message: str
) -> None:
    share = {"kind": "ratio", "numerator": "rate", "denominator": "amount"}
    with pytest.raises(ValidationError, match=f"derived.odd .*{message}.*it can read"):
        describe(columns=COLUMNS, derived={"odd": feature, "share": share})


def test_a_circle_of_derived_features_is_named(describe: Describe) -> None:
    derived = {
        "chicken": {"kind": "ratio", "numerator": "egg", "denominator": "amount"},
        "egg": {"kind": "sum", "weights": {"chicken": 1}},
    }
    with pytest.raises(ValidationError, match=r"circle: .*chicken.*egg"):
        describe(columns=COLUMNS, derived=derived)
