"""Node of the comparison on repeated folds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from loan_default.evaluation.settings import EvaluationSettings
from loan_default.features.settings import FeatureSettings
from loan_default.frames import fingerprint
from loan_default.models.field.contenders import settings_of
from loan_default.portfolio.description import Portfolio
from loan_default.portfolio.settings import CleaningSettings
from loan_default.studies.experiment import Conditions
from loan_default.studies.field_settings import FieldSettings, FoldSettings
from loan_default.studies.finished_folds import FinishedFolds
from loan_default.studies.folds import measure_on_folds, summarise_folds


def repeat_on_folds(
    folds: FoldSettings,
    field: FieldSettings,
    raw_applications: pd.DataFrame,
    folds_finished: Path,
    portfolio: Portfolio,
    cleaning: CleaningSettings,
    features: FeatureSettings,
    evaluation: EvaluationSettings,
    seed: int,
    *of_models: Any,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Measure some models on every fold, and average; `of_models` are the settings of the field in turn."""
    models = settings_of(of_models, folds.models)
    conditions = Conditions(cleaning, features, models, evaluation, seed)
    finished = FinishedFolds(
        folds_finished, repr((fingerprint(raw_applications), portfolio, conditions, field, folds))
    )
    results = measure_on_folds(raw_applications, portfolio, conditions, field, folds, finished)
    summary = summarise_folds(results, folds.models[0], evaluation.confidence)
    # Only an interrupted run goes on: one that is started again after its end measures anew.
    finished.forget()
    return results, summary
