"""What an application may hold, and what is said of what it may not."""

from __future__ import annotations

import json
from typing import Any

import pytest

from loan_default.scoring import Checked, Scorer

GOOD: dict[str, Any] = {
    "amount": 5_000,
    "rate": 12.5,
    "months": 36,
    "income": 30_000,
    "debts": 1,
    "grade": "B",
    "purpose": "car",
    "housing": "rent",
    "city": "Town 3",
    "job_title": "Job 1",
    "owner": True,
    "applied": "2015-06-01",
    "first_credit": "2005-06-01",
    "note": "please",
}


def check(scorer: Scorer, **changes: Any) -> Checked:
    application = {**GOOD, **changes}
    return scorer.check({name: value for name, value in application.items() if value is not ...})


def the_fault(checked: Checked) -> tuple[str, str]:
    (fault,) = checked.faults
    return fault


def test_a_good_application_is_made_canonical(scorer: Scorer) -> None:
    checked = check(scorer)
    assert checked.faults == ()
    assert checked.warnings == ()
    assert checked.values == {
        **GOOD,
        **{name: float(GOOD[name]) for name in ("amount", "months", "income", "debts")},
        "city": "town_3",
        "job_title": "job_1",
    }
    json.dumps(checked.values)  # what is logged


def test_every_field_of_the_model_is_looked_at(scorer: Scorer) -> None:
    assert set(check(scorer).values) == {field.name for field in scorer.fields} == set(GOOD)


@pytest.mark.parametrize(
    ("value", "kind"), [("5000", "a text"), (True, "true or false"), ([1], "a list"), ({"a": 1}, "an object")]
)
def test_a_number_must_be_a_number(scorer: Scorer, value: Any, kind: str) -> None:
    assert the_fault(check(scorer, amount=value)) == (
        "amount",
        f"Must be a number in EUR from 1 to 1,000,000, not {kind}.",
    )


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_a_number_must_be_finite(scorer: Scorer, value: float) -> None:
    assert the_fault(check(scorer, amount=value))[1].endswith(f"not {value}.")


@pytest.mark.parametrize("value", [1e16, 10**400, -(10**400), 1e308])
def test_a_number_far_too_large_is_a_fault(scorer: Scorer, value: float) -> None:
    assert the_fault(check(scorer, debts=value)) == (
        "debts",
        "Must be a number; this number is far too large.",
    )


def test_beyond_the_plausible_range_is_a_fault_with_the_range(scorer: Scorer) -> None:
    assert the_fault(check(scorer, amount=0))[1] == "Must be a number in EUR from 1 to 1,000,000, not 0."
    assert the_fault(check(scorer, income=-0.6))[1] == "Must be a number in EUR, at least 0, not -1."
    assert the_fault(check(scorer, applied="2009-12-31"))[1] == (
        "Must be a date as YYYY-MM-DD, 2010-01-01 or later, not 2009-12-31."
    )


def test_beyond_the_training_range_is_a_warning_with_the_range(scorer: Scorer) -> None:
    checked = check(scorer, amount=200_000, income=1e6, applied="2024-01-31")
    assert checked.faults == ()
    assert "amount: 200,000 is above all that the model was trained on (500 to 29,500)." in checked.warnings
    assert any(warning.startswith("applied: 2024-01-31 is after all that") for warning in checked.warnings)
    assert scorer.decide(checked)[0].warnings == checked.warnings


def test_numbers_that_are_always_whole_are_rounded(scorer: Scorer) -> None:
    values = check(scorer, months=36.4, amount=4999.6, rate=12.34).values
    assert (values["months"], values["amount"], values["rate"]) == (36, 5_000, 12.34)


@pytest.mark.parametrize("spelling", ["Boat trip", " BOAT   Trip ", "boat_trip", "Boat Trip[3][4]"])
def test_labels_have_any_case_spacing_and_footnote_marks(scorer: Scorer, spelling: str) -> None:
    assert check(scorer, purpose=spelling).values["purpose"] == "boat_trip"


def test_described_spellings_of_a_label_are_understood(scorer: Scorer) -> None:
    assert check(scorer, purpose="Automobile").values["purpose"] == "car"


def test_labels_kept_as_written_may_be_typed_in_any_case(scorer: Scorer) -> None:
    assert check(scorer, grade="b").values["grade"] == "B"


def test_an_unknown_label_names_the_closest_and_not_all(scorer: Scorer) -> None:
    field, message = the_fault(check(scorer, city="Twon 3"))
    assert field == "city"
    assert message.startswith("'Twon 3' is not known. Did you mean town 3")
    assert message.count("town") == 3


def test_an_unlike_label_names_all_of_few_and_the_number_of_many(scorer: Scorer) -> None:
    assert the_fault(check(scorer, housing="xyz"))[1] == "'xyz' is not known. It must be own or rent."
    assert the_fault(check(scorer, city="xyz"))[1] == "'xyz' is none of the 15 values known for this field."


def test_a_long_label_is_not_echoed_whole(scorer: Scorer) -> None:
    assert len(the_fault(check(scorer, city="x" * 50_000))[1]) < 120
    assert the_fault(check(scorer, city="x" * 200_000))[1] == "Must be at most 100,000 characters long."


def test_a_list_of_labels_that_keeps_growing_takes_new_ones(scorer: Scorer) -> None:
    checked = check(scorer, job_title="Never Heard Of")
    assert checked.faults == ()
    assert checked.values["job_title"] == "never_heard_of"


@pytest.mark.parametrize("value", [3, True, 1.5, ["car"]])
def test_a_label_must_be_a_text(scorer: Scorer, value: Any) -> None:
    assert the_fault(check(scorer, purpose=value))[1].startswith("Must be boat trip, car or house, not ")


@pytest.mark.parametrize(("given", "value"), [(False, False), ("YES", True), (" no ", False), ("0", False)])
def test_yes_and_no(scorer: Scorer, given: Any, value: bool) -> None:
    assert check(scorer, owner=given).values["owner"] is value


@pytest.mark.parametrize("given", [1, "perhaps"])
def test_neither_yes_nor_no(scorer: Scorer, given: Any) -> None:
    assert the_fault(check(scorer, owner=given))[1].startswith("Must be true or false")


@pytest.mark.parametrize("given", ["2015-06-01", "1 Jun 2015", "2015-06"])
def test_dates(scorer: Scorer, given: str) -> None:
    assert check(scorer, applied=given).values["applied"] == "2015-06-01"


@pytest.mark.parametrize("given", ["soon", "2015-13-01", 20150601])
def test_what_is_no_date(scorer: Scorer, given: Any) -> None:
    assert the_fault(check(scorer, applied=given))[1].startswith("Must be a date as YYYY-MM-DD")


@pytest.mark.parametrize("nothing", [None, ...])
def test_a_required_field_must_be_there(scorer: Scorer, nothing: Any) -> None:
    assert the_fault(check(scorer, purpose=nothing)) == (
        "purpose",
        "This field is required: boat trip, car or house.",
    )


@pytest.mark.parametrize("nothing", [None, ..., "", "n/a"])
def test_what_was_missing_in_train_or_has_a_rule_for_it_may_be_missing(scorer: Scorer, nothing: Any) -> None:
    checked = check(scorer, grade=nothing, owner=nothing, housing=nothing, first_credit=nothing, note=nothing)
    assert checked.faults == ()
    assert [checked.values[name] for name in ("grade", "owner", "housing", "first_credit", "note")] == [
        None
    ] * 5


def test_every_fault_is_told_at_once(scorer: Scorer) -> None:
    faults = check(scorer, amount="x", purpose=None, city=3).faults
    assert [fault.field for fault in faults] == ["amount", "purpose", "city"]


def test_unknown_fields_are_named_and_ignored(scorer: Scorer) -> None:
    checked = check(scorer, colour="red", Incom=3)
    assert checked.warnings == (
        "'colour' is not a field of this model and was ignored.",
        "'Incom' is not a field of this model and was ignored; did you mean income?",
    )
    assert checked.values == check(scorer).values


def test_many_unknown_fields_are_counted_not_named_one_by_one(scorer: Scorer) -> None:
    strangers = {f"stranger_{number}": number for number in range(30_000)} | {"x" * 1_000_000: 0}
    warnings = check(scorer, **strangers).warnings
    assert len(warnings) == 11
    assert warnings[0].startswith("'stranger_0' is not a field of this model")
    assert warnings[-1] == "29,991 more fields are not of this model and were ignored."
    assert len(check(scorer, **{"x" * 1_000_000: 0}).warnings[0]) < 100


def test_an_unknown_field_in_place_of_a_missing_one_is_named_too(scorer: Scorer) -> None:
    assert check(scorer, note=..., colour="red").warnings == (
        "'colour' is not a field of this model and was ignored.",
    )


def test_contradictions_are_warnings(scorer: Scorer) -> None:
    checked = check(scorer, amount=20_000, income=19_000, first_credit="2015-07-01")
    assert "amount (20,000 EUR) is above income (19,000 EUR): a contradiction." in checked.warnings
    assert any(
        warning.startswith("first_credit (2015-07-01) is above applied") for warning in checked.warnings
    )
    assert not any(
        "contradiction" in warning for warning in check(scorer, amount=20_000, income=None).warnings
    )
