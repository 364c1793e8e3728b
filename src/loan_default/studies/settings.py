"""Settings of the studies."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from loan_default.evaluation.settings import ModelName

Protocol = Literal["twins_apart", "post_outcome_in", "resample_before_split", "early_stopping_on_test"]
PROTOCOLS: tuple[Protocol, ...] = (
    "twins_apart",
    "post_outcome_in",
    "resample_before_split",
    "early_stopping_on_test",
)


class LeaksShownSettings(BaseModel):
    """Which leaky protocols are run beside the honest one, to show what they would have pretended."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    protocols: tuple[Protocol, ...] = Field(
        default=(),
        description="Names of protocols, or `all`; on the command line names are joined by +. Empty: nothing "
        "is trained.",
    )
    models: tuple[ModelName, ...] = Field(
        default=("random_forest",),
        min_length=1,
        description="Models that show every protocol but early_stopping_on_test.",
    )
    stopped_models: tuple[Literal["ann", "lightgbm"], ...] = Field(
        default=("ann",), min_length=1, description="Models that show early_stopping_on_test."
    )
    rows: int = Field(
        default=30_000,
        ge=500,
        description="Rows of the file at most; more are drawn at random, whole groups of twins at a time.",
    )

    @field_validator("protocols", mode="before")
    @classmethod
    def _by_name(cls, protocols: Any) -> Any:
        if protocols == "all":
            return PROTOCOLS
        return tuple(protocols.split("+")) if isinstance(protocols, str) else protocols
