"""Settings of the search for better settings."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from loan_default.models.field.contenders import check_trainable

TunedMetric = Literal["roc_auc", "average_precision", "log_loss"]
LOWER_IS_BETTER = ("log_loss",)


class TuningSettings(BaseModel):
    """What is tuned, by what, and for how long."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    model: str = Field(default="lightgbm", description="A model of the field.")
    metric: TunedMetric = Field(default="roc_auc", description="Mean over the folds that is to be best.")
    folds: int = Field(default=3, ge=2, le=20, description="Folds of the train and validation rows.")
    trials: int = Field(default=30, ge=1, description="Trials of the study in all, earlier runs included.")
    minutes: float | None = Field(
        default=None, gt=0, description="After which no trial begins; null = no limit."
    )
    prune: bool = Field(
        default=True, description="Give up a trial that falls behind the median of the others after a fold."
    )
    rows: int | None = Field(
        default=None,
        ge=1000,
        description="Rows at most, whole groups of twins drawn at random; null = all that are not test rows.",
    )

    @field_validator("model")
    @classmethod
    def _is_of_the_field(cls, model: str) -> str:
        check_trainable((model,))
        return model
