"""The field: every model that can be compared, with its name for people and its settings."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

from pydantic import ValidationError

from loan_default.errors import InputError
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
from loan_default.validation_messages import describe_faults


@dataclass(frozen=True)
class Contender:
    """A model of the field.

    Attributes:
        label: Name for people.
        settings: Type of its settings; they stand under its name in the parameters.
        package: What it needs beyond what every run needs.
    """

    label: str
    settings: type[ModelSettings]
    package: str | None = None

    @property
    def installed(self) -> bool:
        """Whether it can be trained here."""
        return self.package is None or find_spec(self.package) is not None


CONTENDERS: dict[str, Contender] = {
    "logistic_regression": Contender("Logistic regression", LogisticRegressionSettings),
    "elastic_net": Contender("Elastic net", ElasticNetSettings),
    "woe_scorecard": Contender("WoE scorecard", WoeScorecardSettings),
    "nearest_neighbours": Contender("Nearest neighbours", NearestNeighboursSettings),
    "kernel_svm": Contender("Support vector machine, kernel approximated", KernelSvmSettings),
    "decision_tree": Contender("Decision tree", DecisionTreeSettings),
    "random_forest": Contender("Random Forest", RandomForestSettings),
    "xgboost": Contender("XGBoost", XgboostSettings, package="xgboost"),
    "lightgbm": Contender("LightGBM", LightGbmSettings),
    "lightgbm_bagged": Contender("LightGBM, bagged", LightGbmBaggedSettings),
    "catboost": Contender("CatBoost", CatboostSettings, package="catboost"),
    "mlp": Contender("Plain network", AnnSettings),
    "ann": Contender("ANN", AnnSettings),
}
"""By name, which is also the name of the section of its settings in the parameters."""


def check_known(names: Collection[str]) -> None:
    """Refuse names that are not of the field.

    Raises:
        ValueError: Says which, and what there is.
    """
    unknown = sorted(set(names) - set(CONTENDERS))
    if unknown:
        raise ValueError(f"no such model: {', '.join(unknown)}; there are {', '.join(CONTENDERS)}")


def check_trainable(names: Collection[str]) -> None:
    """Refuse names that are not of the field, and models whose package is not installed.

    Raises:
        ValueError: Says which, and what there is or what to install.
    """
    check_known(names)
    for name in names:
        if not CONTENDERS[name].installed:
            raise ValueError(f"{name} needs the package {CONTENDERS[name].package}, which is not installed")


def settings_of(sections: Sequence[Any], names: Collection[str]) -> dict[str, ModelSettings]:
    """Read the settings of some models.

    Args:
        sections: The parameters' sections of the whole field, in its order.
        names: Models to read.

    Returns:
        By name.

    Raises:
        InputError: Names each key that is wrong, as it stands in the parameters.
    """
    given = dict(zip(CONTENDERS, sections, strict=True))
    return {name: _read(name, given[name]) for name in names}


def _read(name: str, given: Any) -> ModelSettings:
    if isinstance(given, ModelSettings):
        return given
    kind = CONTENDERS[name].settings
    try:
        return kind.model_validate(given)
    except ValidationError as error:
        raise InputError("\n".join(describe_faults(name, kind, error))) from error
