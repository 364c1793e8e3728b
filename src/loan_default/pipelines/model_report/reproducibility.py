"""Chapter: where the numbers come from, and whether they come out again."""

from __future__ import annotations

import logging
from typing import Any

import pandas as pd
from kedro.pipeline import Pipeline, node
from pydantic_core import to_jsonable_python

from loan_default.evaluation.fairness.settings import FairnessSettings
from loan_default.evaluation.origin import Origin, Today
from loan_default.evaluation.reproducibility import Scored, describe_reproducibility
from loan_default.evaluation.settings import EvaluationSettings, ValidationCriteria
from loan_default.features.settings import FeatureSettings
from loan_default.frames import ROW_ID, TEST, in_part
from loan_default.models.ann import AnnSettings
from loan_default.models.lightgbm import LightGbmSettings
from loan_default.models.logistic_regression import LogisticRegressionSettings
from loan_default.models.random_forest import RandomForestSettings
from loan_default.pipelines.origin import comparison_settings
from loan_default.pipelines.random_forest_comparison.nodes import packed_as
from loan_default.portfolio.description import Portfolio
from loan_default.portfolio.raw_rows import raw_rows
from loan_default.portfolio.settings import CleaningSettings
from loan_default.scoring.scorer import PROBABILITY, Scorer
from loan_default.scoring.settings import ServiceSettings
from loan_default.tracking.flatten import flatten

logger = logging.getLogger(__name__)


def collect_settings(
    portfolio: Portfolio,
    cleaning: CleaningSettings,
    features: FeatureSettings,
    ann: AnnSettings,
    random_forest: RandomForestSettings,
    logistic_regression: LogisticRegressionSettings,
    lightgbm: LightGbmSettings,
    seed: int,
    evaluation: EvaluationSettings,
    validation_criteria: ValidationCriteria,
    fairness: FairnessSettings,
    service: ServiceSettings,
) -> dict[str, Any]:
    """Collect what cleaning, features, models and gates would be made with by this run, by dotted key."""
    sections = {
        "portfolio": portfolio,
        "cleaning": cleaning,
        "features": features,
        "ann": ann,
        "random_forest": random_forest,
        "logistic_regression": logistic_regression,
        "lightgbm": lightgbm,
        "seed": seed,
        **comparison_settings(evaluation, validation_criteria, fairness, service),
    }
    return flatten(to_jsonable_python(sections))


def report_reproducibility(
    reported_scorer: Scorer,
    reported_predictions: pd.DataFrame,
    reported_model: str,
    reported_origin: Origin,
    champion: dict[str, Any],
    service: ServiceSettings,
    raw_applications: pd.DataFrame,
    portfolio: Portfolio,
    data_tags: dict[str, str],
    run_provenance: dict[str, str],
    current_settings: dict[str, Any],
) -> dict[str, Any]:
    """Score the test rows again from the raw file, and say which code, data and settings made the model."""
    test = in_part(reported_predictions, TEST)
    logger.info("Scoring %s test rows again from the lender's file.", f"{len(test):,}")
    again = reported_scorer.score(raw_rows(raw_applications, portfolio, test[ROW_ID]))[PROBABILITY]
    section = describe_reproducibility(
        Scored(test["probability"].to_numpy(), again.to_numpy()),
        reported_origin,
        Today(run=run_provenance, settings=current_settings, data=data_tags),
        bundle=reported_scorer.manifest.version,
        packed=packed_as("champion", champion, service) == reported_model,
    )
    return section.model_dump(mode="json")


def create_chapter() -> Pipeline:
    """Create the chapter's nodes."""
    return Pipeline(
        [
            node(
                collect_settings,
                inputs=[
                    "params:portfolio",
                    "params:cleaning",
                    "params:features",
                    "params:ann",
                    "params:random_forest",
                    "params:logistic_regression",
                    "params:lightgbm",
                    "params:seed",
                    "params:evaluation",
                    "params:validation_criteria",
                    "params:fairness",
                    "params:service",
                ],
                outputs="current_settings",
                name="collect_settings",
                namespace="report.reproducibility",
            ),
            node(
                report_reproducibility,
                inputs=[
                    "reported_scorer",
                    "reported_predictions",
                    "reported_model",
                    "reported_origin",
                    "champion",
                    "params:service",
                    "raw_applications",
                    "params:portfolio",
                    "data_tags",
                    "run_provenance",
                    "current_settings",
                ],
                outputs="reproducibility_section",
                name="report_reproducibility",
                namespace="report.reproducibility",
            ),
        ]
    )
