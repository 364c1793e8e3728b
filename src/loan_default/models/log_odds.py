"""Probability to log-odds and back, safe at 0 and 1."""

from __future__ import annotations

import numpy as np

SMALLEST_PROBABILITY = 1e-7
"""No loan is certain: probabilities stay between this and one minus this."""


def clip_probability(probability: np.ndarray) -> np.ndarray:
    """Return probabilities as float64 strictly inside (0, 1)."""
    return np.clip(np.asarray(probability, dtype=np.float64), SMALLEST_PROBABILITY, 1 - SMALLEST_PROBABILITY)


def log_odds(probability: np.ndarray) -> np.ndarray:
    """Return ln(p / (1 - p)) of clipped probabilities."""
    p = clip_probability(probability)
    return np.log(p) - np.log1p(-p)


def probability_of(log_odds: np.ndarray) -> np.ndarray:
    """Return 1 / (1 + exp(-log_odds)), which does not overflow for log-odds of clipped probabilities."""
    # tanh saturates instead of overflowing.
    return 0.5 * (1.0 + np.tanh(0.5 * np.asarray(log_odds, dtype=np.float64)))
