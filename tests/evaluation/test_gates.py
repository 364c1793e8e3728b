"""The gates: each criterion, either side of its limit."""

import math

import pandas as pd
import pytest

from loan_default.evaluation.gates import (
    CRITERIA,
    Measured,
    check_gates,
    count_leaks,
    demand,
    lowest_approval,
    outcome_of,
    refusals,
    shift_of_score,
)
from loan_default.evaluation.settings import ValidationCriteria

LIMITS = {
    "min_roc_auc": 0.6,
    "min_roc_auc_low": 0.55,
    "max_calibration_error": 0.05,
    "max_train_test_gap": 0.15,
    "max_psi": 0.25,
    "max_unexplained_leaks": 0,
    "min_approval_ratio": 0.8,
    "min_gain_over_current": -0.005,
    "min_gain_over_current_low": 0.0,
}


def check(asked, **values):
    measured = {name: Measured(values.get(name)) for name in CRITERIA}
    return check_gates(measured, ValidationCriteria(**asked))


def test_every_criterion_that_can_be_asked_is_checked():
    assert list(CRITERIA) == list(ValidationCriteria.model_fields)
    assert list(LIMITS) == list(CRITERIA)


@pytest.mark.parametrize(("name", "limit"), LIMITS.items())
def test_a_value_at_the_limit_passes_and_one_beyond_it_is_refused(name, limit):
    beyond = limit - 0.001 if name.startswith("min") else limit + 1
    at, over = (check({name: limit}, **{name: value}) for value in (limit, beyond))
    assert (at[name]["passed"], over[name]["passed"]) == (True, False)
    assert refusals(at) == []
    (words,) = refusals(over)
    assert f"{limit:g}" in words
    assert (outcome_of(at[name]), outcome_of(over[name])) == ("passed", "refused")
    assert demand(name, at[name]) == f"at {'least' if name.startswith('min') else 'most'} {limit:g}"


def test_what_is_not_asked_refuses_nobody():
    gates = check({}, min_roc_auc=0.1)
    assert gates["min_roc_auc"] == {"value": 0.1, "limit": None, "passed": None, "note": ""}
    assert refusals(gates) == []
    assert {outcome_of(gate) for gate in gates.values()} == {"not asked"}


def test_what_cannot_be_measured_holds_nothing_against_a_model():
    gate = check({"min_approval_ratio": 0.8})["min_approval_ratio"]
    assert (gate["value"], gate["passed"]) == (None, True)
    assert outcome_of(gate) == "not measured", "it is not called passed"


def test_a_model_level_with_the_one_in_service_passes_or_not_as_the_end_that_is_asked_says():
    level = {"min_gain_over_current": 0.004, "min_gain_over_current_low": -0.006}
    assert refusals(check({"min_gain_over_current": -0.005}, **level)) == []
    assert refusals(check({"min_gain_over_current_low": 0}, **level)) == [
        "ROC AUC gained over the model in service is shown to be at least -0.0060 only, below +0"
    ]


def test_a_leak_counts_only_where_it_is_an_input():
    assert count_leaks(["recoveries", "zip", "address"], ["zip", "income", "address"]) == (2, "address, zip")
    assert count_leaks(["recoveries"], ["income"]) == (0, "")


def test_the_shift_of_the_score_is_the_stability_index():
    # Train: half in each bin; test: all above the median. PSI by hand with empty bins at 1e-4.
    train = [0.1, 0.2] * 50
    frame = pd.DataFrame(
        {"part": ["train"] * 100 + ["test"] * 100, "probability": train + [0.2] * 100},
    )
    by_hand = (1e-4 - 0.5) * math.log(1e-4 / 0.5) + (1 - 0.5) * math.log(1 / 0.5)
    assert shift_of_score(frame).value == pytest.approx(by_hand)
    same = pd.DataFrame({"part": ["train"] * 100 + ["test"] * 100, "probability": train * 2})
    assert shift_of_score(same).value == 0


def test_the_lowest_approval_ratio_names_the_group():
    ratios = pd.DataFrame(
        {
            "column": ["age", "age", "sex"],
            "group": ["under 25", "25 and over", "f"],
            "n": [120, 900, 40],
            "approval_rate": [0.5, 0.8, 0.2],
            "ratio": [0.625, 1.0, float("nan")],
        }
    )
    assert lowest_approval(ratios) == (0.625, "age under 25: 50 % of 120 accepted")
    assert lowest_approval(ratios.iloc[2:]).value is None
    assert "no protected column" in lowest_approval(ratios.iloc[:0]).note
    everyone = ratios.assign(approval_rate=1.0, ratio=1.0)
    assert lowest_approval(everyone) == (1.0, "The policy accepts all test rows of all groups.")
