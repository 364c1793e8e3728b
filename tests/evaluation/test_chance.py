"""What chance makes of the calibration error, and the interval that rests on it."""

import numpy as np
import pandas as pd
import pytest

from loan_default.evaluation.chance import errors_by_chance
from loan_default.evaluation.evaluate import evaluate_predictions
from loan_default.evaluation.settings import EvaluationSettings

SETTINGS = EvaluationSettings(resamples=100, calibration_bins=20)


def made_up(seed: int, shift: float = 0.0, rows: int = 250) -> pd.DataFrame:
    """Made-up rows, alike in all parts, whose true risk lies `shift` above the probability."""
    rng = np.random.default_rng(seed)
    p = 1 / (1 + np.exp(1.5 - rng.normal(size=rows)))
    y = (rng.random(rows) < np.clip(p + shift, 0, 1)).astype(int)
    parts = [
        pd.DataFrame({"row_id": np.arange(rows), "part": part, "default": y, "probability": p})
        for part in ("train", "validation", "test")
    ]
    return pd.concat(parts, ignore_index=True)


def test_by_hand_two_loans_in_one_bin():
    """Of two loans at one half none, one or two default: gaps of 1/2, 0 and 1/2."""
    errors = errors_by_chance(np.array([0.5, 0.5]), np.arange(2), bins=1, draws=2000, seed=3)
    assert set(errors.tolist()) == {0.0, 0.5}
    assert errors.mean() == pytest.approx(0.25, abs=0.03)


def test_twins_share_their_luck():
    p, twins = np.full(400, 0.3), np.repeat(np.arange(100), 4)
    together = errors_by_chance(p, twins, bins=1, draws=500, seed=1).mean()
    apart = errors_by_chance(p, np.arange(400), bins=1, draws=500, seed=1).mean()
    assert together == pytest.approx(2 * apart, rel=0.15)  # a quarter of the evidence, twice the spread


def test_perfect_calibration_is_not_called_wrong():
    """A bootstrap interval leaves out 0 in three of four such samples."""
    found = [evaluate_predictions(made_up(seed), 0.5, SETTINGS, seed) for seed in range(60)]
    assert sum(metrics["calibration_error_low"] > 0 for metrics in found) <= 5
    mean = np.mean([metrics["calibration_error"] for metrics in found])
    by_chance = np.mean([metrics["calibration_error_by_chance"] for metrics in found])
    assert by_chance == pytest.approx(mean, rel=0.1)


def test_what_is_wrong_is_found_and_never_overstated():
    found = [evaluate_predictions(made_up(seed, shift=0.2), 0.5, SETTINGS, seed) for seed in range(40)]
    lows = np.array([metrics["calibration_error_low"] for metrics in found])
    assert (lows > 0).all()
    assert (lows > 0.2).sum() <= 3
    assert all(metrics["calibration_error_high"] >= metrics["calibration_error"] for metrics in found)
