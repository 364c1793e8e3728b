"""Settings of monitoring and a made-up model to watch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from loan_default.evaluation.monitoring.facts import Watched
from loan_default.evaluation.monitoring.reference import ColumnReference, Reference, ScoreReference
from loan_default.evaluation.monitoring.settings import MonitoringSettings

MARKS = {
    "psi": {"amber": 0.1, "red": 0.25},
    "decisions": {"amber": 0.05, "red": 0.1},
    "missing": {"amber": 0.05, "red": 0.1},
    "new_labels": {"amber": 0.01, "red": 0.05},
    "faulty": {"amber": 0.05, "red": 0.2},
    "roc_auc_fall": {"amber": 0.03, "red": 0.05},
    "calibration": {"amber": 0.1, "red": 0.25},
}


@pytest.fixture(scope="session")
def settings() -> Callable[..., MonitoringSettings]:
    def build(**changes: Any) -> MonitoringSettings:
        usual = {
            "source": "log",
            "log": {"path": "log"},
            "level": 0.05,
            "confidence": 0.95,
            "min_rows": 200,
            "min_events": 20,
            "marks": MARKS,
        }
        return MonitoringSettings.model_validate(usual | changes)

    return build


@pytest.fixture(scope="session")
def watched() -> Watched:
    """Probabilities from 0 to 0.4, evenly; half of them refused and declined, nobody referred."""
    probability = pd.Series(np.linspace(0, 0.4, 1000))
    bands = np.where(probability < 0.2, "low", "high").tolist()
    score = ScoreReference.learn(probability, (probability >= 0.2).astype(int), bands, ["low", "high"])
    income = ColumnReference.learn(pd.Series(np.arange(1000.0)), closed=True)
    return Watched(
        portfolio="Made-up loans",
        currency="EUR",
        model="ann",
        version="v1",
        threshold=0.2,
        roc_auc=0.75,
        roc_auc_low=0.73,
        roc_auc_high=0.77,
        policies={"accept": 500, "refer": 0, "decline": 500},
        labels={"income": "Income"},
        reference=Reference(inputs={"income": income}, score=score),
    )
