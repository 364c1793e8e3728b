"""What is decided of one application."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Prediction = Literal["Default", "No Default"]


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer for one application.

    Attributes:
        probability_of_default: Calibrated, not rounded.
        prediction: Default where the probability reaches the threshold.
        threshold: Probability of default from which the prediction is Default.
        score: Points: the more, the safer.
        risk_band: Name of the band of the probability.
        warnings: What was odd about the application.
    """

    probability_of_default: float
    prediction: Prediction
    threshold: float
    score: int
    risk_band: str
    warnings: tuple[str, ...] = ()
