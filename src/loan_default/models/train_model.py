"""One way to train any model of the project, by the type of its settings."""

from __future__ import annotations

from typing import Any

import pandas as pd

from loan_default.frames import TWIN_GROUP, feature_matrix, feature_names
from loan_default.models.ann import AnnSettings, train_ann
from loan_default.models.field.balanced_forest import BalancedForestSettings, train_balanced_forest
from loan_default.models.field.catboost import CatboostSettings, train_catboost
from loan_default.models.field.decision_tree import DecisionTreeSettings, train_decision_tree
from loan_default.models.field.elastic_net import ElasticNetSettings, train_elastic_net
from loan_default.models.field.kernel_svm import KernelSvmSettings, train_kernel_svm
from loan_default.models.field.lightgbm_bagged import LightGbmBaggedSettings, train_lightgbm_bagged
from loan_default.models.field.nearest_neighbours import NearestNeighboursSettings, train_nearest_neighbours
from loan_default.models.field.woe_scorecard import WoeScorecardSettings, train_woe_scorecard
from loan_default.models.field.xgboost import XgboostSettings, train_xgboost
from loan_default.models.lightgbm import LightGbmSettings, train_lightgbm
from loan_default.models.logistic_regression import LogisticRegressionSettings, train_logistic_regression
from loan_default.models.random_forest import RandomForestSettings, train_random_forest
from loan_default.models.settings import ModelSettings

ALONE: dict[type[ModelSettings], Any] = {
    BalancedForestSettings: train_balanced_forest,
    DecisionTreeSettings: train_decision_tree,
    ElasticNetSettings: train_elastic_net,
    KernelSvmSettings: train_kernel_svm,
    LogisticRegressionSettings: train_logistic_regression,
    NearestNeighboursSettings: train_nearest_neighbours,
    RandomForestSettings: train_random_forest,
    WoeScorecardSettings: train_woe_scorecard,
}
"""Trained on train rows alone."""

STOPPED: dict[type[ModelSettings], Any] = {
    CatboostSettings: train_catboost,
    LightGbmSettings: train_lightgbm,
    XgboostSettings: train_xgboost,
}
"""Stopped by rows that they are not trained on."""


def train_model(
    settings: ModelSettings, train: pd.DataFrame, stopped_on: pd.DataFrame, seed: int
) -> tuple[Any, dict[str, Any]]:
    """Train the model that the settings are of.

    Args:
        settings: Of one of the project's models.
        train: Training rows: keys and float32 features.
        stopped_on: Rows, validation as a rule, that end the training of models stopped early.
        seed: Seed of every draw.

    Returns:
        The trained model, for `predict_probability`, and the rebalancing record.
    """
    kind = type(settings)
    rows, stopping, twins = feature_matrix(train), feature_matrix(stopped_on), train[TWIN_GROUP].to_numpy()
    if isinstance(settings, AnnSettings):
        network, _, rebalancing = train_ann(
            *rows, *stopping, settings, seed, twins, feature_names=feature_names(train)
        )
        return network, rebalancing
    if isinstance(settings, LightGbmBaggedSettings):
        return train_lightgbm_bagged(*rows, settings, seed, twins)
    if kind in ALONE:
        return ALONE[kind](*rows, settings, seed)
    if kind in STOPPED:
        return STOPPED[kind](*rows, *stopping, settings, seed)
    raise TypeError(f"No model has settings of type {kind.__name__}.")
