"""What is decided of one application."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from loan_default.evaluation.risk_bands import Policy, disagrees

Prediction = Literal["Default", "No Default"]


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer for one application.

    What to do is the policy of its risk band. The prediction is the model's own yes or no, by which accuracy,
    precision and recall are measured.

    Attributes:
        probability_of_default: Calibrated, not rounded.
        prediction: Default where the probability reaches the threshold.
        threshold: Probability of default from which the prediction is Default.
        score: Points: the more, the safer.
        risk_band: Name of the band of the probability.
        policy: What that band says to do; refer: a person decides.
        warnings: What was odd about the application.
    """

    probability_of_default: float
    prediction: Prediction
    threshold: float
    score: int
    risk_band: str
    policy: Policy
    warnings: tuple[str, ...] = ()

    @property
    def policy_note(self) -> str | None:
        """Which of the two counts, where policy and prediction disagree."""
        if not disagrees(self.policy, self.prediction == "Default"):
            return None
        return (
            f"The prediction is {self.prediction}, and the policy of risk band {self.risk_band!r} is to "
            f"{self.policy}. The policy says what to do; the prediction is what the model is measured by."
        )
