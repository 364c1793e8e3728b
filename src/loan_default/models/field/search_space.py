"""What may be tuned of each model, and between which bounds."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Range:
    """Numbers between two bounds.

    Attributes:
        low: Smallest.
        high: Largest.
        log: Drawn evenly on the logarithmic scale.
        whole: Whole numbers only.
    """

    low: float
    high: float
    log: bool = False
    whole: bool = False


SearchSpace = dict[str, Range]
"""Settings by dotted key, such as `network.dropout`."""

_NETWORK: SearchSpace = {
    "network.learning_rate": Range(3e-4, 5e-3, log=True),
    "network.dropout": Range(0.0, 0.5),
    "network.weight_decay": Range(1e-5, 1e-2, log=True),
}

SEARCH_SPACES: dict[str, SearchSpace] = {
    "ann": _NETWORK,
    "mlp": _NETWORK,
    "catboost": {
        "learning_rate": Range(0.02, 0.2, log=True),
        "depth": Range(3, 9, whole=True),
        "lambda_l2": Range(0.5, 30, log=True),
    },
    "decision_tree": {"max_depth": Range(2, 14, whole=True), "min_leaf_share": Range(0.001, 0.05, log=True)},
    "elastic_net": {"C": Range(1e-3, 10, log=True), "l1_ratio": Range(0.0, 1.0)},
    "kernel_svm": {"width": Range(0.1, 10, log=True), "C": Range(1e-3, 1, log=True)},
    "lightgbm": {
        "learning_rate": Range(0.02, 0.2, log=True),
        "num_leaves": Range(4, 64, log=True, whole=True),
        "min_data_in_leaf": Range(10, 500, log=True, whole=True),
        "feature_fraction": Range(0.3, 1.0),
        "bagging_fraction": Range(0.5, 1.0),
        "lambda_l2": Range(0.1, 30, log=True),
    },
    "logistic_regression": {"C": Range(1e-4, 100, log=True)},
    "nearest_neighbours": {"neighbours": Range(10, 500, log=True, whole=True)},
    "random_forest": {
        "max_depth": Range(4, 24, whole=True),
        "min_samples_leaf": Range(2, 200, log=True, whole=True),
        "max_features": Range(0.05, 0.8),
        "max_samples": Range(0.1, 1.0),
    },
    "woe_scorecard": {"bins": Range(4, 20, whole=True), "C": Range(1e-3, 100, log=True)},
    "xgboost": {
        "learning_rate": Range(0.02, 0.2, log=True),
        "max_depth": Range(2, 9, whole=True),
        "min_child_weight": Range(1, 200, log=True),
        "feature_fraction": Range(0.3, 1.0),
        "bagging_fraction": Range(0.5, 1.0),
        "lambda_l2": Range(0.1, 30, log=True),
    },
}
"""By model; bounds hold for portfolios of some thousand to some hundred thousand rows."""

SEARCH_SPACES["lightgbm_bagged"] = SEARCH_SPACES["lightgbm"]
