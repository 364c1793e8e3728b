"""Models that the chapter on fairness trains: with and without features from protected columns."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd

from loan_default.features.fit import fit_feature_transformer
from loan_default.features.model_input import build_model_input
from loan_default.features.settings import FeatureSettings
from loan_default.features.transformer import FeatureTransformer
from loan_default.frames import PART, TRAIN, VALIDATION, feature_matrix
from loan_default.models.calibration import fit_calibrator
from loan_default.models.lightgbm import LightGbmSettings, train_lightgbm
from loan_default.models.predict_probability import predict_probability
from loan_default.models.predictions import score_rows
from loan_default.portfolio.description import Portfolio


def protected_features(transformer: FeatureTransformer) -> list[str]:
    """Name the features that come from a protected column, itself or derived."""
    protected = {decision.name for decision in transformer.decisions if decision.protected}
    return [
        feature
        for encoder in transformer.encoders
        if encoder.column in protected
        for feature in encoder.features
    ]


def some_train_rows(frame: pd.DataFrame, rows: int, seed: int) -> np.ndarray:
    """Draw train rows and keep every row of the other parts, bool of shape (rows,)."""
    train = np.flatnonzero(frame[PART] == TRAIN)
    kept = (frame[PART] != TRAIN).to_numpy(copy=True)
    if len(train) > rows:
        train = np.random.default_rng(seed).choice(train, size=rows, replace=False)
    kept[train] = True
    return kept


def train_pair(
    clean: pd.DataFrame,
    portfolio: Portfolio,
    leaks: Collection[str],
    features: FeatureSettings,
    lightgbm: LightGbmSettings,
    seed: int,
) -> pd.DataFrame | None:
    """Train LightGBM with and without features from protected columns on the same rows.

    Args:
        clean: Cleaned applications of every part.
        portfolio: The description, as it holds for the file.
        leaks: Columns that the leak scan dropped.
        features: How columns become features; protected ones are let in for the first model.
        lightgbm: The trees, with their calibration.
        seed: Of folds and trees.

    Returns:
        The keys with the calibrated probabilities `seeing` and `blind`; None where no protected column
        becomes a feature.
    """
    let_in = features.model_copy(update={"use_protected": True})
    transformer, train_features = fit_feature_transformer(clean, portfolio, leaks, let_in, seed)
    protected = protected_features(transformer)
    if not protected:
        return None
    seeing = build_model_input(clean, transformer, train_features)
    blind = seeing.drop(columns=protected)
    return seeing.drop(columns=list(transformer.features)).assign(
        seeing=_probability(seeing, lightgbm, seed), blind=_probability(blind, lightgbm, seed)
    )


def _probability(model_input: pd.DataFrame, lightgbm: LightGbmSettings, seed: int) -> np.ndarray:
    train, validation = feature_matrix(model_input, TRAIN), feature_matrix(model_input, VALIDATION)
    model, rebalancing = train_lightgbm(*train, *validation, lightgbm, seed)
    scores = score_rows(model_input, lambda X: predict_probability(model, X))
    return fit_calibrator(scores, lightgbm.calibration, rebalancing).apply(scores["score"].to_numpy())
