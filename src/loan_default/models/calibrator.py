"""From a model's raw score to a probability of default that can be believed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

import numpy as np

from loan_default.models.correction import undo_rebalancing
from loan_default.models.log_odds import clip_probability, log_odds, probability_of


@dataclass(frozen=True)
class Calibrator:
    """A fitted calibration as plain data: numbers only, no scikit-learn.

    Attributes:
        method: none, platt or isotonic.
        rebalancing: The record of `rebalance`; its distortion is undone first.
        slope: Of Platt's line on the log-odds of the corrected score.
        intercept: Of Platt's line, in log-odds.
        scores: Corrected scores at the corners of the isotonic curve, ascending.
        probabilities: Probability of default at these corners.
        note: What happened during the fit, for people.
    """

    method: Literal["none", "platt", "isotonic"]
    rebalancing: Mapping[str, Any]
    slope: float = 1.0
    intercept: float = 0.0
    scores: tuple[float, ...] = field(default=(), repr=False)
    probabilities: tuple[float, ...] = field(default=(), repr=False)
    note: str = ""

    def apply(self, score: np.ndarray) -> np.ndarray:
        """Correct for rebalancing, then calibrate.

        Args:
            score: Raw probability of default, shape (rows,).

        Returns:
            Calibrated probability of default, float64 of shape (rows,), never closer than 1e-7 to 0 or 1.
        """
        corrected = undo_rebalancing(score, self.rebalancing)
        if self.method == "platt":
            corrected = probability_of(self.intercept + self.slope * log_odds(corrected))
        elif self.method == "isotonic":
            corrected = np.interp(corrected, self.scores, self.probabilities)
        return clip_probability(corrected)

    def to_dict(self) -> dict[str, Any]:
        """Return JSON-able data; floats keep every digit."""
        return asdict(self) | {"scores": list(self.scores), "probabilities": list(self.probabilities)}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Calibrator:
        """Rebuild a calibrator from `to_dict`."""
        return cls(
            **{
                **data,
                "scores": tuple(data["scores"]),
                "probabilities": tuple(data["probabilities"]),
            }
        )
