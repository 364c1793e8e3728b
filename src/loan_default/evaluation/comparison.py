"""Compare models on the same test rows, and choose the champion."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from loan_default.errors import InputError
from loan_default.evaluation.champion import Gates, choose_champion
from loan_default.evaluation.delong import compare_auc
from loan_default.evaluation.evaluate import PLAIN_METRICS
from loan_default.evaluation.intervals import bootstrap, interval, sampling_units
from loan_default.evaluation.metrics import METRICS, Scorecard
from loan_default.evaluation.same_rows import align_predictions
from loan_default.evaluation.settings import ComparisonSettings, EvaluationSettings
from loan_default.evaluation.words import LOWER_IS_BETTER
from loan_default.frames import DEFAULT, TEST, in_part

BETTER, WORSE, ALIKE, ITSELF = "better", "worse", "no detectable difference", "itself"


@dataclass(frozen=True)
class Comparison:
    """What a comparison gives.

    Attributes:
        table: One row per model, see `compare_models`.
        champion: The record of `choose_champion`.
    """

    table: pd.DataFrame
    champion: dict[str, Any]


@dataclass(frozen=True)
class _Test:
    """Every model on the same test rows: what paired differences are made of."""

    outcome: np.ndarray
    units: np.ndarray
    probabilities: dict[str, np.ndarray]
    estimates: dict[str, dict[str, float]]
    draws: dict[str, pd.DataFrame]


def compare_models(
    predictions: Mapping[str, pd.DataFrame],
    metrics: Mapping[str, Mapping[str, float]],
    gates: Gates,
    settings: ComparisonSettings,
    evaluation: EvaluationSettings,
    seed: int,
) -> Comparison:
    """Compare models pairwise on test rows with the reference and the champion.

    The difference in ROC AUC has DeLong's interval and p value, those in average precision, Brier score and
    log-loss the interval of a paired bootstrap; twins count as one unit where there is a column
    `twin_group`. The verdict reads the interval of `settings.metric`.

    Args:
        predictions: `row_id`, `part`, `default`, `probability` by model.
        metrics: What `evaluate_predictions` gave for each of these models.
        gates: What `check_gates` gave for each of them.
        settings: The rule.
        evaluation: Confidence, resamples, bins.
        seed: Seed of the bootstrap.

    Returns:
        The champion's record and a table with one row per model, best on validation first: `model`, `role`
        ("champion", "challenger" or ""), `validation_*` of the metric that chooses, test metrics with
        `_low`/`_high`, `n`, `events`, `threshold`, `train_test_gap`; then for `vs_reference_` and
        `vs_champion_` alike the name of the `model`, differences (row minus that model) `roc_auc`,
        `average_precision`, `brier`, `log_loss` with `_low`/`_high`, `roc_auc_p`, and the `verdict`. Against
        itself, or where there is no champion, differences are missing.

    Raises:
        InputError: If the reference is absent, metrics and predictions are not of the same models, or the
            models were not scored on the same rows.
    """
    if settings.reference not in predictions:
        raise InputError(
            f"The reference model {settings.reference!r} is not among the models to compare, "
            f"{sorted(predictions)}. Run the pipeline that trains it, or set `reference` to one of these."
        )
    if set(predictions) != set(metrics):
        raise InputError(
            f"Predictions are of {sorted(predictions)}, metrics of {sorted(metrics)}: each model needs both."
        )
    test = _prepare(align_predictions(predictions, settings.reference), metrics, evaluation, seed)
    champion = choose_champion(metrics, gates, settings)

    chosen_by = f"validation_{settings.metric}"
    rows = []
    for name, values in metrics.items():
        role = next((role for role in ("champion", "challenger") if champion[role] == name), "")
        row: dict[str, Any] = {"model": name, "role": role, chosen_by: values[chosen_by]}
        for metric in METRICS:
            row |= {key: values[key] for key in (metric, f"{metric}_low", f"{metric}_high")}
        row |= {key: values[key] for key in ("n", "events", "threshold", "train_test_gap")}
        for side, other in (("vs_reference", settings.reference), ("vs_champion", champion["champion"])):
            row |= {f"{side}_{k}": v for k, v in _against(name, other, test, settings, evaluation).items()}
        rows.append(row)
    table = pd.DataFrame(rows).sort_values(
        chosen_by, ascending=settings.metric in LOWER_IS_BETTER, ignore_index=True, kind="stable"
    )
    return Comparison(table, champion)


def _prepare(
    aligned: Mapping[str, pd.DataFrame],
    metrics: Mapping[str, Mapping[str, float]],
    evaluation: EvaluationSettings,
    seed: int,
) -> _Test:
    parts = {name: in_part(frame, TEST) for name, frame in aligned.items()}
    rows = next(iter(parts.values()))
    outcome, units = rows[DEFAULT].to_numpy(), sampling_units(rows)
    probabilities = {name: part["probability"].to_numpy() for name, part in parts.items()}
    cards = {
        name: Scorecard(
            outcome,
            probability,
            threshold=metrics[name]["threshold"],
            calibration_bins=evaluation.calibration_bins,
            groups=units,
        )
        for name, probability in probabilities.items()
    }
    estimates = {name: {k: float(v[0]) for k, v in card.measure().items()} for name, card in cards.items()}
    return _Test(
        outcome, units, probabilities, estimates, bootstrap(cards, outcome, units, evaluation.resamples, seed)
    )


def _against(
    name: str, other: str | None, test: _Test, settings: ComparisonSettings, evaluation: EvaluationSettings
) -> dict[str, Any]:
    row: dict[str, Any] = {"model": other}
    ends: dict[str, tuple[float, float, float]] = {}
    p_value = np.nan
    for metric in PLAIN_METRICS:
        if other is None or other == name:
            ends[metric] = (np.nan, np.nan, np.nan)
        elif metric == "roc_auc":
            auc = compare_auc(
                test.outcome,
                test.probabilities[name],
                test.probabilities[other],
                evaluation.confidence,
                test.units,
            )
            ends[metric], p_value = (auc.difference, auc.low, auc.high), auc.p_value
        else:
            difference = test.estimates[name][metric] - test.estimates[other][metric]
            draws = (test.draws[name][metric] - test.draws[other][metric]).to_numpy()
            ends[metric] = (difference, *interval(difference, draws, evaluation.confidence))
        row |= dict(zip((metric, f"{metric}_low", f"{metric}_high"), ends[metric], strict=True))
    row["roc_auc_p"] = p_value
    if other == name:
        row["verdict"] = ITSELF
    else:
        row["verdict"] = None if other is None else _verdict(settings.metric, *ends[settings.metric][1:])
    return row


def _verdict(metric: str, low: float, high: float) -> str:
    if low <= 0 <= high:
        return ALIKE
    return BETTER if (low > 0) != (metric in LOWER_IS_BETTER) else WORSE
