"""LightGBM on folds: each Booster is stopped by the fold that it was not trained on, and all are averaged."""

from __future__ import annotations

from typing import Any

import numpy as np
from pydantic import Field

from loan_default.models.bagging import deal_out
from loan_default.models.field.mean_of_models import MeanOfModels
from loan_default.models.lightgbm import LightGbmSettings, train_lightgbm


class LightGbmBaggedSettings(LightGbmSettings):
    """LightGBM's settings, and the folds."""

    bags: int = Field(default=5, ge=2, description="Folds of the training rows, and so Boosters.")


def train_lightgbm_bagged(
    X: np.ndarray,
    y: np.ndarray,
    settings: LightGbmBaggedSettings,
    seed: int,
    twins: np.ndarray | None = None,
) -> tuple[Any, dict[str, Any]]:
    """Train one Booster for each fold of the training rows.

    The validation rows are left to calibration, so that they judge the average as they judge other models.

    Args:
        X: float32 features of the training rows, shape (rows, features).
        y: Their outcome, 1 = default.
        settings: Of every Booster; folds.
        seed: Of the folds; Booster i has the seed plus i.
        twins: Training rows with an equal number stay in one fold; None where there are no twins.

    Returns:
        The mean of the Boosters, and the rebalancing record of the first: they differ by a row or two.
    """
    boosters, records = [], []
    for at, (rest, fold) in enumerate(deal_out(y, twins, settings.bags, seed)):
        booster, record = train_lightgbm(X[rest], y[rest], X[fold], y[fold], settings, seed + at)
        boosters.append(booster)
        records.append(record)
    return MeanOfModels(boosters, _predict), records[0]


def _predict(booster: Any, X: np.ndarray) -> np.ndarray:
    return np.asarray(booster.predict(X), dtype=np.float64)
