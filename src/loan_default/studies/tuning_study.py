"""A study of Optuna: its name, its database, its first trial, and what its trials say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from loan_default.frames import fingerprint
from loan_default.models.field.search_space import SEARCH_SPACES, Range
from loan_default.models.settings import ModelSettings
from loan_default.studies.tuning_settings import LOWER_IS_BETTER, TunedMetric, TuningSettings

if TYPE_CHECKING:
    from optuna import Study

SETTINGS = "settings"
"""User attribute of a trial: the settings it tried, as parameters have them."""

AS_SET = "as_set"
"""User attribute of the trial that tries the settings as they are, and its column."""

FEWEST_FOR_IMPORTANCE = 5
"""Complete trials below which what mattered cannot be told."""


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


def forget_killed(study: Study) -> None:
    """Close trials that a killed run has left open; their settings are drawn again by another number."""
    from optuna.trial import TrialState

    for trial in study.get_trials(states=[TrialState.RUNNING]):
        study.tell(trial.number, state=TrialState.FAIL)


def trials_done(study: Study) -> int:
    """Count the trials that count against the budget: measured, or given up early."""
    from optuna.trial import TrialState

    return len(study.get_trials(deepcopy=False, states=[TrialState.COMPLETE, TrialState.PRUNED]))


def begin_as_set(study: Study, base: ModelSettings, space: Mapping[str, Range]) -> None:
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
