"""Made-up loans with money."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from loan_default.evaluation.risk_bands import Band
from loan_default.evaluation.settings import EvaluationSettings
from loan_default.evaluation.value.settings import ValueSettings


@pytest.fixture(scope="session")
def costs() -> Callable[..., ValueSettings]:
    """Round costs: a default loses half, a good loan earns a tenth; keywords change them."""

    def make(**changes: Any) -> ValueSettings:
        given = {
            "loss_given_default": 0.5,
            "margin": 0.1,
            "funding_rate": 0.02,
            "interest_earned": 0.9,
            "refused_good_cost": 0.0,
            "referral_cost": 0.01,
            "flat_within": 0.01,
        }
        return ValueSettings(**{**given, **changes})

    return make


@pytest.fixture(scope="session")
def bands() -> tuple[Band, ...]:
    """Three risk bands, one for each policy."""
    return (
        Band(name="low", low=0, high=0.2, policy="accept"),
        Band(name="medium", low=0.2, high=0.4, policy="refer"),
        Band(name="high", low=0.4, high=1, policy="decline"),
    )


@pytest.fixture(scope="session")
def quick() -> EvaluationSettings:
    return EvaluationSettings(resamples=100)


@pytest.fixture
def four() -> pd.DataFrame:
    """Four loans, safest first; the third defaults."""
    return pd.DataFrame(
        {
            "default": [0, 0, 1, 0],
            "probability": [0.1, 0.2, 0.3, 0.4],
            "amount": [100.0, 200.0, 300.0, 400.0],
        }
    )


@pytest.fixture(scope="session")
def many() -> pd.DataFrame:
    """A thousand validation and test loans with everything known, drawn so that probabilities are right."""
    rng = np.random.default_rng(5)
    n = 1000
    p = rng.beta(1.5, 5, n).clip(0.01, 0.95)
    return pd.DataFrame(
        {
            "row_id": np.arange(n),
            "part": np.where(np.arange(n) < n // 2, "validation", "test"),
            "default": (rng.random(n) < p).astype(np.int8),
            "probability": p,
            "other_probability": (p + rng.normal(0, 0.05, n)).clip(0.01, 0.95),
            "amount": rng.uniform(1000, 9000, n).round(),
            "annual_rate": 0.05 + 0.3 * p,
            "term_months": rng.choice([36.0, 60.0], n),
            "lender_risk": (10 * p + rng.normal(0, 1, n)).round(),
        }
    )
