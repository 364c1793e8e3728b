"""What can be set about the explanation."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class ExplanationSettings(BaseModel):
    """On how many rows and inputs a model is explained."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rows: int = Field(
        ge=50, description="Test rows on which the effects of inputs are measured, drawn at random if more."
    )
    contribution_rows: int = Field(
        ge=20, description="Of these rows, how many are shared out among the inputs (Shapley values)."
    )
    leaves: int = Field(
        ge=1,
        description="Fewer rows of a forest are shared out where rows times leaves of all trees exceed this; "
        "a million leaves take about a quarter of a second.",
    )
    inputs: int = Field(
        ge=1, le=12, description="Strongest inputs whose effects and weight of evidence are shown."
    )
    bins: int = Field(ge=3, le=50, description="Quantile bins of an input's default rate and effect.")
