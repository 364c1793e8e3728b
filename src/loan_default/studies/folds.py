"""The field on repeated folds: every row is a test row once in each repeat, and everything is learnt anew."""

from __future__ import annotations

import logging
from dataclasses import replace

import numpy as np
import pandas as pd

from loan_default.frames import PART, TEST, TRAIN, in_part
from loan_default.portfolio.deal import deal
from loan_default.portfolio.description import Portfolio
from loan_default.portfolio.intake import take_in
from loan_default.portfolio.leaks import find_leaks, leaking_features
from loan_default.portfolio.split import fold_parts
from loan_default.studies.averages import mean_over_deals
from loan_default.studies.experiment import Conditions, bound_train_rows, make_model_input, measure
from loan_default.studies.field_settings import FieldSettings

logger = logging.getLogger(__name__)

MEASURED = ("roc_auc", "average_precision", "brier", "ks", "calibration_error")

FEWEST_RESAMPLES = 100


def measure_on_folds(
    raw: pd.DataFrame, portfolio: Portfolio, conditions: Conditions, field: FieldSettings
) -> pd.DataFrame:
    """Train and measure every model on every fold of every repeat.

    Args:
        raw: The file, every column as text.
        portfolio: Its description.
        conditions: As for one run; its split is replaced by the folds, its seed is that of the first repeat.
        field: Folds, repeats, models; train rows of those that are slow on more.

    Returns:
        One row per repeat, fold and model: `repeat` and `fold` from 1, `model`, `train_rows`, `test_rows`,
        the metrics in `MEASURED` on test rows, `seconds` of training.
    """
    settings = field.folds
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
                rows_for = bound_train_rows(model_input, field.train_rows.get(model), seed)
                measured = measure(rows_for, model, here)
                rows.append(
                    {
                        "repeat": repeat + 1,
                        "fold": fold + 1,
                        "model": model,
                        "train_rows": len(in_part(rows_for, TRAIN)),
                        "test_rows": len(in_part(rows_for, TEST)),
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
    """Average over folds, and compare each model with a reference.

    Args:
        results: From `measure_on_folds`.
        reference: Model that the others are compared with, fold by fold.
        confidence: Coverage of the intervals; see `mean_over_deals`.

    Returns:
        One row per model, the best mean ROC AUC first: `model`, `folds`, each metric's mean with `_low` and
        `_high`, `difference` (ROC AUC minus the reference's) with `_low` and `_high` (missing for the
        reference itself), `seconds` (mean).
    """
    by_model = {
        str(model): part.set_index(["repeat", "fold"]) for model, part in results.groupby("model", sort=False)
    }
    shares = {
        model: float((part["test_rows"] / part["train_rows"]).mean()) for model, part in by_model.items()
    }
    rows = []
    for model, part in by_model.items():
        row: dict[str, object] = {"model": model, "folds": len(part)}
        for metric in MEASURED:
            row |= mean_over_deals(metric, part[metric], shares[model], confidence)
        if model == reference:
            row |= dict.fromkeys(("difference", "difference_low", "difference_high"), np.nan)
        else:
            difference = part["roc_auc"] - by_model[reference]["roc_auc"]
            # One of the two may be trained on a sample: the wider interval of both.
            share = max(shares[model], shares[reference])
            row |= mean_over_deals("difference", difference, share, confidence)
        rows.append({**row, "seconds": part["seconds"].mean()})
    return pd.DataFrame(rows).sort_values("roc_auc", ascending=False, ignore_index=True, kind="stable")
