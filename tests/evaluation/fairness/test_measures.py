import numpy as np
import pandas as pd
import pytest
from fairlearn.metrics import MetricFrame, false_positive_rate, selection_rate, true_positive_rate
from scipy.stats import norm
from sklearn.metrics import roc_auc_score

from loan_default.evaluation.fairness.groups import Groups, band_columns
from loan_default.evaluation.fairness.measures import COLUMNS, MEASURES, measure_groups
from loan_default.evaluation.fairness.settings import FairnessSettings
from loan_default.evaluation.settings import EvaluationSettings

QUICK = EvaluationSettings(resamples=200)


def measure(people, settings=None, evaluation=QUICK, units=None):
    return measure_groups(
        people.groups,
        people.outcome,
        people.probability,
        people.refused,
        people.units if units is None else units,
        settings or FairnessSettings(),
        evaluation,
        seed=1,
    )


def test_ten_people_by_hand():
    # Of a (4 people, 2 defaults) one default is refused; of b (6 people, 2 defaults) both and one good.
    labels = pd.DataFrame({"sex": ["a"] * 4 + ["b"] * 6})
    outcome = np.array([1, 1, 0, 0, 1, 1, 0, 0, 0, 0])
    refused = np.array([1, 0, 0, 0, 1, 1, 1, 0, 0, 0])
    probability = np.array([0.9, 0.3, 0.4, 0.1, 0.8, 0.7, 0.6, 0.2, 0.1, 0.1])
    settings = FairnessSettings.model_construct(min_rows=4, min_of_a_class=2)
    groups = Groups(labels, {"sex": ("b", "a")}, {})
    table = measure_groups(groups, outcome, probability, refused, np.arange(10), settings, QUICK, seed=1)
    assert table["group"].tolist() == ["b", "a"]
    b, a = table.to_dict("records")
    assert (a["n"], a["events"], a["default_rate"]) == (4, 2, 0.5)
    assert a["mean_probability"] == pytest.approx(0.425)
    assert (a["approval_rate"], a["refusal_rate"], a["ratio"]) == (0.75, 0.25, 1.0)
    assert (a["true_positive_rate"], a["false_positive_rate"]) == (0.5, 0.0)
    assert a["roc_auc"] == 0.75
    assert a["observed_to_expected"] == pytest.approx(2 / 1.7)
    assert (b["true_positive_rate"], b["false_positive_rate"]) == (1.0, 0.25)
    assert b["ratio"] == pytest.approx(0.5 / 0.75)
    assert b["observed_to_expected"] == pytest.approx(2 / 2.5)


def test_equals_fairlearn_and_scikit_learn(people):
    table = measure(people).set_index("group")
    frame = MetricFrame(
        metrics={"r": selection_rate, "t": true_positive_rate, "f": false_positive_rate},
        y_true=people.outcome,
        y_pred=people.refused,
        sensitive_features=people.groups.labels["sex"].to_numpy(),
    ).by_group
    for name, column in (("r", "refusal_rate"), ("t", "true_positive_rate"), ("f", "false_positive_rate")):
        assert table[column].to_dict() == pytest.approx(frame[name].to_dict())
    for group in ("a", "b"):
        mine = (people.groups.labels["sex"] == group).to_numpy()
        auc = roc_auc_score(people.outcome[mine], people.probability[mine])
        assert table.loc[group, "roc_auc"] == pytest.approx(auc)


def test_intervals_hold_the_estimate_and_the_planted_error_shows(people):
    table = measure(people)
    assert list(table.columns) == list(COLUMNS)
    for name in MEASURES:
        assert (table[f"{name}_low"] <= table[name]).all(), name
        assert (table[name] <= table[f"{name}_high"]).all(), name
    right, wrong = table.set_index("group").loc[["a", "b"]].to_dict("records")
    assert right["observed_to_expected_low"] < 1 < right["observed_to_expected_high"]
    assert wrong["observed_to_expected_low"] > 1
    assert wrong["calibration_p"] < 0.01 < right["calibration_p"]


def test_the_p_value_is_corrected_for_the_number_of_groups(people):
    table = measure(people, evaluation=EvaluationSettings(resamples=4000)).set_index("group")
    p = {}
    for group, row in table.iterrows():
        mine = (people.groups.labels["sex"] == group).to_numpy()
        # Of a ratio of means, by its derivative.
        errors = people.outcome[mine] - row["observed_to_expected"] * people.probability[mine]
        spread = errors.std(ddof=1) / people.probability[mine].mean() / np.sqrt(mine.sum())
        p[group] = 2 * norm.sf(abs(row["observed_to_expected"] - 1) / spread)
    assert p["b"] < p["a"]
    assert table.loc["b", "calibration_p"] == pytest.approx(min(1, 2 * p["b"]), rel=0.6)
    assert table.loc["a", "calibration_p"] == pytest.approx(max(p["a"], 2 * p["b"]), rel=0.1)


def test_intervals_of_a_rate_are_as_wide_as_theory_has_it(people):
    group = measure(people, evaluation=EvaluationSettings(resamples=2000)).set_index("group").loc["a"]
    rate = group["approval_rate"]
    error = np.sqrt(rate * (1 - rate) / group["n"])
    assert group["approval_rate_high"] - group["approval_rate_low"] == pytest.approx(
        2 * 1.96 * error, rel=0.1
    )


def test_twins_count_once(people):
    copied = {
        name: np.concatenate([getattr(people, name)] * 2)
        for name in ("outcome", "probability", "refused", "units")
    }
    labels = pd.concat([people.groups.labels] * 2, ignore_index=True)
    twice = type(people)(Groups(labels, people.groups.order, {}), **copied)
    once, together = measure(people), measure(twice)
    measured = [f"{name}{end}" for name in MEASURES for end in ("", "_low", "_high")]
    # The very same draws of the very same units; DeLong's variance has a unit more or less in it.
    pd.testing.assert_frame_equal(once[measured], together[measured], rtol=2e-3)


def test_too_few_of_a_class_leaves_gaps():
    rng = np.random.default_rng(0)
    outcome = np.r_[np.ones(3, int), np.zeros(147, int), (rng.random(150) < 0.4).astype(int)]
    probability = rng.uniform(0.05, 0.9, size=300)
    groups = band_columns(pd.DataFrame({"sex": ["a"] * 150 + ["b"] * 150}), ["sex"], 100)
    refused = (probability > 0.5).astype(int)
    table = measure_groups(
        groups, outcome, probability, refused, np.arange(300), FairnessSettings(), QUICK, 1
    ).set_index("group")
    gaps = table.loc["a"].isna()
    assert {name.removesuffix("_low").removesuffix("_high") for name in gaps.index[gaps]} == {
        "calibration_p",
        "true_positive_rate",
        "false_positive_rate",
        "roc_auc",
        "observed_to_expected",
    }
    assert table.loc["b"].notna().all()


def test_no_protected_column_gives_no_row(people):
    none = type(people)(
        Groups(pd.DataFrame(index=range(2000)), {}, {}),
        people.outcome,
        people.probability,
        people.refused,
        people.units,
    )
    table = measure(none)
    assert table.empty
    assert list(table.columns) == list(COLUMNS)
