"""The field on repeated folds: every row is a test row once in each repeat, and everything is learnt anew."""

from __future__ import annotations

import logging
from dataclasses import replace

import numpy as np
import pandas as pd
from scipy.stats import t

from loan_default.frames import PART, TEST, TRAIN, in_part
from loan_default.portfolio.deal import deal
from loan_default.portfolio.description import Portfolio
from loan_default.portfolio.intake import take_in
from loan_default.portfolio.leaks import find_leaks, leaking_features
from loan_default.portfolio.split import fold_parts
from loan_default.studies.experiment import Conditions, make_model_input, measure
from loan_default.studies.field_settings import FoldSettings

logger = logging.getLogger(__name__)

MEASURED = ("roc_auc", "average_precision", "brier", "ks", "calibration_error")

FEWEST_RESAMPLES = 100


def measure_on_folds(
    raw: pd.DataFrame, portfolio: Portfolio, conditions: Conditions, settings: FoldSettings
) -> pd.DataFrame:
    """Train and measure every model on every fold of every repeat.

    Args:
        raw: The file, every column as text.
        portfolio: Its description.
        conditions: As for one run; its split is replaced by the folds, its seed is that of the first repeat.
        settings: Folds, repeats, models.

    Returns:
        One row per repeat, fold and model: `repeat` and `fold` from 1, `model`, `train_rows`, `test_rows`,
        the metrics in `MEASURED` on test rows, `seconds` of training.
    """
    intake = take_in(raw, portfolio, conditions.cleaning.max_rejected_share)
    dealt = deal(intake, conditions.cleaning, conditions.seed)
    rows = []
    total = settings.repeats * settings.number
    # The intervals come from the folds; those of a single fold are not looked at.
    conditions = replace(
        conditions, evaluation=conditions.evaluation.model_copy(update={"resamples": FEWEST_RESAMPLES})
    )
    for repeat in range(settings.repeats):
        seed = conditions.seed + repeat
        here = replace(conditions, seed=seed)
        for fold, part in enumerate(fold_parts(dealt, settings.number, settings.validation, seed)):
            parted = dealt.assign(**{PART: part.astype("str")})
            findings = find_leaks(
                raw, in_part(parted, TRAIN), intake.resolved, conditions.cleaning.leaks, seed
            )
            leaks = leaking_features(findings, conditions.cleaning.leaks)
            model_input = make_model_input(intake, parted, leaks, here)
            for model in settings.models:
                measured = measure(model_input, model, here)
                rows.append(
                    {
                        "repeat": repeat + 1,
                        "fold": fold + 1,
                        "model": model,
                        "train_rows": int((part == TRAIN).sum()),
                        "test_rows": int((part == TEST).sum()),
                        **{name: measured.metrics[name] for name in MEASURED},
                        "seconds": measured.seconds,
                    }
                )
                logger.info(
                    "Fold %d of %d, %s: ROC AUC %.4f, %.0f s",
                    repeat * settings.number + fold + 1,
                    total,
                    model,
                    measured.metrics["roc_auc"],
                    measured.seconds,
                )
    return pd.DataFrame(rows)


def summarise_folds(results: pd.DataFrame, reference: str, confidence: float) -> pd.DataFrame:
    """Average over folds, with intervals that allow for what the folds have in common.

    The variance of a mean over k folds of repeated folds is s^2 (1/k + n_test / n_train): Nadeau & Bengio
    (2003), Inference for the Generalization Error, Machine Learning 52. Train sets overlap, and s^2 / k would
    be too small.

    Args:
        results: From `measure_on_folds`.
        reference: Model that the others are compared with, fold by fold.
        confidence: Coverage of the intervals.

    Returns:
        One row per model, the best mean ROC AUC first: `model`, `folds`, each metric's mean with `_low` and
        `_high`, `difference` (ROC AUC minus the reference's) with `_low` and `_high` (missing for the
        reference itself), `seconds` (mean).
    """
    shares = results["test_rows"] / results["train_rows"]
    folds = results.groupby(["repeat", "fold"]).ngroups
    spread = np.sqrt(1 / folds + shares.mean())
    reach = float(t.ppf((1 + confidence) / 2, folds - 1)) * spread
    auc = {model: part.set_index(["repeat", "fold"])["roc_auc"] for model, part in results.groupby("model")}
    rows = []
    for model, of_model in results.groupby("model", sort=False):
        row: dict[str, object] = {"model": model, "folds": folds}
        for metric in MEASURED:
            row |= _mean(metric, of_model[metric], reach)
        if model == reference:
            row |= dict.fromkeys(("difference", "difference_low", "difference_high"), np.nan)
        else:
            row |= _mean("difference", auc[model] - auc[reference], reach)
        rows.append({**row, "seconds": of_model["seconds"].mean()})
    return pd.DataFrame(rows).sort_values("roc_auc", ascending=False, ignore_index=True, kind="stable")


def _mean(name: str, values: pd.Series, reach: float) -> dict[str, float]:
    mean, half = float(values.mean()), reach * float(values.std(ddof=1))
    return {name: mean, f"{name}_low": mean - half, f"{name}_high": mean + half}
