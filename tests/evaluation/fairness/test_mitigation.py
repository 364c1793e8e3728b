import numpy as np
import pandas as pd
import pytest

from loan_default.evaluation.fairness.measures import measure_groups
from loan_default.evaluation.fairness.mitigation import (
    BLIND,
    BY_POLICY,
    GROUP_THRESHOLDS,
    ONE_THRESHOLD,
    SEEING,
    compare_rules,
    group_thresholds,
)
from loan_default.evaluation.fairness.settings import FairnessSettings
from loan_default.evaluation.settings import EvaluationSettings

FEW = EvaluationSettings(resamples=100)


def rows_of(people, part, first_id=0):
    return pd.DataFrame(
        {
            "row_id": np.arange(len(people.outcome)) + first_id,
            "part": part,
            "default": people.outcome,
            "probability": people.probability,
            "accepted": people.policies == "accept",
            "sex": people.groups.labels["sex"].to_numpy(),
        }
    )


@pytest.fixture
def parts(make_people):
    return rows_of(make_people(4000, 1), "validation"), rows_of(make_people(4000, 2), "test", 4000)


def test_group_thresholds_make_approval_rates_equal(parts):
    table = group_thresholds(*parts, ["sex"], "demographic_parity", FEW, seed=1).set_index("rule")
    assert list(table.index) == [BY_POLICY, ONE_THRESHOLD, GROUP_THRESHOLDS]
    assert table.loc[BY_POLICY, "approval_rate"] == pytest.approx(parts[1]["accepted"].mean())
    assert table.loc[ONE_THRESHOLD, "lowest_ratio"] < 0.9
    assert table.loc[GROUP_THRESHOLDS, "lowest_ratio"] > 0.93


def test_equalized_odds_close_the_gap_in_errors(parts):
    table = group_thresholds(*parts, ["sex"], "equalized_odds", FEW, seed=1).set_index("rule")
    gaps = table[["true_positive_rate_gap", "false_positive_rate_gap"]].max(axis=1)
    assert gaps[GROUP_THRESHOLDS] < 0.06 < gaps[ONE_THRESHOLD]


def test_one_threshold_is_the_best_by_balanced_accuracy(parts):
    validation, test = parts
    cuts = np.linspace(0.05, 0.9, 400)
    event = validation["default"] == 1
    right = [
        (validation["probability"][event] >= cut).mean() + (validation["probability"][~event] < cut).mean()
        for cut in cuts
    ]
    table = group_thresholds(validation, test, ["sex"], "demographic_parity", FEW, 1).set_index("rule")
    approved = (test["probability"] < cuts[int(np.argmax(right))]).mean()
    assert table.loc[ONE_THRESHOLD, "approval_rate"] == pytest.approx(approved, abs=0.02)


def test_groups_that_cannot_be_fitted_are_left_out(parts):
    validation, test = parts
    few = validation["sex"].where(validation["default"] == 0, "a")  # no default of b is left
    assert group_thresholds(validation.assign(sex=few), test, ["sex"], "demographic_parity", FEW, 1).empty


def test_a_group_without_a_default_makes_no_gap(parts):
    validation, test = parts
    lucky = test["sex"].where((test["default"] == 1) | (test.index % 10 > 0), "c")  # repaid loans alone
    test = test.assign(sex=lucky)
    assert (test["sex"] == "c").sum() > 100
    validation = validation.assign(sex=validation["sex"].where(validation.index % 10 > 0, "c"))
    both = pd.concat([validation, test])
    pair = both[["row_id", "part"]].assign(seeing=both["probability"], blind=both["probability"])
    for table in (
        group_thresholds(validation, test, ["sex"], "demographic_parity", FEW, 1),
        compare_rules(validation, test, pair, ["sex"], FEW, 1),
    ):
        assert (table["n"] == (test["sex"] != "c").sum()).all()
        assert (table["true_positive_rate_gap"] < 0.3).all()


def test_both_models_approve_the_share_that_the_policy_accepts(parts):
    validation, test = parts
    both = pd.concat(parts)
    pair = both[["row_id", "part"]].assign(seeing=both["probability"], blind=1 - both["probability"])
    table = compare_rules(validation, test, pair, ["sex"], FEW, 1).set_index("rule")
    kept = validation["accepted"].mean()
    for rule, probability in ((SEEING, both["probability"]), (BLIND, 1 - both["probability"])):
        cut = np.quantile(probability[: len(validation)], kept)
        approved = (probability[len(validation) :] < cut).mean()
        assert table.loc[rule, "approval_rate"] == pytest.approx(approved)
    assert table.loc[SEEING, "default_rate_of_approved"] < table.loc[BLIND, "default_rate_of_approved"]


def test_the_policy_s_lowest_ratio_is_the_chapter_s(parts, make_people):
    people = make_people(4000, 2)
    groups = measure_groups(
        people.groups,
        people.outcome,
        people.probability,
        people.prediction,
        people.policies,
        people.units,
        FairnessSettings(),
        FEW,
        seed=1,
    )
    lowest = groups.sort_values("ratio").iloc[0]
    both = pd.concat(parts)
    pair = both[["row_id", "part"]].assign(seeing=both["probability"], blind=both["probability"])
    for table in (
        group_thresholds(*parts, ["sex"], "demographic_parity", FEW, 1),
        compare_rules(*parts, pair, ["sex"], FEW, 1),
    ):
        policy = table.set_index("rule").loc[BY_POLICY]
        for end in ("", "_low", "_high"):
            assert policy[f"lowest_ratio{end}"] == pytest.approx(lowest[f"ratio{end}"])


def test_changes_are_held_against_the_policy(parts):
    table = group_thresholds(*parts, ["sex"], "demographic_parity", FEW, seed=1).set_index("rule")
    assert pd.isna(table.loc[BY_POLICY, "lowest_ratio_change"])
    by_group = table.loc[GROUP_THRESHOLDS]
    assert by_group["lowest_ratio_change"] == pytest.approx(
        by_group["lowest_ratio"] - table.loc[BY_POLICY, "lowest_ratio"]
    )
    assert by_group["lowest_ratio_change_low"] > 0
