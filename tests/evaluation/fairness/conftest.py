"""Made-up people in two groups, one of which the model gets wrong."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest

from loan_default.evaluation.fairness.groups import Groups, band_columns
from loan_default.evaluation.risk_bands import Band, Bands

BANDS = Bands(
    [
        Band(name="low", low=0.0, high=0.3, policy="accept"),
        Band(name="medium", low=0.3, high=0.5, policy="refer"),
        Band(name="high", low=0.5, high=1.0, policy="decline"),
    ]
)


@dataclass(frozen=True)
class People:
    groups: Groups
    outcome: np.ndarray
    probability: np.ndarray
    prediction: np.ndarray
    policies: np.ndarray
    units: np.ndarray


def draw_people(rows=2000, seed=0, understated=0.5):
    """Of group b the model states the log-odds of default too low by `understated`."""
    rng = np.random.default_rng(seed)
    sex = np.where(rng.random(rows) < 0.6, "a", "b")
    log_odds = rng.normal(-1, 1, size=rows) + 0.8 * (sex == "b")
    outcome = (rng.random(rows) < 1 / (1 + np.exp(-log_odds))).astype(int)
    probability = 1 / (1 + np.exp(-(log_odds - understated * (sex == "b"))))
    groups = band_columns(pd.DataFrame({"sex": sex}), ["sex"], 100)
    prediction = (probability >= 0.4).astype(int)
    return People(groups, outcome, probability, prediction, BANDS.policies(probability), np.arange(rows))


@pytest.fixture(scope="session")
def make_people():
    return draw_people


@pytest.fixture
def people():
    return draw_people()
