"""The flat metrics of one model."""

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from loan_default.errors import InputError
from loan_default.evaluation.evaluate import check_measured_with, evaluate_predictions
from loan_default.evaluation.metrics import METRICS
from loan_default.evaluation.settings import EvaluationSettings

SETTINGS = EvaluationSettings(resamples=100)


def test_metrics_are_flat_finite_floats_with_intervals_that_hold_them(predictions):
    found = evaluate_predictions(predictions, 0.3, SETTINGS, seed=1)
    assert all(type(value) is float and np.isfinite(value) for value in found.values())
    for name in METRICS:
        assert found[f"{name}_low"] <= found[name] <= found[f"{name}_high"]
        assert found[f"{name}_low"] < found[f"{name}_high"]


def test_each_part_is_measured_on_its_own_rows(predictions):
    found = evaluate_predictions(predictions, 0.3, SETTINGS, seed=1)
    auc = {
        part: roc_auc_score(rows["default"], rows["probability"])
        for part, rows in predictions.groupby("part")
    }
    assert found["roc_auc"] == pytest.approx(auc["test"])
    assert found["validation_roc_auc"] == pytest.approx(auc["validation"])
    assert found["train_test_gap"] == pytest.approx(auc["train"] - auc["test"])
    test = predictions[predictions["part"] == "test"]
    assert (found["n"], found["events"]) == (len(test), test["default"].sum())
    assert found["true_positives"] + found["false_negatives"] == found["events"]
    assert found["independent_rows"] == found["n"]


def test_every_model_has_the_same_keys_and_the_same_seed_the_same_values(predictions):
    first = evaluate_predictions(predictions, 0.3, SETTINGS, seed=1)
    assert evaluate_predictions(predictions, 0.3, SETTINGS, seed=1) == first
    constant = predictions.assign(probability=0.2)
    assert list(evaluate_predictions(constant, 0.3, SETTINGS, seed=1)) == list(first)


def test_twins_are_counted_once_and_widen_intervals(predictions):
    alone = evaluate_predictions(predictions, 0.3, SETTINGS, seed=1)
    by_risk = predictions.sort_values(["part", "default", "probability"])
    twins = by_risk.assign(twin_group=np.arange(len(by_risk)) // 10)
    together = evaluate_predictions(twins, 0.3, SETTINGS, seed=1)
    assert together["roc_auc"] == alone["roc_auc"]
    assert together["independent_rows"] < alone["n"] / 9
    assert together["roc_auc_high"] - together["roc_auc_low"] > 2 * (
        alone["roc_auc_high"] - alone["roc_auc_low"]
    )


def test_ties_and_certain_probabilities_are_measured(make_predictions):
    rounded = make_predictions(0.5, decimals=1)
    rounded["probability"] = rounded["probability"].where(rounded["probability"] < 0.5, 1.0)
    assert np.isfinite(list(evaluate_predictions(rounded, 0.3, SETTINGS, seed=1).values())).all()


@pytest.mark.parametrize("part", ["train", "validation", "test"])
def test_a_part_with_one_class_is_refused_by_name(predictions, part):
    only_good = predictions[(predictions["part"] != part) | (predictions["default"] == 0)]
    with pytest.raises(InputError, match=f"The {part} rows have the outcomes"):
        evaluate_predictions(only_good, 0.3, SETTINGS, seed=1)


def test_a_missing_part_is_refused_by_name(predictions):
    with pytest.raises(InputError, match="have no validation rows, only"):
        evaluate_predictions(predictions[predictions["part"] != "validation"], 0.3, SETTINGS, seed=1)


def test_metrics_say_what_they_were_measured_with_and_are_not_mixed_with_others(predictions):
    found = evaluate_predictions(predictions, 0.3, SETTINGS, seed=1)
    assert (found["confidence"], found["resamples"], found["calibration_bins"]) == (0.95, 100, 20)
    check_measured_with({"ann": found}, SETTINGS)
    for change, words in (
        (
            {"confidence": 0.8},
            r"evaluation\.confidence = 0\.8, but the metrics of ann were measured with 0\.95",
        ),
        ({"calibration_bins": 10}, r"evaluation\.calibration_bins = 10, .* with 20"),
    ):
        with pytest.raises(InputError, match=words):
            check_measured_with({"ann": found}, SETTINGS.model_copy(update=change))


def test_metrics_from_before_they_said_so_are_measured_again():
    with pytest.raises(
        InputError,
        match=r"do not say .* `kedro run .* --from-nodes=ann\.measure_importance,ann\.evaluate,lightgbm\.",
    ):
        check_measured_with({"ann": {"roc_auc": 0.7}, "lightgbm": {}}, SETTINGS)
    with_settings = SETTINGS.model_dump(include={"confidence", "resamples", "calibration_bins"})
    with pytest.raises(InputError, match=r"of ann, of an earlier version, hold no calibration_error_by_"):
        check_measured_with({"ann": with_settings}, SETTINGS)
