"""Probabilities of a Keras model."""

from __future__ import annotations

from typing import Any

import numpy as np

PREDICTION_BATCH_SIZE = 8192


def predict_keras(model: Any, X: np.ndarray) -> np.ndarray:
    """Return the raw probability of default, float64 (rows,), of float32 features (rows, features)."""
    # Called directly: `predict` first traces a function, which takes longer than all the batches.
    starts = range(0, len(X), PREDICTION_BATCH_SIZE)
    batches = [np.asarray(model(X[at : at + PREDICTION_BATCH_SIZE], training=False)) for at in starts]
    return np.concatenate(batches)[:, 0].astype(np.float64)
