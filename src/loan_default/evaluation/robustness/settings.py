"""What can be set about the test of robustness."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class RobustnessSettings(BaseModel):
    """How applications are changed, and what loss is remarkable."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rows: int = Field(ge=100, description="Test rows, drawn at random if there are more (count).")
    resamples: int = Field(ge=50, description="Bootstrap resamples of the paired differences (count).")
    noise: tuple[Annotated[float, Field(gt=0)], ...] = Field(
        min_length=1,
        description="Standard deviations of the noise on every number, in robust spreads of the field "
        "(interquartile range over 1.35).",
    )
    swapped: tuple[Annotated[float, Field(gt=0, le=1)], ...] = Field(
        min_length=1, description="Shares of the labels that are swapped for another applicant's."
    )
    max_loss: float = Field(gt=0, description="Loss of ROC AUC that is called remarkable.")
    max_shift: float = Field(
        gt=0, lt=1, description="Move of the mean probability that is called remarkable (0.05 = 5 points)."
    )
    shown: int = Field(ge=1, description="Missing fields in the picture and the table (count).")
