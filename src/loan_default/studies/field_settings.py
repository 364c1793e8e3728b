"""Settings of the comparison of the field, once and on repeated folds."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field, field_validator

from loan_default.models.field.contenders import check_known, check_trainable


class FoldSettings(BaseModel):
    """Repeated folds: everything is learnt anew for each, from cleaning to threshold."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    number: int = Field(default=3, ge=2, le=20, description="Folds of all rows.")
    repeats: int = Field(default=3, ge=1, le=20, description="How often the rows are dealt anew.")
    validation: float = Field(
        default=0.1,
        gt=0,
        lt=0.5,
        description="Share of all rows for early stopping, calibration, threshold.",
    )
    models: tuple[str, ...] = Field(
        default=("ann", "random_forest", "logistic_regression", "lightgbm_bagged"),
        min_length=1,
        description="Models of the field to repeat; the first is what the others are compared with.",
    )

    @field_validator("models", mode="before")
    @classmethod
    def _by_name(cls, models: object) -> object:
        # Joined by + on the command line, where a comma separates parameters.
        return tuple(models.split("+")) if isinstance(models, str) else models

    @field_validator("models")
    @classmethod
    def _are_of_the_field(cls, models: tuple[str, ...]) -> tuple[str, ...]:
        check_trainable(models)
        if len(set(models)) < len(models):
            raise ValueError(f"a model is named twice: {', '.join(models)}")
        return models


class FieldSettings(BaseModel):
    """How the field is compared."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    train_rows: dict[str, int] = Field(
        default={},
        description="Train rows, drawn at random, for models that are slow on more; the leaderboard says so.",
    )

    @field_validator("train_rows")
    @classmethod
    def _are_of_the_field(cls, train_rows: dict[str, int]) -> dict[str, int]:
        check_known(train_rows)
        for name, rows in train_rows.items():
            if rows < 1000:
                raise ValueError(f"{name}: {rows} rows are too few; ask for 1,000 or more")
        return train_rows
