"""Nodes of the tuning pipeline."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import pandas as pd
import yaml

from loan_default.evaluation.plot_tuning import plot_tuning_history, plot_tuning_importance
from loan_default.models.field.contenders import CONTENDERS, settings_of
from loan_default.studies import tuning_study
from loan_default.studies.tuning import tune
from loan_default.studies.tuning_settings import TuningSettings

if TYPE_CHECKING:
    from matplotlib.figure import Figure

logger = logging.getLogger(__name__)


def tune_model(
    model_input: pd.DataFrame, tuning_studies: str, tuning: TuningSettings, seed: int, *of_models: Any
) -> tuple[pd.DataFrame, str, dict[str, float]]:
    """Continue the study or begin one; `of_models` are the settings of the field in turn.

    Returns:
        The trials, the best settings as YAML, and what explains the differences between trials.
    """
    settings = settings_of(of_models, [tuning.model])[tuning.model]
    name = tuning_study.study_name(model_input, tuning, settings.model_dump(mode="json"), seed)
    opened = tuning_study.open_study(tuning_studies, name, tuning.metric)
    trials = tune(model_input, opened, settings, tuning, seed)
    head = (
        f"# {tuning_study.outcome_in_words(trials, tuning.metric)}.\n"
        f"# Means over {tuning.folds} folds of train and validation rows; the best of many is flattered.\n"
        "# To use it, put this file into conf/<portfolio>/.\n"
    )
    best = head + yaml.safe_dump({tuning.model: tuning_study.best_settings(opened)}, sort_keys=False)
    logger.info("Best settings:\n%s", best)
    return trials, best, tuning_study.importance(opened, seed)


def draw_tuning(
    trials: pd.DataFrame, importance: dict[str, float], tuning: TuningSettings
) -> tuple[Figure, Figure]:
    """Draw the trials, and what mattered."""
    label = CONTENDERS[tuning.model].label
    return (
        plot_tuning_history(trials, tuning.metric, label),
        plot_tuning_importance(importance, tuning.metric, label),
    )
