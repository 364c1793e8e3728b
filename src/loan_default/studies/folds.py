"""The field on repeated folds: every row is a test row once in each repeat, and everything is learnt anew."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from loan_default.frames import PART, TEST, TRAIN, in_part
from loan_default.portfolio.deal import deal
from loan_default.portfolio.description import Portfolio
from loan_default.portfolio.intake import Intake, take_in
from loan_default.portfolio.leaks import find_leaks, leaking_features
from loan_default.portfolio.split import fold_parts
from loan_default.studies.averages import mean_over_deals
from loan_default.studies.experiment import Conditions, bound_train_rows, make_model_input, measure
from loan_default.studies.field_settings import FieldSettings, FoldSettings
from loan_default.studies.finished_folds import FinishedFolds

logger = logging.getLogger(__name__)

MEASURED = ("roc_auc", "average_precision", "brier", "ks", "calibration_error")

FEWEST_RESAMPLES = 100


def measure_on_folds(
    raw: pd.DataFrame,
    portfolio: Portfolio,
    conditions: Conditions,
    field: FieldSettings,
    settings: FoldSettings,
    finished: FinishedFolds,
) -> pd.DataFrame:
    """Train and measure every model on every fold of every repeat.

    Args:
        raw: The file, every column as text.
        portfolio: Its description.
        conditions: As for one run; its split is replaced by the folds, its seed is that of the first repeat.
        field: Train rows of the models that are slow on more.
        settings: Folds, repeats, models.
        finished: What an interrupted run has measured, which is not measured again; each result is added.

    Returns:
        One row per repeat, fold and model: `repeat` and `fold` from 1, `model`, `train_rows`, `test_rows`,
        the metrics in `MEASURED` on test rows, `seconds` of training.
    """
    intake = take_in(raw, portfolio, conditions.cleaning.max_rejected_share)
    dealt = deal(intake, conditions.cleaning, conditions.seed)
    # The intervals come from the folds; those of a single fold are not looked at.
    conditions = replace(
        conditions, evaluation=conditions.evaluation.model_copy(update={"resamples": FEWEST_RESAMPLES})
    )
    rows = []
    for repeat in range(1, settings.repeats + 1):
        here = replace(conditions, seed=conditions.seed + repeat - 1)
        parts = fold_parts(dealt, settings.number, settings.validation, here.seed)
        for fold, part in enumerate(parts, start=1):
            found = {model: finished.read(f"{repeat}-{fold}-{model}") for model in settings.models}
            if None in found.values():
                model_input = _learnt_anew(raw, intake, dealt.assign(**{PART: part.astype("str")}), here)
            for model, kept in found.items():
                row = kept
                if row is None:
                    measured = _measure(model_input, model, field.train_rows.get(model), here)
                    row = {"repeat": repeat, "fold": fold, "model": model, **measured}
                    finished.keep(f"{repeat}-{fold}-{model}", row)
                rows.append(row)
                logger.info(
                    "Repeat %d of %d, fold %d of %d, %s: ROC AUC %.4f, %.0f s",
                    *(repeat, settings.repeats, fold, settings.number),
                    *(model, row["roc_auc"], row["seconds"]),
                )
    return pd.DataFrame(rows)


def _learnt_anew(
    raw: pd.DataFrame, intake: Intake, parted: pd.DataFrame, conditions: Conditions
) -> pd.DataFrame:
    """Scan for leaks, fit cleaner and features on the train rows of these parts, and apply them to all."""
    cleaning, seed = conditions.cleaning, conditions.seed
    findings = find_leaks(raw, in_part(parted, TRAIN), intake.resolved, cleaning.leaks, seed)
    return make_model_input(intake, parted, leaking_features(findings, cleaning.leaks), conditions)


def _measure(
    model_input: pd.DataFrame, model: str, at_most: int | None, conditions: Conditions
) -> dict[str, Any]:
    rows = bound_train_rows(model_input, at_most, conditions.seed)
    measured = measure(rows, model, conditions)
    return {
        "train_rows": len(in_part(rows, TRAIN)),
        "test_rows": len(in_part(rows, TEST)),
        **{name: measured.metrics[name] for name in MEASURED},
        "seconds": measured.seconds,
    }


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
            row |= mean_over_deals(metric, part[metric], shares[model], confidence, possible=(0, 1))
        if model == reference:
            row |= dict.fromkeys(("difference", "difference_low", "difference_high"), np.nan)
        else:
            difference = part["roc_auc"] - by_model[reference]["roc_auc"]
            # One of the two may be trained on a sample: the wider interval of both.
            share = max(shares[model], shares[reference])
            row |= mean_over_deals("difference", difference, share, confidence)
        rows.append({**row, "seconds": part["seconds"].mean()})
    return pd.DataFrame(rows).sort_values("roc_auc", ascending=False, ignore_index=True, kind="stable")
