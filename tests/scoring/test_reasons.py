"""Reasons: they add up, and they name the cause."""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations
from typing import Any

import numpy as np
import pytest

from loan_default.scoring import Scorer

ODD = {
    "amount": 29_000.0,
    "rate": 29.0,
    "months": 60.0,
    "income": 9_000.0,
    "debts": 4.0,
    "grade": "C",
    "purpose": "house",
    "housing": "own",
    "city": "town_7",
    "job_title": "job_1",
    "owner": None,
    "applied": "2016-03-01",
    "first_credit": "2014-05-01",
    "note": "please",
}
"""A made-up application unlike the typical one in every field."""


def log_odds(scorer: Scorer, values: dict[str, Any]) -> float:
    p = scorer.decide(values)[0].probability_of_default
    return float(np.log(p / (1 - p)))


@pytest.mark.parametrize("changed", [14, 9, 3, 1])
def test_contributions_add_up_to_the_difference(
    scorer: Scorer, typical: dict[str, Any], changed: int
) -> None:
    values = typical | dict(list(ODD.items())[:changed])
    found = scorer.contributions(values)
    assert set(found.by_field) == set(ODD)
    total = sum(found.by_field.values())
    assert total == pytest.approx(found.application - found.typical, abs=1e-9)
    assert total == pytest.approx(log_odds(scorer, values) - log_odds(scorer, typical), abs=1e-5)
    assert abs(total) > 1e-3


def test_a_field_like_the_typical_one_contributes_nothing(scorer: Scorer, typical: dict[str, Any]) -> None:
    found = scorer.contributions(typical | {"rate": 29.0}).by_field
    assert {name for name, share in found.items() if share != 0} == {"rate"}


def test_the_typical_application_has_no_reasons(scorer: Scorer, typical: dict[str, Any]) -> None:
    assert scorer.reasons(typical) == []


def test_contributions_are_those_of_the_definition(scorer: Scorer, typical: dict[str, Any]) -> None:
    """Worked out anew from decisions alone: all orders in which four fields can change."""
    fields = ["rate", "income", "amount", "purpose"]
    shares = dict.fromkeys(fields, 0.0)
    orders = list(permutations(fields))
    for order in orders:
        values = dict(typical)
        for name in order:
            before = log_odds(scorer, values)
            values[name] = ODD[name]
            shares[name] += (log_odds(scorer, values) - before) / len(orders)
    found = scorer.contributions(typical | {name: ODD[name] for name in fields}).by_field
    for name in fields:
        assert found[name] == pytest.approx(shares[name], abs=1e-5)


def test_a_planted_cause_is_found(plant: Callable[..., Scorer]) -> None:
    scorer = plant(rate=2.0)
    (reason,) = scorer.reasons(ODD)
    assert reason.field == "rate"
    assert reason.direction == "raises"
    assert reason.text == "Interest rate 29 % raises the risk"
    # Of a linear model the contribution is the weight times the change, by Platt's slope of 1.1.
    found = scorer.contributions(ODD)
    assert reason.contribution == pytest.approx(found.application - found.typical, abs=1e-9)


def test_what_is_derived_of_several_fields_counts_for_each(
    plant: Callable[..., Scorer], typical: dict[str, Any]
) -> None:
    scorer = plant(burden=1.0)
    names = {reason.field for reason in scorer.reasons(typical | {"amount": 29_000.0, "income": 9_000.0})}
    assert names == {"amount", "income"}


def test_at_most_four_reasons_the_largest_first(scorer: Scorer) -> None:
    reasons = scorer.reasons(ODD)
    sizes = [abs(reason.contribution) for reason in reasons]
    assert len(reasons) == 4
    assert sizes == sorted(sizes, reverse=True)
    everything = scorer.contributions(ODD).by_field
    assert min(sizes) >= sorted(map(abs, everything.values()))[-4]


def test_words_say_direction_and_own_value(plant: Callable[..., Scorer], typical: dict[str, Any]) -> None:
    text = {
        reason.field: reason.text
        for values in (typical | {"income": 90_000.0, "purpose": "house"},)
        for reason in plant(income=-1.0, **{"purpose=house": 0.5}).reasons(values)
    }
    assert text == {
        "income": "Yearly income 90,000 EUR lowers the risk",
        "purpose": 'Purpose "house" raises the risk',
    }


def test_a_field_that_was_not_given_says_what_was_taken(
    plant: Callable[..., Scorer], typical: dict[str, Any]
) -> None:
    scorer = plant(debts_missing=1.0, history_missing=0.5)
    values = typical | {"debts": None, "first_credit": None}
    texts = {reason.field: (reason.value, reason.text) for reason in scorer.reasons(values)}
    assert texts == {
        "debts": ("not given", "Debts not given, taken as 1, raises the risk"),
        "first_credit": ("not given", "First credit not given raises the risk"),
    }
