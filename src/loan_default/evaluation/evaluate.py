"""From one model's predictions to its flat metrics, the same keys for every model."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from loan_default.errors import InputError
from loan_default.evaluation.chance import errors_by_chance
from loan_default.evaluation.intervals import bootstrap, intervals, sampling_units
from loan_default.evaluation.metrics import Scorecard, check_two_classes, confusion_counts
from loan_default.evaluation.settings import EvaluationSettings
from loan_default.frames import DEFAULT, PART, PARTS, TEST, TRAIN, VALIDATION, in_part

PLAIN_METRICS = ("roc_auc", "average_precision", "brier", "log_loss")
"""Metrics also given, without interval, for train and validation rows."""

BY_CHANCE = "calibration_error_by_chance"

MEASURED_WITH = ("confidence", "resamples", "calibration_bins")
"""Settings that the metrics and their intervals depend on, kept with them."""


def evaluate_predictions(
    predictions: pd.DataFrame, threshold: float, settings: EvaluationSettings, seed: int
) -> dict[str, float]:
    """Measure a model.

    Args:
        predictions: `row_id`, `part`, `default`, `probability` of train, validation and test rows. Where
            there is a column `twin_group`, twins are drawn together in the bootstrap.
        threshold: A row is called a default where its probability is at least this.
        settings: Confidence, resamples, bins.
        seed: Seed of the bootstrap.

    Returns:
        Finite floats only. On test rows: each of `metrics.METRICS` with its ends as `_low` and `_high`, the
        `calibration_error_by_chance` (what a perfectly calibrated model would show), the confusion counts,
        `n`, `independent_rows` (twin groups, or `n` without twins), `events`,
        `event_rate`, `mean_probability`, `threshold`, and by what they were measured: `confidence`,
        `resamples`, `calibration_bins`. Then `train_` and `validation_` values of
        `PLAIN_METRICS` and `train_test_gap` (ROC AUC on train minus on test).

    Raises:
        InputError: If a part has no rows or one class only, or a probability is not in [0, 1].
    """
    cards = {part: part_scorecard(predictions, part, threshold, settings) for part in PARTS}
    values = {part: {k: float(v[0]) for k, v in card.measure().items()} for part, card in cards.items()}

    test = in_part(predictions, TEST)
    outcome, probability = test[DEFAULT].to_numpy(), test["probability"].to_numpy()
    units = sampling_units(test)
    draws = bootstrap({TEST: cards[TEST]}, outcome, units, settings.resamples, seed)[TEST]

    metrics: dict[str, float] = {}
    for name, (low, high) in intervals(values[TEST], draws, settings.confidence).items():
        metrics |= {name: values[TEST][name], f"{name}_low": low, f"{name}_high": high}
    metrics |= _beyond_chance(metrics["calibration_error"], probability, units, settings, seed)
    metrics |= {k: float(v) for k, v in confusion_counts(outcome, probability, threshold).items()}
    metrics |= {
        "n": float(len(test)),
        "independent_rows": float(cards[TEST].groups),
        "events": float(outcome.sum()),
        "event_rate": float(outcome.mean()),
        "mean_probability": float(probability.mean()),
        "threshold": float(threshold),
        **{name: float(getattr(settings, name)) for name in MEASURED_WITH},
    }
    for part in (TRAIN, VALIDATION):
        metrics |= {f"{part}_{name}": values[part][name] for name in PLAIN_METRICS}
    metrics["train_test_gap"] = values[TRAIN]["roc_auc"] - values[TEST]["roc_auc"]
    return metrics


def _beyond_chance(
    error: float, probability: np.ndarray, units: np.ndarray, settings: EvaluationSettings, seed: int
) -> dict[str, float]:
    """Begin the interval of the calibration error at what chance does not explain.

    Its gaps count without sign, so that resamples lie above the rows and the rows above the truth: a
    bootstrap interval leaves out 0 for most models that are perfectly calibrated. By the triangle inequality
    the error on the rows is at most the true one and what chance adds, and that is drawn here.
    """
    chance = errors_by_chance(probability, units, settings.calibration_bins, settings.resamples, seed)
    most = float(np.quantile(chance, (1 + settings.confidence) / 2))
    return {
        "calibration_error_low": max(0.0, error - most),
        BY_CHANCE: float(chance.mean()),
    }


def check_measured_with(metrics: Mapping[str, Mapping[str, float]], settings: EvaluationSettings) -> None:
    """Refuse metrics that were measured with other settings than those of today.

    Args:
        metrics: Flat metrics, by model.
        settings: Confidence, resamples, bins of today.

    Raises:
        InputError: Some were, or do not say with which.
    """
    nodes = ",".join(f"{model}.{node}" for model in metrics for node in ("measure_importance", "evaluate"))
    again = (
        "measure and compare again, without training: `kedro run --pipelines "
        f"ann_training,random_forest_comparison --from-nodes={nodes}`."
    )
    for model, values in metrics.items():
        for name in MEASURED_WITH:
            now, then = getattr(settings, name), values.get(name)
            if then is None:
                raise InputError(
                    f"The metrics of {model} do not say with which evaluation.{name} they were measured; "
                    f"{again}"
                )
            if then != now:
                raise InputError(
                    f"evaluation.{name} = {now:g}, but the metrics of {model} were measured with {then:g}: "
                    f"one page would hold both. Set it to {then:g}, or {again}"
                )
        if BY_CHANCE not in values:
            raise InputError(f"The metrics of {model}, of an earlier version, hold no {BY_CHANCE}; {again}")


def part_scorecard(
    predictions: pd.DataFrame, part: str, threshold: float, settings: EvaluationSettings
) -> Scorecard:
    """Make the scorecard of one part's rows.

    Args:
        predictions: See `evaluate_predictions`.
        part: Which rows.
        threshold: A row is called a default where its probability is at least this.
        settings: Bins of the calibration error.

    Raises:
        InputError: See `evaluate_predictions`.
    """
    rows = in_part(predictions, part)
    if rows.empty:
        found = sorted(predictions[PART].astype(str).unique())
        raise InputError(
            f"The predictions have no {part} rows, only {found}: each of {list(PARTS)} is needed. Check the "
            "shares of the split and run the model's pipeline again."
        )
    check_two_classes(rows[DEFAULT].to_numpy(), f"The {part} rows")
    return Scorecard(
        rows[DEFAULT].to_numpy(),
        rows["probability"].to_numpy(),
        threshold=threshold,
        calibration_bins=settings.calibration_bins,
        groups=sampling_units(rows),
    )
