"""What rebalancing is worth: every method, its distortion left and taken back, over several seeds."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Literal

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, field_validator

from loan_default.errors import InputError
from loan_default.evaluation.metrics import Scorecard
from loan_default.frames import DEFAULT, TEST, TRAIN, VALIDATION, in_part
from loan_default.models.calibration import CalibrationSettings, fit_calibrator
from loan_default.models.correction import undo_rebalancing
from loan_default.models.field.balanced_forest import BalancedForestSettings
from loan_default.models.imbalance import ImbalanceSettings
from loan_default.models.predict_probability import predict_probability
from loan_default.models.predictions import score_rows
from loan_default.models.settings import ModelSettings
from loan_default.models.train_model import train_model
from loan_default.portfolio.description import Portfolio
from loan_default.studies.averages import mean_over_deals
from loan_default.studies.experiment import Conditions, prepare, sample_rows

logger = logging.getLogger(__name__)

Method = Literal["none", "class_weight", "undersample", "smote", "smotenc", "balanced_forest"]
METHODS: tuple[Method, ...] = (
    "none",
    "class_weight",
    "undersample",
    "smote",
    "smotenc",
    "balanced_forest",
)
CORRECTABLE = ("class_weight", "undersample")
"""What a record of `rebalance` may name that a closed form takes back."""

MEASURED = ("roc_auc", "average_precision", "brier", "calibration_error", "recall_at_precision")
AS_TRAINED, CORRECTED, CALIBRATED = "as trained", "corrected", "calibrated"
KEYS = ["model", "method", "probability"]


class ImbalanceStudySettings(BaseModel):
    """What is compared, how often, on how many rows."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    methods: tuple[Method, ...] = Field(
        default=METHODS, min_length=1, description="Beside `none`; balanced_forest is a forest of its own."
    )
    models: tuple[Literal["ann", "random_forest"], ...] = Field(
        default=("ann", "random_forest"), min_length=1, description="Models that every method is tried on."
    )
    seeds: int = Field(default=3, ge=3, le=50, description="Times everything is dealt and trained anew.")
    rows: int = Field(default=20_000, ge=500, description="Rows of the file at most, whole groups of twins.")
    precision: float = Field(
        default=0.5, gt=0, lt=1, description="Share of calls that are right at which recall is measured."
    )

    @field_validator("methods", "models", mode="before")
    @classmethod
    def _by_name(cls, names: object) -> object:
        # Joined by + on the command line, where a comma separates parameters.
        return tuple(names.split("+")) if isinstance(names, str) else names

    @field_validator("methods", "models")
    @classmethod
    def _are_named_once(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        if len(set(names)) < len(names):
            raise ValueError(f"one is named twice: {', '.join(names)}")
        return names


def study_imbalance(
    raw: pd.DataFrame, portfolio: Portfolio, conditions: Conditions, settings: ImbalanceStudySettings
) -> pd.DataFrame:
    """Train every model by every method, for every seed.

    Args:
        raw: The file, every column as text.
        portfolio: Its description.
        conditions: As for one run; the models' own `imbalance` is replaced.
        settings: What is compared.

    Returns:
        One row per seed, model, method and probability (`as trained`; `corrected` by the closed form, where
        there is one; `calibrated` on validation rows by Platt's line, as in every run), with the metrics in
        `MEASURED` on test rows, the `precision` at which recall is measured, `train_rows` after rebalancing,
        `test_to_train` (test rows for each train row, as dealt), and `does_not_apply`: why a method could not
        be tried.
    """
    rows = sample_rows(raw, portfolio, conditions, settings.rows)
    methods: tuple[Method, ...] = ("none", *(m for m in settings.methods if m != "none"))
    table: list[dict[str, Any]] = []
    for seed in range(conditions.seed, conditions.seed + settings.seeds):
        model_input = prepare(rows, portfolio, replace(conditions, seed=seed)).model_input
        for model in settings.models:
            for method in methods:
                if method == "balanced_forest" and model != "random_forest":
                    continue
                logger.info("Imbalance study: seed %d, %s, %s", seed, model, method)
                keys = {"seed": seed, "model": model, "method": method}
                try:
                    for measured in _measure(
                        model_input, conditions.models[model], method, seed, settings.precision
                    ):
                        table.append({**keys, **measured})
                except InputError as error:
                    table.append({**keys, "does_not_apply": str(error)})
    columns = ["seed", *KEYS, *MEASURED, "precision", "train_rows", "test_to_train", "does_not_apply"]
    return pd.DataFrame(table, columns=columns)


def summarise_imbalance(results: pd.DataFrame, confidence: float) -> pd.DataFrame:
    """Average over seeds, and compare each method with doing nothing, seed by seed.

    Args:
        results: From `study_imbalance`.
        confidence: Coverage of the intervals; see `mean_over_deals`.

    Returns:
        One row per model, method and probability: `seeds`, each metric's mean with `_low` and `_high`, and
        `{metric}_gain` with `_low` and `_high`: minus that of the same model without rebalancing, calibrated
        where the method's is, else as trained; missing for `none` itself.
    """
    tried = results[results["does_not_apply"].isna()]
    by_seed = {keys: group.set_index("seed") for keys, group in tried.groupby(KEYS, sort=False)}
    rows = []
    for (model, method, probability), group in by_seed.items():
        share = float(group["test_to_train"].mean())
        row: dict[str, Any] = {"model": model, "method": method, "probability": probability}
        row["seeds"] = len(group)
        nothing = by_seed[model, "none", CALIBRATED if probability == CALIBRATED else AS_TRAINED]
        for metric in MEASURED:
            row |= mean_over_deals(metric, group[metric], share, confidence, possible=(0, 1))
            gain = group[metric] - nothing.loc[group.index, metric]
            gained = mean_over_deals(f"{metric}_gain", gain, share, confidence)
            row |= dict.fromkeys(gained, np.nan) if method == "none" else gained
        rows.append(row)
    return pd.DataFrame(rows)


def recall_at_precision(outcome: np.ndarray, probability: np.ndarray, precision: float) -> float:
    """Return the largest share of defaults caught by a cut whose calls are right often enough.

    Args:
        outcome: 0/1 of shape (rows,), 1 = default.
        probability: Of default, shape (rows,).
        precision: Least share of calls that are right.

    Returns:
        0 where no cut is right as often.
    """
    from sklearn.metrics import precision_recall_curve

    precisions, recalls, _ = precision_recall_curve(outcome, probability)
    return float(recalls[:-1][precisions[:-1] >= precision].max(initial=0.0))


def _measure(
    model_input: pd.DataFrame, settings: ModelSettings, method: Method, seed: int, precision: float
) -> Iterator[dict[str, Any]]:
    model, record = train_model(
        _with_method(settings, method),
        in_part(model_input, TRAIN),
        in_part(model_input, VALIDATION),
        seed,
    )
    scores = score_rows(model_input, lambda X: predict_probability(model, X))
    test = in_part(scores, TEST)
    raw, outcome = test["score"].to_numpy(), test[DEFAULT].to_numpy()
    probabilities = {AS_TRAINED: raw}
    if record["method"] in CORRECTABLE:
        probabilities[CORRECTED] = undo_rebalancing(raw, record)
    probabilities[CALIBRATED] = fit_calibrator(scores, CalibrationSettings(method="platt"), record).apply(raw)
    for name, probability in probabilities.items():
        card = Scorecard(outcome, probability, threshold=0.5, calibration_bins=CALIBRATION_BINS)
        measured = {key: float(value[0]) for key, value in card.measure().items() if key in MEASURED}
        yield {
            "probability": name,
            **measured,
            "recall_at_precision": recall_at_precision(outcome, probability, precision),
            "precision": precision,
            "train_rows": sum(record["after"].values()),
            "test_to_train": len(test) / len(in_part(model_input, TRAIN)),
        }


CALIBRATION_BINS = 10


def _with_method(settings: ModelSettings, method: Method) -> ModelSettings:
    if method == "balanced_forest":
        shape = settings.model_dump(exclude={"imbalance"})
        return BalancedForestSettings.model_validate(shape)
    return settings.model_copy(update={"imbalance": ImbalanceSettings(method=method)})
