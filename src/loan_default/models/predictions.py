"""From a trained model to scores, and from scores to decisions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from loan_default.frames import KEYS, feature_matrix
from loan_default.models.calibrator import Calibrator


def score_rows(model_input: pd.DataFrame, predict: Callable[[np.ndarray], np.ndarray]) -> pd.DataFrame:
    """Score every row of every part.

    Args:
        model_input: Keys and float32 features.
        predict: From features (rows, features) to the raw probability of default (rows,).

    Returns:
        The keys and `score` (float64), rows in the order given.
    """
    X, _ = feature_matrix(model_input)
    return _keys(model_input).assign(score=np.asarray(predict(X), dtype=np.float64))


def make_predictions(
    scores: pd.DataFrame, calibrator: Calibrator, threshold: Mapping[str, Any]
) -> pd.DataFrame:
    """Turn scores into calibrated probabilities and decisions.

    Args:
        scores: From `score_rows`.
        calibrator: Fitted on validation rows.
        threshold: From `choose_threshold`; its `value` is read.

    Returns:
        The keys, `probability` (of default, float64) and `prediction` (int8, 1 = default).
    """
    probability = calibrator.apply(scores["score"].to_numpy())
    return _keys(scores).assign(
        probability=probability, prediction=(probability >= threshold["value"]).astype(np.int8)
    )


def _keys(frame: pd.DataFrame) -> pd.DataFrame:
    return frame[list(KEYS)].reset_index(drop=True)
