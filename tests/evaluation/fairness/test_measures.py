import numpy as np
import pandas as pd
import pytest
from fairlearn.metrics import MetricFrame, false_positive_rate, selection_rate, true_positive_rate
from scipy.stats import binomtest
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
        people.prediction,
        people.policies,
        people.units if units is None else units,
        settings or FairnessSettings(),
        evaluation,
        seed=1,
    )


def test_ten_people_by_hand():
    # Of a (4 people, 2 defaults) one default is predicted; of b (6 people, 2 defaults) both and one good.
    labels = pd.DataFrame({"sex": ["a"] * 4 + ["b"] * 6})
    outcome = np.array([1, 1, 0, 0, 1, 1, 0, 0, 0, 0])
    prediction = np.array([1, 0, 0, 0, 1, 1, 1, 0, 0, 0])
    # Accepted against the prediction: the first. The policy accepts 3 of 4 and 2 of 6.
    policies = np.array(
        ["accept", "refer", "accept", "accept"] + ["decline"] * 3 + ["refer"] + ["accept"] * 2
    )
    probability = np.array([0.9, 0.3, 0.4, 0.1, 0.8, 0.7, 0.6, 0.2, 0.1, 0.1])
    settings = FairnessSettings.model_construct(min_rows=4, min_of_a_class=2)
    groups = Groups(labels, {"sex": ("b", "a")}, {})
    table = measure_groups(
        groups, outcome, probability, prediction, policies, np.arange(10), settings, QUICK, seed=1
    )
    assert table["group"].tolist() == ["b", "a"]
    b, a = table.to_dict("records")
    assert (a["n"], a["events"], a["default_rate"]) == (4, 2, 0.5)
    assert a["mean_probability"] == pytest.approx(0.425)
    assert (a["approval_rate"], a["referral_rate"], a["decline_rate"], a["ratio"]) == (0.75, 0.25, 0.0, 1.0)
    assert [b[name] for name in ("approval_rate", "referral_rate", "decline_rate")] == pytest.approx(
        [2 / 6, 1 / 6, 3 / 6]
    )
    assert (a["predicted_default_rate"], b["predicted_default_rate"]) == (0.25, 0.5)
    assert (a["true_positive_rate"], a["false_positive_rate"]) == (0.5, 0.0)
    assert a["roc_auc"] == 0.75
    assert a["observed_to_expected"] == pytest.approx(2 / 1.7)
    assert (b["true_positive_rate"], b["false_positive_rate"]) == (1.0, 0.25)
    assert b["ratio"] == pytest.approx((2 / 6) / 0.75)
    assert b["observed_to_expected"] == pytest.approx(2 / 2.5)


def test_equals_fairlearn_and_scikit_learn(people):
    table = measure(people).set_index("group")
    frame = MetricFrame(
        metrics={"r": selection_rate, "t": true_positive_rate, "f": false_positive_rate},
        y_true=people.outcome,
        y_pred=people.prediction,
        sensitive_features=people.groups.labels["sex"].to_numpy(),
    ).by_group
    for name, column in (
        ("r", "predicted_default_rate"),
        ("t", "true_positive_rate"),
        ("f", "false_positive_rate"),
    ):
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


def test_the_p_value_is_exact_and_corrected_for_the_number_of_groups(people):
    table = measure(people).set_index("group")
    p = {
        group: binomtest(int(row["events"]), int(row["n"]), row["mean_probability"]).pvalue
        for group, row in table.iterrows()
    }
    assert p["b"] < p["a"]
    # SciPy adds up what is less likely, here the smaller tail is doubled.
    assert table.loc["b", "calibration_p"] == pytest.approx(2 * p["b"], rel=0.5)
    assert table.loc["a", "calibration_p"] == pytest.approx(p["a"], rel=0.1)


def test_the_threshold_does_not_move_what_the_policy_accepts(people):
    other = type(people)(**(vars(people) | {"prediction": 1 - people.prediction}))
    of_policy = [
        f"{name}{end}"
        for name in ("approval_rate", "referral_rate", "decline_rate", "ratio")
        for end in ("", "_low", "_high")
    ]
    once, again = measure(people), measure(other)
    pd.testing.assert_frame_equal(once[of_policy], again[of_policy])
    assert (once["predicted_default_rate"] != again["predicted_default_rate"]).all()
    shares = once[["approval_rate", "referral_rate", "decline_rate"]]
    assert shares.sum(axis=1).tolist() == pytest.approx([1, 1])
    assert (shares > 0).all(axis=None)


@pytest.mark.parametrize(("policy", "ratio"), [("accept", 1.0), ("refer", np.nan)])
def test_all_treated_alike(people, policy, ratio):
    alike = type(people)(**(vars(people) | {"policies": np.full(2000, policy, dtype=object)}))
    table = measure(alike)
    for name in ("ratio", "ratio_low", "ratio_high"):
        assert table[name].tolist() == pytest.approx([ratio, ratio], nan_ok=True)


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
        for name in ("outcome", "probability", "prediction", "policies", "units")
    }
    labels = pd.concat([people.groups.labels] * 2, ignore_index=True)
    twice = type(people)(Groups(labels, people.groups.order, {}), **copied)
    once, together = measure(people), measure(twice)
    measured = [f"{name}{end}" for name in MEASURES for end in ("", "_low", "_high")]
    # The very same draws of the very same units; DeLong's variance has a unit more or less in it.
    pd.testing.assert_frame_equal(once[measured], together[measured], rtol=2e-3)


def three_defaults(expected):
    """Group a has three defaults among 150 people and was given this probability, b has many of both."""
    rng = np.random.default_rng(0)
    outcome = np.r_[np.ones(3, int), np.zeros(147, int), (rng.random(150) < 0.4).astype(int)]
    probability = np.r_[np.full(150, expected), rng.uniform(0.05, 0.9, size=150)]
    groups = band_columns(pd.DataFrame({"sex": ["a"] * 150 + ["b"] * 150}), ["sex"], 100)
    prediction = (probability > 0.5).astype(int)
    policies = np.where(prediction == 1, "decline", "accept")
    return measure_groups(
        groups, outcome, probability, prediction, policies, np.arange(300), FairnessSettings(), QUICK, 1
    ).set_index("group")


def test_too_few_of_a_class_leaves_gaps():
    table = three_defaults(expected=0.02)
    gaps = table.loc["a"].isna()
    assert {name.removesuffix("_low").removesuffix("_high") for name in gaps.index[gaps]} == {
        "calibration_p",
        "true_positive_rate",
        "false_positive_rate",
        "roc_auc",
        "observed_to_expected",
    }
    assert table.loc["b"].notna().all()


def test_copies_of_few_defaults_are_few(people):
    # Group a has many defaults, all of them twins of two applications.
    member = (people.groups.labels["sex"] == "a").to_numpy()
    units = np.where(member & (people.outcome == 1), np.arange(2000) % 2, people.units + 10)
    table = measure(people, units=pd.factorize(units)[0]).set_index("group")
    assert np.isnan(table.loc["a", "roc_auc"])
    assert np.isnan(table.loc["a", "true_positive_rate"])
    assert table.loc["b"].notna().all()


def test_defaults_that_did_not_come_are_noticed():
    group = three_defaults(expected=0.3).loc["a"]
    assert group["observed_to_expected"] == pytest.approx(3 / 45)
    assert group["observed_to_expected_high"] < 0.2
    assert group["calibration_p"] < 1e-6
    assert np.isnan(group["roc_auc"])


def test_no_protected_column_gives_no_row(people):
    none = type(people)(
        Groups(pd.DataFrame(index=range(2000)), {}, {}),
        people.outcome,
        people.probability,
        people.prediction,
        people.policies,
        people.units,
    )
    table = measure(none)
    assert table.empty
    assert list(table.columns) == list(COLUMNS)
