"""Learn the cleaner from train rows."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import numpy as np
import pandas as pd

from loan_default.portfolio.applications import known_columns
from loan_default.portfolio.cleaner import ApplicationCleaner, Bounds
from loan_default.portfolio.description import (
    BooleanColumn,
    CategoryColumn,
    NumericColumn,
    OrdinalColumn,
    OutlierRule,
    Portfolio,
)
from loan_default.portfolio.isolation import IsolationTrees
from loan_default.portfolio.settings import CleaningSettings, OutlierSettings

UNKNOWN = "unknown"


def fit_cleaner(
    train: pd.DataFrame,
    portfolio: Portfolio,
    fractions: Collection[str],
    leaks: Collection[str],
    settings: CleaningSettings,
    seed: int,
) -> ApplicationCleaner:
    """Learn outlier bounds, fill values and flags from train rows.

    Args:
        train: Typed columns, train rows only.
        portfolio: The description, as it holds for the file.
        fractions: Percent columns written as fractions.
        leaks: Columns that the leak scan takes out of the features.
        settings: The portfolio's rules; a column's own rule comes first.
        seed: Seed of the isolation forest.
    """
    bounds: dict[str, Bounds] = {}
    fills: dict[str, float | str] = {}
    flagged: list[str] = []
    for name in known_columns(portfolio):
        column, values = portfolio.columns[name], train[name]
        if isinstance(column, NumericColumn):
            found = _bounds(values, column.outliers or _column_rule(settings.outliers))
            if found is not None:
                bounds[name] = found
                values = values.clip(found.low, found.high) if found.action == "cap" else values
            fills[name] = float(values.mean() if (column.missing or settings.missing.numeric) == "mean" else values.median())
        elif isinstance(column, OrdinalColumn | BooleanColumn):
            # "unknown" has no place in an order: the commonest value stands in, and the flag tells.
            fills[name] = values.mode().iloc[0]
        elif isinstance(column, CategoryColumn):
            rule = column.missing or settings.missing.categorical
            fills[name] = UNKNOWN if rule == "unknown" else values.mode().iloc[0]
        if name in fills and fills[name] != UNKNOWN and settings.missing.flags and values.isna().any():
            flagged.append(name)
    cleaner = ApplicationCleaner(
        portfolio=portfolio,
        fractions=tuple(fractions),
        leaks=tuple(leaks),
        fills={name: fill if isinstance(fill, str) else float(fill) for name, fill in fills.items()},
        flagged=tuple(flagged),
        bounds=bounds,
    )
    if settings.outliers.method != "isolation_forest":
        return cleaner
    trees = _fit_isolation(cleaner.apply(train), portfolio, settings.outliers, seed)
    return ApplicationCleaner(**{**vars(cleaner), "isolation": trees, "isolation_action": settings.outliers.action})


def _column_rule(settings: OutlierSettings) -> OutlierRule | None:
    """Return the portfolio's rule for one column, if it works column by column."""
    if settings.method in ("none", "isolation_forest"):
        return None
    return OutlierRule.model_validate(
        {"method": settings.method, "factor": settings.factor, "action": settings.action}
    )


def _bounds(values: pd.Series, rule: OutlierRule | None) -> Bounds | None:
    """Return the bounds beyond which a value is an outlier; none for a column that hardly varies."""
    if rule is None or rule.method == "none" or values.notna().sum() == 0:
        return None
    if rule.method == "fences":
        low, high = values.quantile(0.25), values.quantile(0.75)
        width = rule.factor * (high - low)
    else:
        low = high = values.mean()
        width = rule.factor * values.std(ddof=0)
    # Where more than half of the rows share one value, fences would call all others outliers.
    return Bounds(float(low - width), float(high + width), rule.action) if width > 0 else None


def _fit_isolation(
    clean: pd.DataFrame, portfolio: Portfolio, settings: OutlierSettings, seed: int
) -> IsolationTrees:
    from sklearn.ensemble import IsolationForest

    columns = [name for name in known_columns(portfolio) if isinstance(portfolio.columns[name], NumericColumn)]
    forest = IsolationForest(contamination=settings.contamination, random_state=seed)
    forest.fit(clean[columns].to_numpy(dtype=np.float32))
    samples = forest._max_samples
    trees = tuple(
        _tree_arrays(estimator.tree_, features)
        for estimator, features in zip(forest.estimators_, forest.estimators_features_, strict=True)
    )
    return IsolationTrees(tuple(columns), trees, float(_average_path(np.array([samples]))[0]), float(forest.offset_))


def _tree_arrays(tree: Any, features: np.ndarray) -> dict[str, np.ndarray]:
    """Return a tree's nodes; a leaf's path is its depth plus the path its rows would still take."""
    depth = np.zeros(tree.node_count)
    for node in range(tree.node_count):
        for child in (tree.children_left[node], tree.children_right[node]):
            if child >= 0:
                depth[child] = depth[node] + 1
    is_leaf = tree.children_left < 0
    return {
        "feature": np.where(is_leaf, -1, features[np.maximum(tree.feature, 0)]),
        "threshold": tree.threshold,
        "left": tree.children_left,
        "right": tree.children_right,
        "path": np.where(is_leaf, depth + _average_path(tree.n_node_samples), 0.0),
    }


def _average_path(samples: np.ndarray) -> np.ndarray:
    """Return the mean path length of an unsuccessful search in a tree of so many rows (Liu et al., eq. 1)."""
    n = samples.astype(np.float64)
    path = np.where(n == 2, 1.0, 0.0)
    many = n > 2
    path[many] = 2 * (np.log(n[many] - 1) + np.euler_gamma) - 2 * (n[many] - 1) / n[many]
    return path
