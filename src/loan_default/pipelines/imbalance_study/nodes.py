"""Nodes of the imbalance study."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import pandas as pd

from loan_default.evaluation.settings import EvaluationSettings
from loan_default.features.settings import FeatureSettings
from loan_default.models.ann import AnnSettings
from loan_default.models.random_forest import RandomForestSettings
from loan_default.portfolio.description import Portfolio
from loan_default.portfolio.settings import CleaningSettings
from loan_default.studies.experiment import Conditions
from loan_default.studies.imbalance import ImbalanceStudySettings, study_imbalance, summarise_imbalance
from loan_default.studies.imbalance_plot import plot_imbalance
from loan_default.studies.imbalance_report import imbalance_in_words, imbalance_markdown
from loan_default.studies.leaky_protocols import show_leaks
from loan_default.studies.settings import LeaksShownSettings

if TYPE_CHECKING:
    from matplotlib.figure import Figure

logger = logging.getLogger(__name__)


def study(
    raw_applications: pd.DataFrame,
    portfolio: Portfolio,
    cleaning: CleaningSettings,
    features: FeatureSettings,
    ann: AnnSettings,
    random_forest: RandomForestSettings,
    imbalance_study: ImbalanceStudySettings,
    evaluation: EvaluationSettings,
    seed: int,
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Train every model by every method; return all results, averages, and what resampling early fakes."""
    models: dict[str, Any] = {"ann": ann, "random_forest": random_forest}
    conditions = Conditions(cleaning, features, models, evaluation, seed)
    results = study_imbalance(raw_applications, portfolio, conditions, imbalance_study)
    early = LeaksShownSettings(
        protocols=("resample_before_split",), models=("random_forest",), rows=imbalance_study.rows
    )
    fake = show_leaks(raw_applications, portfolio, conditions, early)
    return results, summarise_imbalance(results, evaluation.confidence), fake


def report(
    results: pd.DataFrame, summary: pd.DataFrame, fake: pd.DataFrame, portfolio: Portfolio
) -> tuple[Figure, str]:
    """Draw the averages, and write down what was found."""
    findings = imbalance_in_words(results, summary, fake)
    logger.info(findings)
    page = imbalance_markdown(results, summary, findings, portfolio.title)
    return plot_imbalance(summary, findings), page
