"""Tune one model of the field on folds of the rows that are not test rows."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, field_validator

from loan_default.errors import InputError
from loan_default.frames import (
    DEFAULT,
    PART,
    TEST,
    TRAIN,
    TWIN_GROUP,
    VALIDATION,
    feature_matrix,
    fingerprint,
    in_part,
)
from loan_default.models.ann import AnnSettings
from loan_default.models.correction import undo_rebalancing
from loan_default.models.field.contenders import check_trainable
from loan_default.models.field.search_space import SEARCH_SPACES, Range
from loan_default.models.predict_probability import predict_probability
from loan_default.models.settings import ModelSettings
from loan_default.models.train_model import train_model
from loan_default.portfolio.split import fold_parts
from loan_default.studies.experiment import draw_groups

if TYPE_CHECKING:
    from optuna import Study, Trial

logger = logging.getLogger(__name__)

TunedMetric = Literal["roc_auc", "average_precision", "log_loss"]
LOWER_IS_BETTER = ("log_loss",)
SETTINGS = "settings"
"""User attribute of a trial: the settings it tried, as parameters have them."""

AS_SET = "as_set"
"""User attribute of the trial that tries the settings as they are, and its column."""

EARLIER = "earlier"
"""Column of the trials: whether a run before this one tried it."""

FEWEST_FOR_IMPORTANCE = 5
"""Complete trials below which what mattered cannot be told."""

STOPPING_SHARE = 0.2
"""Of the rows that are not in the fold that judges: they stop models that stop early."""


class TuningSettings(BaseModel):
    """What is tuned, by what, and for how long."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    model: str = Field(default="lightgbm", description="A model of the field.")
    metric: TunedMetric = Field(default="roc_auc", description="Mean over the folds that is to be best.")
    folds: int = Field(default=3, ge=2, le=20, description="Folds of the train and validation rows.")
    trials: int = Field(default=30, ge=1, description="Trials of the study in all, earlier runs included.")
    minutes: float | None = Field(
        default=None, gt=0, description="After which no trial begins; null = no limit."
    )
    prune: bool = Field(
        default=True, description="Give up a trial that falls behind the median of the others after a fold."
    )
    rows: int | None = Field(
        default=None,
        ge=1000,
        description="Rows at most, whole groups of twins drawn at random; null = all that are not test rows.",
    )

    @field_validator("model")
    @classmethod
    def _is_of_the_field(cls, model: str) -> str:
        check_trainable((model,))
        return model


def study_name(
    model_input: pd.DataFrame, settings: TuningSettings, base: Mapping[str, Any], seed: int
) -> str:
    """Name the study that a run continues: another one for other rows, features, conditions or bounds.

    Args:
        model_input: Keys and float32 features.
        settings: What is tuned.
        base: The model's settings where they are not tuned.
        seed: Seed of the run.
    """
    fixed = (settings.metric, settings.folds, settings.rows, seed, base, SEARCH_SPACES[settings.model])
    conditions = pd.DataFrame({"condition": [repr(condition) for condition in fixed]})
    return f"{settings.model}-{settings.metric}-{fingerprint(model_input)[:8]}-{fingerprint(conditions)[:8]}"


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

    _forget_killed(study)
    before = trials_table(study)["trial"]
    _begin_as_set(study, base, SEARCH_SPACES[settings.model])
    study.pruner = optuna.pruners.MedianPruner(n_startup_trials=5)
    until = math.inf if settings.minutes is None else time.monotonic() + 60 * settings.minutes
    while (left := settings.trials - _used(study)) > 0 and time.monotonic() < until:
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


def trials_table(study: Study) -> pd.DataFrame:
    """Tabulate the trials of a study.

    Args:
        study: Its trials, finished or not.

    Returns:
        One row per finished trial, in order: `trial`, `state` (complete, pruned or fail), `as_set` (True for
        the trial of the settings as they are, before any search), `value` (mean over the folds, of complete
        trials only: folds differ, so that a mean over some of them says nothing beside one over all),
        `folds_measured`, `seconds`, and a column for each setting tried.
    """
    from optuna.trial import TrialState

    rows = [
        {
            "trial": trial.number,
            "state": trial.state.name.lower(),
            AS_SET: AS_SET in trial.user_attrs,
            "value": trial.value if trial.state == TrialState.COMPLETE else np.nan,
            "folds_measured": len(trial.intermediate_values),
            "seconds": trial.duration.total_seconds() if trial.duration else np.nan,
            **trial.params,
        }
        for trial in study.trials
        if trial.state.is_finished()
    ]
    return pd.DataFrame(rows, columns=None if rows else ["trial", "state", "value", "seconds"])


def outcome_in_words(trials: pd.DataFrame, metric: TunedMetric) -> str:
    """Say what came out, beside what the settings as they are come to.

    Args:
        trials: From `trials_table`, one of them complete.
        metric: What the value is.
    """
    complete = trials[trials["state"] == "complete"]
    best = complete["value"].min() if metric in LOWER_IS_BETTER else complete["value"].max()
    given_up = int((trials["state"] == "pruned").sum())
    words = (
        f"Best of {len(complete) + given_up} trials, {given_up} of them given up early: {metric} {best:.5f}"
    )
    before = complete.loc[complete[AS_SET], "value"]
    return words + (f"; the settings as they were had {before.iloc[0]:.5f}" if len(before) else "")


def best_settings(study: Study) -> dict[str, Any]:
    """Return the settings of the best trial, as the model's section of the parameters has them."""
    return dict(study.best_trial.user_attrs[SETTINGS])


def importance(study: Study, seed: int) -> dict[str, float]:
    """Return the share of the variation between trials that each setting explains (fANOVA).

    Hutter, Hoos & Leyton-Brown (2014), An Efficient Approach for Assessing Hyperparameter Importance.

    Args:
        study: With its trials.
        seed: Of the forest that fANOVA fits.

    Returns:
        By setting, most important first; empty where fewer than `FEWEST_FOR_IMPORTANCE` trials are complete,
        or all came to the same.
    """
    import optuna
    from optuna.trial import TrialState

    complete = study.get_trials(deepcopy=False, states=[TrialState.COMPLETE])
    if len(complete) < FEWEST_FOR_IMPORTANCE or len({trial.value for trial in complete}) == 1:
        return {}
    evaluator = optuna.importance.FanovaImportanceEvaluator(seed=seed)
    return dict(optuna.importance.get_param_importances(study, evaluator=evaluator))


def open_study(storage: str, name: str, metric: TunedMetric) -> Study:
    """Open a study, new or to be continued.

    Args:
        storage: Database, as a URL.
        name: From `study_name`.
        metric: What is to be best.
    """
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    direction = "minimize" if metric in LOWER_IS_BETTER else "maximize"
    return optuna.create_study(storage=storage, study_name=name, direction=direction, load_if_exists=True)


def _forget_killed(study: Study) -> None:
    """Close trials that a killed run has left open; their settings are drawn again by another number."""
    from optuna.trial import TrialState

    for trial in study.get_trials(states=[TrialState.RUNNING]):
        study.tell(trial.number, state=TrialState.FAIL)


def _used(study: Study) -> int:
    from optuna.trial import TrialState

    return len(study.get_trials(deepcopy=False, states=[TrialState.COMPLETE, TrialState.PRUNED]))


def _sections(changes: Mapping[str, Any]) -> list[str]:
    return sorted({key.partition(".")[0] for key in changes})


def _begin_as_set(study: Study, base: ModelSettings, space: Mapping[str, Range]) -> None:
    """Make the settings as they are the first trial, so that the search is never worse than no search."""
    from optuna.trial import TrialState

    begun = (TrialState.WAITING, TrialState.COMPLETE, TrialState.PRUNED)
    values = {key: _value_at(base.model_dump(), key) for key in space}
    within = all(
        values[key] is not None and bounds.low <= values[key] <= bounds.high for key, bounds in space.items()
    )
    if within and not study.get_trials(deepcopy=False, states=begun):
        study.enqueue_trial(values, user_attrs={AS_SET: True})


def _value_at(settings: Mapping[str, Any], key: str) -> Any:
    value: Any = settings
    for step in key.split("."):
        value = value.get(step)
    return value


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
