"""Nodes of the feature engineering pipeline."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import pandas as pd

from loan_default.features.fit import fit_feature_transformer
from loan_default.features.model_input import build_model_input
from loan_default.features.order_check import orders_not_of_risk
from loan_default.features.plots import plot_feature_report
from loan_default.features.report import feature_report
from loan_default.features.settings import FeatureSettings
from loan_default.features.transformer import FeatureTransformer
from loan_default.pipelines.origin import FEATURES, with_step
from loan_default.portfolio.cleaner import ApplicationCleaner

if TYPE_CHECKING:
    from matplotlib.figure import Figure

logger = logging.getLogger(__name__)


def fit_features(
    clean_applications: pd.DataFrame,
    application_cleaner: dict[str, Any],
    features: FeatureSettings,
    seed: int,
) -> tuple[dict[str, Any], pd.DataFrame]:
    """Learn the features on train; those of train rows are out-of-fold."""
    cleaner = ApplicationCleaner.from_dict(application_cleaner)
    transformer, train_features = fit_feature_transformer(
        clean_applications, cleaner.portfolio, cleaner.leaks, features, seed
    )
    logger.info("%d features from %d columns.", len(transformer.features), len(transformer.groups()))
    for name, rates in orders_not_of_risk(clean_applications, transformer.encoders).items():
        logger.warning(
            "The order of %s is none of risk: the default rates along it are %s. If the order is wrong, mend "
            "portfolio.columns.%s.order; if the labels have none, make it kind category.",
            name,
            ", ".join(f"{label} {rate:.1%}" for label, rate in rates.items()),
            name,
        )
    return transformer.to_dict(), train_features


def make_model_input(
    clean_applications: pd.DataFrame,
    feature_transformer: dict[str, Any],
    train_features: pd.DataFrame,
    cleaning_origin: dict[str, Any],
    features: FeatureSettings,
    seed: int,
    run_provenance: dict[str, str],
) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Apply the features to every part, and record what they were made with."""
    transformer = FeatureTransformer.from_dict(feature_transformer)
    origin = with_step(cleaning_origin, FEATURES, run_provenance, features=features, seed=seed)
    return build_model_input(clean_applications, transformer, train_features), origin


def report_features(
    clean_applications: pd.DataFrame,
    feature_transformer: dict[str, Any],
    train_features: pd.DataFrame,
    features: FeatureSettings,
) -> pd.DataFrame:
    """Say of every column what it is used as, what it says about default, and how stable it is."""
    transformer = FeatureTransformer.from_dict(feature_transformer)
    return feature_report(clean_applications, transformer, train_features, features)


def draw_features(report: pd.DataFrame) -> Figure:
    """Draw the strongest features."""
    return plot_feature_report(report)
