"""Tune one model of the field on folds of the rows that are not test rows."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from loan_default.errors import InputError
from loan_default.frames import (
    DEFAULT,
    PART,
    TEST,
    TRAIN,
    TWIN_GROUP,
    VALIDATION,
    feature_matrix,
    in_part,
)
from loan_default.models.ann import AnnSettings
from loan_default.models.correction import undo_rebalancing
from loan_default.models.field.search_space import SEARCH_SPACES, Range
from loan_default.models.predict_probability import predict_probability
from loan_default.models.settings import ModelSettings
from loan_default.models.train_model import train_model
from loan_default.portfolio.split import fold_parts
from loan_default.studies.experiment import draw_groups
from loan_default.studies.tuning_settings import TunedMetric, TuningSettings
from loan_default.studies.tuning_study import (
    SETTINGS,
    begin_as_set,
    forget_killed,
    trials_done,
    trials_table,
)

if TYPE_CHECKING:
    from optuna import Study, Trial

logger = logging.getLogger(__name__)

EARLIER = "earlier"
"""Column of the trials: whether a run before this one tried it."""

STOPPING_SHARE = 0.2
"""Of the rows that are not in the fold that judges: they stop models that stop early."""


def tune(
    model_input: pd.DataFrame, study: Study, base: ModelSettings, settings: TuningSettings, seed: int
) -> pd.DataFrame:
    """Try settings until the study has its trials or the time is up; test rows are never looked at.

    Args:
        model_input: Keys and float32 features.
        study: New or to be continued; each finished trial is stored at once.
        base: The model's settings where they are not tuned.
        settings: Model, metric, folds, budget.
        seed: Trial n draws by seed + n, so that a study that was stopped goes on as it would have; every
            trial trains on its fold k by seed + k. A trial that was killed halfway keeps its number.

    Returns:
        One row per trial of the study: see `trials_table`; and `earlier`: whether a run before this one
        tried it.

    Raises:
        InputError: No trial has come to an end.
    """
    import optuna

    rows = _bounded(model_input.loc[model_input[PART] != TEST], settings.rows, seed)
    folds = _folds(rows, settings.folds, seed)
    if isinstance(base, AnnSettings):
        # The architecture that a run would choose, which trains on more rows than a fold does.
        suited = base.suited_to(in_part(model_input, TRAIN)[DEFAULT].to_numpy())
        base = base.model_copy(update={"network": suited.network})

    def objective(trial: Trial) -> float:
        changes = _suggest(trial, SEARCH_SPACES[settings.model])
        tried = type(base).model_validate(_changed(base.model_dump(), changes))
        as_parameters = tried.model_dump(mode="json")
        trial.set_user_attr(SETTINGS, {key: as_parameters[key] for key in _sections(changes)})
        values = []
        for at, fold in enumerate(folds):
            values.append(_measure(tried, fold, settings.metric, seed + at))
            trial.report(float(np.mean(values)), at)
            if settings.prune and at + 1 < len(folds) and trial.should_prune():
                raise optuna.TrialPruned
        logger.info(
            "Trial %d: %s %.5f (%s)", trial.number, settings.metric, np.mean(values), _in_words(trial.params)
        )
        return float(np.mean(values))

    forget_killed(study)
    before = trials_table(study)["trial"]
    begin_as_set(study, base, SEARCH_SPACES[settings.model])
    study.pruner = optuna.pruners.MedianPruner(n_startup_trials=5)
    until = math.inf if settings.minutes is None else time.monotonic() + 60 * settings.minutes
    while (left := settings.trials - trials_done(study)) > 0 and time.monotonic() < until:
        logger.info("Tuning %s: %d of %d trials to go", settings.model, left, settings.trials)
        study.sampler = optuna.samplers.TPESampler(seed=seed + len(study.trials))
        study.optimize(objective, n_trials=1)
    table = trials_table(study)
    table.insert(2, EARLIER, table["trial"].isin(before))
    if not (table["state"] == "complete").any():
        raise InputError(
            f"Tuning {settings.model}: no trial came to an end in {settings.minutes} minutes. Give it more "
            "under tuning.minutes, or fewer rows under tuning.rows."
        )
    return table


def _sections(changes: Mapping[str, Any]) -> list[str]:
    return sorted({key.partition(".")[0] for key in changes})


def _bounded(rows: pd.DataFrame, at_most: int | None, seed: int) -> pd.DataFrame:
    if at_most is None or len(rows) <= at_most:
        return rows
    return rows.loc[draw_groups(rows[TWIN_GROUP], at_most, seed)]


def _folds(rows: pd.DataFrame, folds: int, seed: int) -> list[pd.DataFrame]:
    """Deal rows to folds, twins together: for each, all rows, with the fold as their test part."""
    dealt = []
    for part in fold_parts(rows, folds, STOPPING_SHARE * (1 - 1 / folds), seed):
        if (rows.groupby(part)[DEFAULT].nunique() < 2).any():
            raise InputError(
                f"tuning.folds is {folds}, which leaves a fold without defaults or without paid loans. Lower "
                "it, or raise tuning.rows."
            )
        dealt.append(rows.assign(**{PART: part}))
    return dealt


def _measure(settings: ModelSettings, fold: pd.DataFrame, metric: TunedMetric, seed: int) -> float:
    from sklearn.metrics import average_precision_score, log_loss, roc_auc_score

    X, y = feature_matrix(fold, TEST)
    # Models that stop early do so by rows of their own: the fold that judges them must not.
    model, rebalancing = train_model(settings, in_part(fold, TRAIN), in_part(fold, VALIDATION), seed)
    probability = undo_rebalancing(predict_probability(model, X), rebalancing)
    match metric:
        case "roc_auc":
            return float(roc_auc_score(y, probability))
        case "average_precision":
            return float(average_precision_score(y, probability))
        case _:
            return float(log_loss(y, np.clip(probability, 1e-12, 1 - 1e-12)))


def _suggest(trial: Trial, space: Mapping[str, Range]) -> dict[str, Any]:
    return {
        key: trial.suggest_int(key, int(bounds.low), int(bounds.high), log=bounds.log)
        if bounds.whole
        else trial.suggest_float(key, bounds.low, bounds.high, log=bounds.log)
        for key, bounds in space.items()
    }


def _changed(settings: dict[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    for key, value in values.items():
        *path, last = key.split(".")
        place = settings
        for step in path:
            place = place[step]
        place[last] = value
    return settings


def _in_words(values: Mapping[str, Any]) -> str:
    return ", ".join(f"{k} {v:.4g}" if isinstance(v, float) else f"{k} {v}" for k, v in values.items())
