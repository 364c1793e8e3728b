"""Made-up predictions of models whose skill is known."""

import numpy as np
import pandas as pd
import pytest

from loan_default.evaluation.gates import CRITERIA, Measured, check_gates, from_metrics
from loan_default.evaluation.settings import ValidationCriteria

SPLIT = [0.5, 0.2, 0.3]


def draw_predictions(noise, rows=3000, seed=0, noise_seed=1, decimals=None):
    """Draw loans whose risk is known, and what a model sees of it through noise. Made up."""
    rng = np.random.default_rng(seed)
    risk = rng.normal(size=rows)
    default = (rng.random(rows) < 1 / (1 + np.exp(1.5 - risk))).astype(np.int8)
    part = rng.choice(["train", "validation", "test"], p=SPLIT, size=rows)
    seen = (risk + noise * np.random.default_rng(noise_seed).normal(size=rows)) / (1 + noise**2)
    probability = 1 / (1 + np.exp(1.5 - seen))
    if decimals is not None:
        probability = probability.round(decimals)
    return pd.DataFrame(
        {
            "row_id": np.arange(rows),
            "part": part,
            "default": default,
            "probability": probability,
            "prediction": (probability >= 0.3).astype(np.int8),
        }
    )


@pytest.fixture(scope="session")
def make_predictions():
    return draw_predictions


@pytest.fixture
def predictions():
    return draw_predictions(0.5)


@pytest.fixture(scope="session")
def gates_of():
    """Hold metrics by model against criteria; what metrics do not hold cannot be measured."""

    def check(metrics, **criteria):
        asked = ValidationCriteria(**criteria)
        unknown = dict.fromkeys(CRITERIA, Measured(None))
        return {
            name: check_gates({**unknown, **from_metrics(values)}, asked) for name, values in metrics.items()
        }

    return check
