"""The field: every model that can be compared, with its name for people and its settings."""

from __future__ import annotations

from dataclasses import dataclass

from loan_default.models.ann import AnnSettings
from loan_default.models.field.catboost import CatboostSettings
from loan_default.models.field.decision_tree import DecisionTreeSettings
from loan_default.models.field.elastic_net import ElasticNetSettings
from loan_default.models.field.kernel_svm import KernelSvmSettings
from loan_default.models.field.lightgbm_bagged import LightGbmBaggedSettings
from loan_default.models.field.nearest_neighbours import NearestNeighboursSettings
from loan_default.models.field.woe_scorecard import WoeScorecardSettings
from loan_default.models.field.xgboost import XgboostSettings
from loan_default.models.lightgbm import LightGbmSettings
from loan_default.models.logistic_regression import LogisticRegressionSettings
from loan_default.models.random_forest import RandomForestSettings
from loan_default.models.settings import ModelSettings


@dataclass(frozen=True)
class Contender:
    """A model of the field.

    Attributes:
        label: Name for people.
        settings: Type of its settings; they stand under its name in the parameters.
    """

    label: str
    settings: type[ModelSettings]


CONTENDERS: dict[str, Contender] = {
    "logistic_regression": Contender("Logistic regression", LogisticRegressionSettings),
    "elastic_net": Contender("Elastic net", ElasticNetSettings),
    "woe_scorecard": Contender("WoE scorecard", WoeScorecardSettings),
    "nearest_neighbours": Contender("Nearest neighbours", NearestNeighboursSettings),
    "kernel_svm": Contender("Support vector machine, kernel approximated", KernelSvmSettings),
    "decision_tree": Contender("Decision tree", DecisionTreeSettings),
    "random_forest": Contender("Random Forest", RandomForestSettings),
    "xgboost": Contender("XGBoost", XgboostSettings),
    "lightgbm": Contender("LightGBM", LightGbmSettings),
    "lightgbm_bagged": Contender("LightGBM, bagged", LightGbmBaggedSettings),
    "catboost": Contender("CatBoost", CatboostSettings),
    "mlp": Contender("Plain network", AnnSettings),
    "ann": Contender("ANN", AnnSettings),
}
"""By name, which is also the name of the section of its settings in the parameters."""
