"""Learn scalings and encodings with scikit-learn's estimators; keep what they learnt as plain data."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from sklearn.preprocessing import (
    MinMaxScaler,
    OneHotEncoder,
    QuantileTransformer,
    StandardScaler,
    TargetEncoder,
)

from loan_default.features.scaling import MinMax, NormalScore, Scaling, ZScore
from loan_default.features.settings import FeatureSettings, ScalingMethod

_ROWS_PER_QUANTILE = 30
_FEWEST_QUANTILES = 10
_MOST_QUANTILES = 1000


def fit_scaling(values: np.ndarray, method: ScalingMethod) -> Scaling:
    """Learn a scaling.

    Args:
        values: float64 of shape (rows,), at least two different values, none missing.
        method: Which scaling.

    Returns:
        The scaling, which gives what scikit-learn's estimator would. The quantile scaling learns on one
        value more at either end, a range away.
    """
    column = values[:, None]
    if method == "zscore":
        standard = StandardScaler().fit(column)
        return ZScore(mean=standard.mean_[0], deviation=standard.scale_[0])
    if method == "minmax":
        ranged = MinMaxScaler().fit(column)
        return MinMax(minimum=ranged.data_min_[0], maximum=ranged.data_max_[0])
    # One made-up value beyond either end. The estimator puts the ends of what it has seen at a score of
    # 5.2, where a column with many equal values at an end (no delinquencies, grade A) has all of them.
    spread = np.ptp(values)
    column = np.concatenate(([values.min() - spread], values, [values.max() + spread]))[:, None]
    count = min(max(len(values) // _ROWS_PER_QUANTILE, _FEWEST_QUANTILES), _MOST_QUANTILES, len(column))
    ranked = QuantileTransformer(n_quantiles=count, output_distribution="normal", subsample=None).fit(column)
    # Interpolation between equal values can step back by a rounding error.
    return NormalScore(quantiles=np.maximum.accumulate(ranked.quantiles_[:, 0]).tolist())


def fit_levels(
    labels: pd.Series, rare_share: float, rare_rows: int
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Learn which levels of a category get a feature of their own and which are grouped as rare.

    Args:
        labels: Labels of train rows.
        rare_share: Levels with a smaller share of the rows are rare.
        rare_rows: Levels with fewer rows are rare.

    Returns:
        The levels kept and the rare ones, both sorted.
    """
    codes, levels = _codes(labels)
    fewest_rows = max(rare_rows, math.ceil(rare_share * len(labels)))
    encoder = OneHotEncoder(min_frequency=fewest_rows, handle_unknown="infrequent_if_exist").fit(codes)
    rare_codes = encoder.infrequent_categories_[0]
    rare = () if rare_codes is None else tuple(levels[rare_codes])
    return tuple(level for level in levels if level not in set(rare)), rare


def fit_target_encoding(
    labels: pd.Series, default: np.ndarray, settings: FeatureSettings
) -> tuple[dict[str, float], float]:
    """Learn the smoothed default rate of each label.

    Args:
        labels: Labels of train rows.
        default: Outcome of the same rows, 1 = default.
        settings: The smoothing.

    Returns:
        Label to encoding, and the default rate of all rows, which labels never seen get.
    """
    codes, levels = _codes(labels)
    encoder = _target_encoder(settings).fit(codes, default.astype(np.float64))
    encodings = encoder.encodings_[0].tolist()
    known = levels[encoder.categories_[0]]
    return dict(zip(known, encodings, strict=True)), float(encoder.target_mean_)


def out_of_fold_encoding(
    labels: pd.Series, default: np.ndarray, folds: np.ndarray, settings: FeatureSettings
) -> np.ndarray:
    """Encode each train row by the default rates of the other folds.

    Args:
        labels: Labels of train rows.
        default: Outcome of the same rows, 1 = default.
        folds: Fold number of the same rows.
        settings: The smoothing.

    Returns:
        float64 of shape (rows,), not scaled.
    """
    codes, _ = _codes(labels)
    outcome = default.astype(np.float64)
    encoded = np.empty(len(labels))
    for fold in np.unique(folds):
        inside = folds == fold
        encoder = _target_encoder(settings).fit(codes[~inside], outcome[~inside])
        encoded[inside] = encoder.transform(codes[inside])[:, 0]
    return encoded


def assign_folds(twin_group: pd.Series, folds: int, seed: int) -> np.ndarray:
    """Deal rows out to folds at random, twins together.

    Args:
        twin_group: Rows with an equal value are twins.
        folds: Number of folds.
        seed: Seed of the dealing.

    Returns:
        Fold number of each row, int64 of shape (rows,).
    """
    group, groups = pd.factorize(twin_group)
    return (np.random.default_rng(seed).permutation(len(groups)) % folds)[group]


def _codes(labels: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """Number the labels in sorted order: estimators are many times faster on numbers than on text."""
    codes, levels = pd.factorize(labels, sort=True)
    return codes[:, None], np.asarray(levels, dtype=object)


def _target_encoder(settings: FeatureSettings) -> TargetEncoder:
    # On outcomes 0 and 1 "continuous" computes what "binary" does, and keeps its meaning in a fold
    # whose outcomes are all the same.
    return TargetEncoder(smooth=settings.target_smoothing, target_type="continuous")
