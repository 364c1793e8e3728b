"""What the settings of every model have in common."""

from __future__ import annotations

from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from loan_default.models.calibration import CalibrationSettings
from loan_default.models.imbalance import ImbalanceSettings
from loan_default.models.threshold import ThresholdSettings


class ModelSettings(BaseModel):
    """From training rows to a decision: rebalance, calibrate, set the threshold."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    imbalance: ImbalanceSettings = Field(
        default=ImbalanceSettings(), description="What to do about defaults being rare among training rows."
    )
    calibration: CalibrationSettings = Field(
        default=CalibrationSettings(),
        description="How scores become probabilities, fitted on validation rows.",
    )
    threshold: ThresholdSettings = Field(
        default=ThresholdSettings(), description="The rule for the threshold, applied to validation rows."
    )

    @model_validator(mode="after")
    def _smote_needs_calibration(self) -> Self:
        if self.imbalance.method in ("smote", "smotenc") and self.calibration.method == "none":
            raise ValueError(
                f"imbalance.method {self.imbalance.method!r} distorts the probabilities in a way that cannot "
                "be undone in closed form, so calibration.method may not be 'none': set it to 'platt' or "
                "'isotonic', or choose another imbalance.method."
            )
        return self
