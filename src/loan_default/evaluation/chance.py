"""What chance alone makes of the calibration error of a model that is perfectly calibrated."""

from __future__ import annotations

import numpy as np

from loan_default.evaluation.intervals import CELLS_AT_ONCE
from loan_default.evaluation.metrics import bin_starts


def errors_by_chance(
    probability: np.ndarray, units: np.ndarray, bins: int, draws: int, seed: int
) -> np.ndarray:
    """Draw outcomes from a model's own probabilities, and measure its calibration error on them.

    Args:
        probability: Probability of default, float of shape (rows,).
        units: Sampling unit of each row, int of shape (rows,) from 0: rows of one unit share their luck, as
            twins may.
        bins: Equal-count bins of the calibration error.
        draws: How many.
        seed: Seed of the draws.

    Returns:
        The calibration error of each draw, shape (draws,).
    """
    order = np.argsort(-probability, kind="stable")
    p, unit = probability[order], units[order]
    starts = bin_starts(p, bins)
    rng = np.random.default_rng(seed)
    at_once = max(1, CELLS_AT_ONCE // len(p))
    errors = []
    for start in range(0, draws, at_once):
        luck = rng.random((min(at_once, draws - start), int(unit.max()) + 1))
        surplus = (luck[:, unit] < p) - p
        errors.append(np.abs(np.add.reduceat(surplus, starts, axis=1)).sum(axis=1) / len(p))
    return np.concatenate(errors)
