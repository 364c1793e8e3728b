"""Learn the cleaner from train rows."""

from __future__ import annotations

import logging
from collections.abc import Collection
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from loan_default.errors import InputError
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
from loan_default.portfolio.resolve import Resolved, without_columns
from loan_default.portfolio.settings import CleaningSettings, OutlierSettings

UNKNOWN = "unknown"

logger = logging.getLogger(__name__)


def fit_cleaner(
    train: pd.DataFrame,
    resolved: Resolved,
    fractions: Collection[str],
    leaks: Collection[str],
    settings: CleaningSettings,
    seed: int,
) -> ApplicationCleaner:
    """Learn outlier bounds, fill values and flags from train rows.

    Args:
        train: Typed columns, train rows only.
        resolved: What of the description holds for the file.
        fractions: Percent columns written as fractions.
        leaks: Columns that the leak scan takes out of the features.
        settings: The portfolio's rules; a column's own rule comes first.
        seed: Seed of the isolation forest.

    Returns:
        The cleaner. Its description lacks the optional columns that train leaves entirely empty, and the
        derived features that need them.

    Raises:
        InputError: Train leaves a required column entirely empty, or an isolation forest has no numeric
            column.
    """
    portfolio = _without_empty_columns(train, resolved.portfolio)
    bounds: dict[str, Bounds] = {}
    fills: dict[str, float | str] = {}
    flagged: list[str] = []
    for name in known_columns(portfolio):
        column, values = portfolio.columns[name], train[name]
        if isinstance(column, NumericColumn):
            found = _bounds(values, column.outliers or _column_rule(settings.outliers))
            if found is not None:
                bounds[name] = found
                values = _as_learnt_from(values, found)
            rule = column.missing or settings.missing.numeric
            fills[name] = float(values.mean() if rule == "mean" else values.median())
        elif (
            isinstance(column, CategoryColumn)
            and (column.missing or settings.missing.categorical) == "unknown"
        ):
            fills[name] = UNKNOWN
            # A label of its own needs no flag.
            continue
        elif isinstance(column, OrdinalColumn | BooleanColumn | CategoryColumn):
            # "unknown" has no place in an order: the commonest value stands in, and the flag tells.
            fill = values.mode().iloc[0]
            fills[name] = fill if isinstance(fill, str) else float(fill)
        else:
            continue
        if settings.missing.flags and values.isna().any():
            flagged.append(name)
    cleaner = ApplicationCleaner(
        portfolio=portfolio,
        header={name: column for name, column in resolved.header.items() if name in portfolio.columns},
        fractions=tuple(fractions),
        leaks=tuple(leaks),
        fills=fills,
        flagged=tuple(flagged),
        bounds=bounds,
    )
    if settings.outliers.method != "isolation_forest":
        return cleaner
    trees = _fit_isolation(cleaner.apply(train), portfolio, settings.outliers, seed)
    return replace(cleaner, isolation=trees, isolation_action=settings.outliers.action)


def _without_empty_columns(train: pd.DataFrame, portfolio: Portfolio) -> Portfolio:
    """Leave out columns that have no value in train: nothing can be learnt of them."""
    empty = [name for name in known_columns(portfolio) if train[name].isna().all()]
    required = [name for name in empty if portfolio.columns[name].required]
    if required:
        raise InputError(
            f"Required column {', '.join(required)} has no value in the train part ({len(train):,} rows). "
            f"Set `required: false` under portfolio.columns.{required[0]}, or make its kind ignored."
        )
    if empty:
        logger.warning("Columns without a value in the train part, so not used: %s.", ", ".join(empty))
    return without_columns(portfolio, empty)[0]


def _as_learnt_from(values: pd.Series, bounds: Bounds) -> pd.Series:
    """Return the values of which fill values are learnt: capped, or without those left out of train."""
    if bounds.action == "cap":
        return values.clip(bounds.low, bounds.high)
    return values[~bounds.outside(values)] if bounds.action == "drop" else values


def _column_rule(settings: OutlierSettings) -> OutlierRule | None:
    """Return the portfolio's rule for one column, if it works column by column."""
    if settings.method in ("none", "isolation_forest"):
        return None
    return OutlierRule(method=settings.method, factor=settings.factor, action=settings.action)


def _bounds(values: pd.Series, rule: OutlierRule | None) -> Bounds | None:
    """Return the bounds beyond which a value is an outlier; none for a column that hardly varies."""
    if rule is None or rule.method == "none":
        return None
    if rule.method == "fences":
        low, high = float(values.quantile(0.25)), float(values.quantile(0.75))
        width = rule.factor * (high - low)
    else:
        low = high = float(values.mean())
        width = rule.factor * float(values.std(ddof=0))
    # Where more than half of the rows share one value, fences would call all others outliers.
    return Bounds(low - width, high + width, rule.action) if width > 0 else None


def _fit_isolation(
    clean: pd.DataFrame, portfolio: Portfolio, settings: OutlierSettings, seed: int
) -> IsolationTrees:
    from sklearn.ensemble import IsolationForest

    columns = [
        name for name in known_columns(portfolio) if isinstance(portfolio.columns[name], NumericColumn)
    ]
    if not columns:
        raise InputError(
            "cleaning.outliers.method isolation_forest needs a numeric column, and this file has none. "
            "Set it to none."
        )
    forest = IsolationForest(contamination=settings.contamination, random_state=seed)
    forest.fit(clean[columns].to_numpy(dtype=np.float32))
    samples = forest._max_samples
    trees = tuple(
        _tree_arrays(estimator.tree_, features)
        for estimator, features in zip(forest.estimators_, forest.estimators_features_, strict=True)
    )
    return IsolationTrees(
        tuple(columns), trees, float(_average_path(np.array([samples]))[0]), float(forest.offset_)
    )


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
        # In the order of operations of scikit-learn, so that no row at the very threshold differs.
        "path": np.where(is_leaf, (depth + 1) + _average_path(tree.n_node_samples) - 1.0, 0.0),
    }


def _average_path(samples: np.ndarray) -> np.ndarray:
    """Return the mean path length of an unsuccessful search in a tree of so many rows (Liu et al., eq. 1)."""
    n = samples.astype(np.float64)
    path = np.where(n == 2, 1.0, 0.0)
    many = n > 2
    path[many] = 2 * (np.log(n[many] - 1) + np.euler_gamma) - 2 * (n[many] - 1) / n[many]
    return path
