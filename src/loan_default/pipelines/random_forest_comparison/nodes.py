"""Nodes of the Random Forest comparison pipeline."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

from loan_default.evaluation.comparison import compare_models
from loan_default.evaluation.importance import permutation_importance
from loan_default.evaluation.intervals import sampling_units
from loan_default.evaluation.plot_models import (
    plot_calibration,
    plot_comparison,
    plot_precision_recall,
    plot_roc,
    plot_score_bands,
)
from loan_default.evaluation.plot_training import plot_importance
from loan_default.evaluation.settings import ComparisonSettings, EvaluationSettings
from loan_default.evaluation.tables import comparison_markdown
from loan_default.features.exchange import exchange_in
from loan_default.features.transformer import FeatureTransformer
from loan_default.frames import ROW_ID, TRAIN, VALIDATION, feature_matrix, in_part
from loan_default.models.lightgbm import LightGbmSettings, train_lightgbm
from loan_default.models.lineage import check_same_training, check_trained_on
from loan_default.models.logistic_regression import LogisticRegressionSettings, train_logistic_regression
from loan_default.models.predict_probability import predict_probability
from loan_default.models.random_forest import RandomForestSettings, train_random_forest
from loan_default.pipelines.origin import with_training
from loan_default.pipelines.random_forest_comparison.gate_log import log_gates
from loan_default.portfolio.cleaner import ApplicationCleaner
from loan_default.portfolio.description import Portfolio
from loan_default.scoring.bundle import build_bundle
from loan_default.scoring.reference import describe_reference
from loan_default.scoring.reproduction import check_reproduction
from loan_default.scoring.settings import ServiceSettings
from loan_default.scoring.training_facts import TrainingFacts, describe_training

if TYPE_CHECKING:
    from matplotlib.figure import Figure

logger = logging.getLogger(__name__)

# Metrics by which whole runs are compared.
HEADLINE = ("roc_auc", "average_precision", "brier")
MODELS = ("ann", "random_forest", "logistic_regression", "lightgbm")
# What nodes are given of each model in turn, as `of_models`.
COMPARED = ("predictions", "metrics", "trained_on")
PACKED = ("onnx", "calibrator", "threshold", "metrics", "predictions")


class ImportanceSettings(BaseModel):
    """How permutation importance is measured."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rows: int = Field(ge=100, description="Validation rows, drawn at random if there are more.")
    repeats: int = Field(ge=2, description="Shuffles of each raw input.")


def train_forest(
    model_input: pd.DataFrame,
    random_forest: RandomForestSettings,
    seed: int,
    model_input_origin: dict[str, Any],
    run_provenance: dict[str, str],
) -> tuple[Any, dict[str, Any], dict[str, Any]]:
    """Train the Random Forest on train rows."""
    trained = train_random_forest(*feature_matrix(model_input, TRAIN), random_forest, seed)
    origin = with_training(
        model_input, model_input_origin, run_provenance, random_forest=random_forest, seed=seed
    )
    return *trained, origin


def train_regression(
    model_input: pd.DataFrame,
    logistic_regression: LogisticRegressionSettings,
    seed: int,
    model_input_origin: dict[str, Any],
    run_provenance: dict[str, str],
) -> tuple[Any, dict[str, Any], dict[str, Any]]:
    """Train the logistic regression on train rows."""
    trained = train_logistic_regression(*feature_matrix(model_input, TRAIN), logistic_regression, seed)
    origin = with_training(
        model_input, model_input_origin, run_provenance, logistic_regression=logistic_regression, seed=seed
    )
    return *trained, origin


def train_boosting(
    model_input: pd.DataFrame,
    lightgbm: LightGbmSettings,
    seed: int,
    model_input_origin: dict[str, Any],
    run_provenance: dict[str, str],
) -> tuple[Any, dict[str, Any], dict[str, Any]]:
    """Train LightGBM on train rows; validation rows stop it early."""
    X, y = feature_matrix(model_input, TRAIN)
    trained = train_lightgbm(X, y, *feature_matrix(model_input, VALIDATION), lightgbm, seed)
    origin = with_training(model_input, model_input_origin, run_provenance, lightgbm=lightgbm, seed=seed)
    return *trained, origin


def measure_importance(
    model_input: pd.DataFrame,
    clean_applications: pd.DataFrame,
    feature_transformer: dict[str, Any],
    model: Any,
    trained_on: dict[str, Any],
    importance: ImportanceSettings,
    evaluation: EvaluationSettings,
    seed: int,
) -> pd.DataFrame:
    """Shuffle each raw input of validation rows and see what the model loses."""
    check_trained_on(trained_on, model_input)
    rows = in_part(model_input, VALIDATION)
    if len(rows) > importance.rows:
        rows = rows.sample(importance.rows, random_state=seed)
    transformer = FeatureTransformer.from_dict(feature_transformer)
    X, y = feature_matrix(rows)
    clean = clean_applications.set_index(ROW_ID).loc[rows[ROW_ID]]
    return permutation_importance(
        lambda X: predict_probability(model, X),
        exchange_in(clean, transformer, X),
        X,
        y,
        transformer.groups(),
        repeats=importance.repeats,
        seed=seed,
        confidence=evaluation.confidence,
        units=sampling_units(rows),
    )


def draw_importance(model: str) -> Callable[[pd.DataFrame], Figure]:
    """Return the node function that draws one model's importance."""

    def draw_importance(table: pd.DataFrame) -> Figure:
        return plot_importance(table, model)

    return draw_importance


def compare(
    gates: dict[str, dict[str, Any]],
    comparison: ComparisonSettings,
    evaluation: EvaluationSettings,
    portfolio: Portfolio,
    seed: int,
    *of_models: Any,
) -> tuple[pd.DataFrame, dict[str, Any], str, dict[str, float]]:
    """Compare all models on the same test rows and choose the champion; `of_models`: see `COMPARED`."""
    predictions, metrics, records = of_each_model(of_models, COMPARED)
    check_same_training(records)
    result = compare_models(predictions, metrics, gates, comparison, evaluation, seed)
    log_gates(result.champion)
    logger.info("Champion: %s. %s", result.champion["champion"] or "none", result.champion["reason"])
    report = comparison_markdown(result.table, result.champion, portfolio.title)
    headline = {f"{model}.{name}": metrics[model][name] for model in MODELS for name in HEADLINE}
    return result.table, result.champion, report, headline


def draw_comparison(
    table: pd.DataFrame, comparison: ComparisonSettings, evaluation: EvaluationSettings, *of_models: Any
) -> tuple[Figure, Figure, Figure, Figure, Figure]:
    """Draw all models on common axes; `of_models`: see `COMPARED`."""
    predictions, metrics, _ = of_each_model(of_models, COMPARED)
    return (
        plot_comparison(table, comparison.metric),
        plot_roc(predictions, metrics),
        plot_precision_recall(predictions, metrics),
        plot_calibration(predictions, metrics, evaluation),
        plot_score_bands(predictions, evaluation),
    )


def describe_train_rows(
    raw_applications: pd.DataFrame,
    clean_applications: pd.DataFrame,
    application_cleaner: dict[str, Any],
    feature_transformer: dict[str, Any],
    portfolio: Portfolio,
) -> dict[str, Any]:
    """Describe the train rows and the fields of an application, for the bundles' manifests."""
    facts = describe_training(
        raw_applications,
        clean_applications,
        portfolio,
        ApplicationCleaner.from_dict(application_cleaner),
        FeatureTransformer.from_dict(feature_transformer),
    )
    return facts.model_dump(mode="json")


def describe_for_monitoring(
    raw_applications: pd.DataFrame,
    clean_applications: pd.DataFrame,
    application_cleaner: dict[str, Any],
    feature_transformer: dict[str, Any],
    training_facts: dict[str, Any],
    portfolio: Portfolio,
    service: ServiceSettings,
    *predictions: pd.DataFrame,
) -> dict[str, Any]:
    """Describe how inputs and scores are distributed, for the bundles; `predictions`: of `MODELS`."""
    return describe_reference(
        raw_applications,
        clean_applications,
        portfolio,
        ApplicationCleaner.from_dict(application_cleaner),
        TrainingFacts.model_validate(training_facts).fields,
        dict(zip(MODELS, predictions, strict=True)),
        service,
    )


def packed_as(role: str, champion: Mapping[str, Any], service: ServiceSettings) -> str | None:
    """Name the model that is packed as champion (or as what `service.model` asks for) or challenger."""
    asked_for = service.model if role == "champion" else "champion"
    name: str | None = champion[role] if asked_for == "champion" else asked_for
    return name


def pack_bundle(role: str) -> Callable[..., dict[str, bytes]]:
    """Return the node function that packs the champion, or the challenger, for service.

    Args:
        role: champion (or the model that `service.model` asks for) or challenger.
    """

    def pack_bundle(
        champion: dict[str, Any],
        clean_applications: pd.DataFrame,
        application_cleaner: dict[str, Any],
        feature_transformer: dict[str, Any],
        training_facts: dict[str, Any],
        monitoring_reference: dict[str, Any],
        data_tags: dict[str, str],
        run_id: str,
        report_written: str,  # makes a run that reports pack last
        service: ServiceSettings,
        *of_models: Any,
    ) -> dict[str, bytes]:
        onnx, calibrators, thresholds, metrics, predictions = of_each_model(of_models, PACKED)
        name = packed_as(role, champion, service)
        if name is None:
            return {}
        check_reproduction(
            clean_applications,
            predictions[name],
            feature_transformer,
            onnx[name],
            calibrators[name],
            thresholds[name],
        )
        return build_bundle(
            name,
            champion,
            application_cleaner,
            feature_transformer,
            onnx[name],
            calibrators[name],
            thresholds[name],
            metrics[name],
            TrainingFacts.model_validate(training_facts),
            monitoring_reference,
            service,
            data_tags["data_fingerprint"],
            run_id,
        )

    return pack_bundle


def of_each_model(of_models: tuple[Any, ...], datasets: tuple[str, ...]) -> list[dict[str, Any]]:
    """Sort what a node was given of each model in turn: for each dataset, by model."""
    return [dict(zip(MODELS, of_models[at :: len(datasets)], strict=True)) for at in range(len(datasets))]
