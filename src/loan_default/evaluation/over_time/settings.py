"""What can be set about stability over time."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class StabilitySettings(BaseModel):
    """How long a period is, and how large the out-of-time experiment."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    min_rows: int = Field(ge=20, description="Fewest test rows of a period that is judged (count).")
    min_events: int = Field(ge=5, description="Fewest defaults, and fewest good loans, among them (count).")
    level: float = Field(
        gt=0, lt=0.5, description="Chance of a false alarm over all periods, as a share (0.05 = 5 %)."
    )
    out_of_time_rows: int = Field(
        ge=1000, description="Loans of the out-of-time experiment, drawn at random if there are more (count)."
    )
