"""What becomes a feature, and why the rest does not."""

import pytest

from loan_default.errors import InputError
from loan_default.features.plan import plan_features
from loan_default.features.settings import FeatureSettings


def planned(portfolio, clean, excluded=(), **settings):
    plan = plan_features(portfolio, clean.columns, excluded, FeatureSettings(**settings))
    return {decision.name: decision for decision in plan.decisions}, plan.derived


def test_kinds_decide_what_columns_are_used_as(portfolio, clean):
    decisions, _ = planned(portfolio, clean, use_protected=True)
    assert {name: decision.used_as for name, decision in decisions.items()} == {
        "amount": "number",
        "rate": "number",
        "rate_outlier": "0/1",
        "months": "number",
        "income": "number",
        "income_missing": "0/1",
        "age": "number",
        "grade": "ordinal",
        "purpose": "one-hot",
        "city": "target encoding",
        "owner": "0/1",
        "applied": None,
        "first_credit": None,
        "note": None,
        "unused": None,
        "recovered": None,
        "share": "number",
        "instalment": "number",
        "history": "number",
        "income_per_age": "number",
        "big_city": "0/1",
    }
    assert decisions["recovered"].reason == "known only after the outcome"
    assert decisions["note"].reason == "kind text is not a feature itself"
    assert decisions["share"].sources == ("amount", "rate", "months", "income")
    assert decisions["income_missing"].sources == ("income",)
    assert decisions["amount"].label == "Amount"


def test_without_the_lenders_judgement_nothing_made_from_it_is_left(portfolio, clean):
    decisions, derived = planned(portfolio, clean, use_lender_set=False)
    refused = {name for name, decision in decisions.items() if "set by the lender" in (decision.reason or "")}
    assert refused == {"rate", "rate_outlier", "grade", "instalment", "share"}
    assert decisions["share"].reason == "made from rate: set by the lender"
    assert set(derived) == {"history", "big_city"}


def test_protected_columns_are_left_out_with_what_is_made_from_them(portfolio, clean):
    decisions, derived = planned(portfolio, clean)
    refused = {name for name, decision in decisions.items() if "protected" in (decision.reason or "")}
    assert refused == {"age", "income_per_age"}
    assert decisions["income_per_age"].protected
    assert not decisions["income"].protected
    assert "income_per_age" not in derived


def test_what_the_leak_scan_dropped_takes_derived_features_along(portfolio, clean):
    without = clean.drop(columns="income")
    decisions, derived = planned(portfolio, without, excluded=["income"])
    refused = {name for name, decision in decisions.items() if "leak scan" in (decision.reason or "")}
    assert refused == {"income", "income_missing", "share", "income_per_age"}
    assert "instalment" in derived


def test_a_derived_feature_may_be_listed_itself(describe, clean):
    decisions, derived = planned(describe(lender_set=["instalment"]), clean, use_lender_set=False)
    assert decisions["rate"].used_as == "number"
    assert decisions["instalment"].reason == "set by the lender"
    assert decisions["share"].reason == "made from instalment: set by the lender"
    assert "instalment" not in derived


def test_a_column_cut_out_of_a_protected_one_is_protected(describe, clean, portfolio):
    columns = {name: column.model_dump() for name, column in portfolio.columns.items()}
    columns["city"]["part_of"] = {"column": "note", "pattern": "(.)"}
    decisions, _ = planned(describe(columns=columns, protected=["note"]), clean)
    assert decisions["city"].reason == "made from note: protected"
    assert decisions["big_city"].reason == "made from note: protected"


def test_a_part_is_judged_apart_from_a_text_that_leaks(describe, clean, portfolio):
    columns = {name: column.model_dump() for name, column in portfolio.columns.items()}
    columns["city"]["part_of"] = {"column": "note", "pattern": "(.)"}
    decisions, _ = planned(describe(columns=columns), clean, excluded=["note"])
    assert decisions["note"].reason == "dropped by the leak scan"
    assert decisions["city"].used_as == "target encoding"


def test_the_flag_of_outlying_rows_follows_every_number(portfolio, clean):
    flagged = clean.assign(outlier=0.0)
    assert planned(portfolio, flagged, use_protected=True)[0]["outlier"].sources == (
        "amount",
        "rate",
        "months",
        "income",
        "age",
    )
    assert planned(portfolio, flagged)[0]["outlier"].reason == "made from age: protected"


def test_a_described_column_must_be_there(portfolio, clean):
    with pytest.raises(InputError, match=r"lack column city, which portfolio made_up describes"):
        planned(portfolio, clean.drop(columns="city"))


def test_nothing_left_to_use_is_refused(describe, clean):
    portfolio = describe(
        columns={"note": {"kind": "text"}}, derived={}, lender_set=[], protected=[], application_date=None
    )
    with pytest.raises(InputError, match="no column is left to use"):
        planned(portfolio, clean)
