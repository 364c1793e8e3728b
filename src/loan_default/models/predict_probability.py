"""One way to ask any trained model for its raw probability of default."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any, Literal

import numpy as np

from loan_default.models.predict_keras import predict_keras

Library = Literal["keras", "lightgbm", "sklearn"]


def library_of(model: Any) -> Library:
    """Name the library a model comes from, without importing it; sklearn for all that is used like it.

    Raises:
        TypeError: Where it is none that this project knows.
    """
    for kind in type(model).__mro__:
        package = kind.__module__.partition(".")[0]
        if package in ("keras", "lightgbm", "sklearn"):
            return package  # type: ignore[return-value]
    if hasattr(model, "predict_proba"):
        return "sklearn"
    raise TypeError(f"Not a Keras, LightGBM or scikit-learn model: {type(model).__name__}.")


def predict_probability(model: Any, X: np.ndarray) -> np.ndarray:
    """Return the raw probability of default, before correction and calibration.

    Args:
        model: keras.Model, lightgbm.Booster, or a classifier as in scikit-learn, classes 0 and 1 = default.
        X: float32 features, shape (rows, features).

    Returns:
        float64 of shape (rows,).
    """
    match library_of(model):
        case "keras":
            return predict_keras(model, X)
        case "lightgbm":
            return np.asarray(model.predict(X), dtype=np.float64)
        case "sklearn":
            return _classes(model, X)[:, list(model.classes_).index(1)].astype(np.float64)


def _classes(model: Any, X: np.ndarray) -> np.ndarray:
    trees = [member.tree_ for member in getattr(model, "estimators_", []) if hasattr(member, "tree_")]
    return _mean_of_trees(trees, model.n_jobs or 1, X) if trees else model.predict_proba(X)


def _mean_of_trees(trees: list[Any], threads: int, X: np.ndarray) -> np.ndarray:
    """Share rows, not trees, among threads.

    A forest asked as a whole adds up its trees in the order in which its threads finish, which changes the
    last digits from call to call; and asked by several threads at once, they fight over warning filters.
    """

    def mean(block: np.ndarray) -> np.ndarray:
        total = trees[0].predict(block)
        for tree in trees[1:]:
            total += tree.predict(block)
        return total / len(trees)

    blocks = np.array_split(np.ascontiguousarray(X, dtype=np.float32), min(threads, len(X)) or 1)
    with ThreadPoolExecutor(threads) as pool:
        return np.concatenate(list(pool.map(mean, blocks)))
