"""What can be set about the search for weak spots."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class WeakSpotSettings(BaseModel):
    """Which slices are looked at, and what counts as beyond chance."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    bins: int = Field(ge=2, le=20, description="Bins of equal count of each numeric input (count).")
    pair_inputs: int = Field(
        ge=0, le=10, description="Most important inputs whose pairs are looked at too (count)."
    )
    pair_bins: int = Field(ge=2, le=10, description="Bins of a numeric input in a pair (count).")
    min_rows: int = Field(ge=20, description="Fewest test rows of a slice that is judged (count).")
    min_events: int = Field(ge=5, description="Fewest defaults, and fewest good loans, among them (count).")
    level: float = Field(
        gt=0, lt=0.5, description="Chance of a single false alarm among all slices, as a share (0.05 = 5 %)."
    )
    shown: int = Field(ge=1, le=30, description="Slices in each table and picture (count).")
