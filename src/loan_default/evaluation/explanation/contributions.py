"""Shares of single predictions by raw input: Shapley values of trees, and what they say over many rows."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import spearmanr

CLEAR = 0.3
"""Rank correlation of value and contribution from which an input has one direction."""


def tree_contributions(model: Any, X: np.ndarray) -> tuple[np.ndarray, float]:
    """Share out a forest's or LightGBM's predictions among features, by TreeSHAP along the trees' own paths.

    Lundberg et al. (2020), Nature Machine Intelligence 2, 56-67.

    Args:
        model: A fitted lightgbm.Booster, or scikit-learn forest with the classes 0 and 1 = default.
        X: Features, shape (rows, features).

    Returns:
        Contributions, shape (rows, features), and the mean prediction they start from: log-odds of LightGBM,
        probability of a forest, both before calibration.
    """
    with warnings.catch_warnings():
        # shap, preparing colour maps under matplotlib 3.11, and of a change long past in its own result.
        warnings.filterwarnings("ignore", r"The set_\w+ function will", PendingDeprecationWarning)
        warnings.filterwarnings("ignore", "LightGBM binary classifier with TreeExplainer", UserWarning)
        import shap

        explainer = shap.TreeExplainer(model)
        values = np.asarray(explainer.shap_values(X))
    base = np.atleast_1d(explainer.expected_value)
    if values.ndim == 3:
        event = list(model.classes_).index(1)
        return values[:, :, event], float(base[event])
    return values, float(base[-1])


def leaves_of(model: Any) -> int:
    """Count the leaves of a scikit-learn forest; its TreeSHAP takes time in proportion to them."""
    return sum(tree.get_n_leaves() for tree in model.estimators_)


def by_input(
    contributions: np.ndarray, sources: Sequence[Sequence[str]], inputs: Sequence[str]
) -> np.ndarray:
    """Add features' contributions up by raw input.

    Args:
        contributions: Shape (rows, features).
        sources: The raw inputs each feature is made of; its contribution is halved between two, and so on.
        inputs: Raw inputs, in the order wanted.

    Returns:
        Shape (rows, inputs), with the same sum over each row.
    """
    share = np.zeros((len(sources), len(inputs)))
    for feature, made_of in enumerate(sources):
        for name in made_of:
            share[feature, inputs.index(name)] = 1 / len(made_of)
    return contributions @ share


def summarise_contributions(
    contributions: np.ndarray, values: pd.DataFrame, labels: Mapping[str, str]
) -> pd.DataFrame:
    """Tabulate what the contributions of each input amount to.

    Args:
        contributions: Shape (rows, inputs).
        values: The inputs of the same rows as numbers in an order; a column without one is all nan.
        labels: Names for people by input.

    Returns:
        One row per input, the largest first: `input`, `label`, `mean_absolute` (in the contributions' unit),
        `share` (of the sum over inputs), `direction` (rank correlation of value and contribution; nan where
        values have no order or nothing varies), `rows`.
    """
    size = np.abs(contributions).mean(axis=0)
    total = size.sum()
    table = pd.DataFrame(
        {
            "input": list(values.columns),
            "label": [labels[name] for name in values.columns],
            "mean_absolute": size,
            "share": size / total if total > 0 else 0.0,
            "direction": [
                _rank_correlation(values[name].to_numpy(dtype=float), contributions[:, place])
                for place, name in enumerate(values.columns)
            ],
            "rows": len(contributions),
        }
    )
    return table.sort_values("mean_absolute", ascending=False, ignore_index=True, kind="stable")


def _rank_correlation(values: np.ndarray, contributions: np.ndarray) -> float:
    known = ~np.isnan(values)
    if known.sum() < 3 or np.ptp(values[known]) == 0 or np.ptp(contributions[known]) == 0:
        return float("nan")
    return float(spearmanr(values[known], contributions[known]).statistic)
