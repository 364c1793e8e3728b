"""Fit the calibration on validation rows, which no model was trained on."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any, Literal

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

from loan_default.errors import InputError
from loan_default.frames import DEFAULT, VALIDATION, in_part
from loan_default.models.calibrator import Calibrator
from loan_default.models.correction import undo_rebalancing
from loan_default.models.log_odds import log_odds

logger = logging.getLogger(__name__)

SMALLEST_SLOPE = 0.01
"""Flat enough to say "the default rate" for everyone, steep enough to keep the model's order."""


class CalibrationSettings(BaseModel):
    """How scores become probabilities."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    method: Literal["none", "platt", "isotonic"] = Field(
        default="platt",
        description="none: the score, corrected for rebalancing. platt: a straight line on its log-odds. "
        "isotonic: a rising step curve; needs some thousand validation rows, makes ties.",
    )


def fit_calibrator(
    scores: pd.DataFrame, settings: CalibrationSettings, rebalancing: Mapping[str, Any]
) -> Calibrator:
    """Fit a calibrator on the validation rows of a scores frame.

    Args:
        scores: Columns `part`, `default` and `score` (raw probability of default).
        settings: The method.
        rebalancing: The record of `rebalance` for the rows the model was trained on.

    Returns:
        The calibrator. A model whose scores do not rank validation rows at all, or rank them the wrong way
        round, is never turned over: its probabilities become the default rate, and the note says so.

    Raises:
        InputError: Where the validation rows hold one class only.
    """
    validation = in_part(scores, VALIDATION)
    y = validation[DEFAULT].to_numpy()
    record = dict(rebalancing)
    if settings.method == "none":
        return Calibrator("none", record, note="Score, corrected for rebalancing; not calibrated.")
    if not 0 < y.sum() < len(y):
        raise InputError(
            f"The validation part holds {y.sum()} defaults among {len(y)} rows: calibration needs both "
            "classes. Check the split, or set calibration.method to 'none'."
        )
    corrected = undo_rebalancing(validation["score"].to_numpy(), record)
    if settings.method == "isotonic":
        return _fit_isotonic(corrected, y, record)
    return _fit_platt(corrected, y, record)


def _fit_platt(corrected: np.ndarray, y: np.ndarray, record: dict[str, Any]) -> Calibrator:
    z = log_odds(corrected)
    slope, intercept = _platt_line(z, y) if np.ptp(z) > 0 else (0.0, 0.0)
    note = (
        f"Platt's line on {len(y)} validation rows: slope {slope:.3f}, intercept {intercept:+.3f} (log-odds)."
    )
    if slope < SMALLEST_SLOPE:
        rate = y.mean()
        note = (
            f"The scores do not rank the {len(y)} validation rows (slope {slope:.3f}): every probability is "
            f"about the validation default rate, {rate:.3f}. The order of the scores is kept, "
            "not turned over."
        )
        logger.warning("Calibration: %s", note)
        slope = SMALLEST_SLOPE
        intercept = float(log_odds(rate) - slope * z.mean())
    return Calibrator("platt", record, slope=slope, intercept=intercept, note=note)


def _platt_line(z: np.ndarray, y: np.ndarray) -> tuple[float, float]:
    """Fit slope and intercept by maximum likelihood, unpenalised.

    Targets are (n1 + 1) / (n1 + 2) and 1 / (n0 + 2) instead of 1 and 0, after Platt (1999), "Probabilistic
    outputs for support vector machines", so that scores that separate the classes have a finite optimum.
    A soft target is the same row twice, once in each class, with the target as weight.
    """
    from sklearn.linear_model import LogisticRegression

    events = np.count_nonzero(y)
    target = np.where(y == 1, (events + 1) / (events + 2), 1 / (len(y) - events + 2))
    line = LogisticRegression(C=np.inf, solver="newton-cholesky", tol=1e-8).fit(
        np.concatenate([z, z])[:, None],
        np.repeat([1, 0], len(z)),
        sample_weight=np.concatenate([target, 1 - target]),
    )
    return float(line.coef_[0, 0]), float(line.intercept_[0])


def _fit_isotonic(corrected: np.ndarray, y: np.ndarray, record: dict[str, Any]) -> Calibrator:
    from sklearn.isotonic import IsotonicRegression

    curve = IsotonicRegression(out_of_bounds="clip").fit(corrected, y)
    note = f"Isotonic curve on {len(y)} validation rows: {len(np.unique(curve.y_thresholds_))} levels."
    if np.ptp(curve.y_thresholds_) == 0:
        note += " The scores do not rank these rows: every probability is their default rate."
        logger.warning("Calibration: %s", note)
    return Calibrator(
        "isotonic",
        record,
        scores=tuple(curve.X_thresholds_.tolist()),
        probabilities=tuple(curve.y_thresholds_.tolist()),
        note=note,
    )
