"""What ways of deciding do, by hand and by fairlearn, and how sure it is."""

import numpy as np
import pandas as pd
import pytest
from fairlearn.metrics import MetricFrame, false_positive_rate, true_positive_rate

from loan_default.evaluation.fairness.rule_effects import rule_effects
from loan_default.evaluation.settings import EvaluationSettings


def effects(groups, event, units=None, resamples=200, **decided):
    units = np.arange(len(event)) if units is None else units
    rows = rule_effects(
        "sex",
        pd.Series(groups),
        event.astype(int),
        units,
        decided,
        next(iter(decided)),
        EvaluationSettings(resamples=resamples),
        seed=1,
    )
    return pd.DataFrame(rows).set_index("rule")


def test_effect_by_hand():
    groups = ["a"] * 4 + ["b"] * 6 + [None] * 2
    event = np.array([1, 1, 0, 0, 1, 1, 0, 0, 0, 0, 1, 0], dtype=bool)
    approved = np.array([0, 1, 1, 1, 0, 0, 0, 1, 1, 1, 1, 1], dtype=bool)
    effect = effects(groups, event, policy=approved).loc["policy"]
    assert (effect["n"], effect["approval_rate"]) == (10, 0.6)
    assert effect["lowest_ratio"] == pytest.approx((3 / 6) / (3 / 4))
    assert effect["true_positive_rate_gap"] == 0.5
    assert effect["false_positive_rate_gap"] == 0.25
    assert effect["default_rate_of_approved"] == pytest.approx(1 / 6)
    assert effect["defaults_approved_per_1000"] == 100
    assert effect["goods_not_approved_per_1000"] == 100


def world(rows=1500, seed=3):
    """Made up: group c is riskier; the second rule is the first with a tenth of its decisions turned."""
    rng = np.random.default_rng(seed)
    groups = rng.choice(["a", "b", "c"], size=rows)
    risk = rng.normal(size=rows) + 0.7 * (groups == "c")
    event = rng.random(rows) < 1 / (1 + np.exp(1 - risk))
    approved = risk < 0.3
    return groups, event, approved, approved ^ (rng.random(rows) < 0.1)


def test_gaps_are_fairlearn_s():
    groups, event, approved, other = world()
    table = effects(groups, event, one=approved, other=other)
    for rule, decided in (("one", approved), ("other", other)):
        gaps = MetricFrame(
            metrics={"true": true_positive_rate, "false": false_positive_rate},
            y_true=event.astype(int),
            y_pred=(~decided).astype(int),
            sensitive_features=groups,
        ).difference()
        assert table.loc[rule, "true_positive_rate_gap"] == pytest.approx(gaps["true"])
        assert table.loc[rule, "false_positive_rate_gap"] == pytest.approx(gaps["false"])


def test_changes_are_paired():
    groups, event, approved, other = world()
    table = effects(groups, event, one=approved, same=approved.copy(), other=other)
    assert (
        table.loc["same", [f"lowest_ratio_change{end}" for end in ("", "_low", "_high")]].tolist() == [0] * 3
    )
    row = table.loc["other"]
    for name in ("defaults_approved_per_1000", "goods_not_approved_per_1000"):
        paired = row[f"{name}_change_high"] - row[f"{name}_change_low"]
        apart = np.hypot(
            *(table.loc[rule, f"{name}_high"] - table.loc[rule, f"{name}_low"] for rule in ("one", "other"))
        )
        assert paired < 0.8 * apart
        assert row[f"{name}_change_low"] < row[f"{name}_change"] < row[f"{name}_change_high"]


def test_twins_are_drawn_together():
    groups, event, approved, _ = world(400)
    four = np.repeat(np.arange(400), 4)

    def width(units):
        row = effects(groups[four], event[four], units, 600, one=approved[four]).loc["one"]
        return row["defaults_approved_per_1000_high"] - row["defaults_approved_per_1000_low"]

    assert width(four) == pytest.approx(2 * width(np.arange(1600)), rel=0.15)


def test_nobody_approved_has_no_ratio():
    groups, event, *_ = world(200)
    row = effects(groups, event, nobody=np.zeros(200, dtype=bool)).loc["nobody"]
    assert np.isnan([row["lowest_ratio"], row["lowest_ratio_low"], row["default_rate_of_approved"]]).all()
    assert row["true_positive_rate_gap"] == 0
