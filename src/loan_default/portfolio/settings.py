"""Settings of cleaning: the split, repeats and twins, leaks, missing values, outliers."""

from __future__ import annotations

from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from loan_default.portfolio.description import CategoricalMissing, NumericMissing


class _Settings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SplitSettings(_Settings):
    """How rows are dealt to train, validation and test."""

    method: Literal["random", "out_of_time"] = Field(
        description="random: stratified by outcome; out_of_time: the newest loans are the test part."
    )
    validation: float = Field(
        gt=0, lt=1, description="Share of rows for early stopping, calibration, threshold."
    )
    test: float = Field(gt=0, lt=1, description="Share of rows for the evaluation.")
    twins: Literal["together", "apart"] = Field(
        description="together: twins stay in one part; apart: dealt like other rows, which leaks."
    )

    @model_validator(mode="after")
    def _leaves_train(self) -> Self:
        if self.validation + self.test >= 1:
            raise ValueError(
                f"validation {self.validation:g} and test {self.test:g} leave no row for train; "
                "their sum must be below 1"
            )
        return self


class LeakSettings(_Settings):
    """What the leak scan calls a leak, and what happens then."""

    action: Literal["refuse", "drop", "report"] = Field(
        description="refuse: stop the run; drop: leave the column out of the features; report: only say so."
    )
    max_roc_auc: float = Field(
        gt=0.5, le=1, description="A column whose values alone rank the outcome better than this is a leak."
    )
    significance: float = Field(
        gt=0,
        lt=1,
        description="Largest probability that a ranking or a group of rows with one outcome is chance.",
    )
    allow: dict[str, str] = Field(
        default={},
        description="Columns that were examined and are no leak, each with the reason that the report shows.",
    )

    @field_validator("allow", mode="before")
    @classmethod
    def _names_with_reasons(cls, value: Any) -> Any:
        if isinstance(value, list | tuple | str):
            raise ValueError(
                f"{value!r} names columns without saying why they are no leak; write each as 'column: reason'"
            )
        return value

    @field_validator("allow")
    @classmethod
    def _reasons_are_given(cls, value: dict[str, str]) -> dict[str, str]:
        silent = [name for name, reason in value.items() if not reason.strip()]
        if silent:
            raise ValueError(f"{', '.join(silent)}: say why it is no leak; the reason is empty")
        return value


class MissingSettings(_Settings):
    """How missing values are filled, as learnt on train."""

    numeric: NumericMissing = Field(description="median or mean of train.")
    categorical: CategoricalMissing = Field(
        description="unknown: a label of its own; mode: the commonest of train."
    )
    flags: bool = Field(description="Add a 0/1 column beside each filled column.")


class OutlierSettings(_Settings):
    """How outliers are found and treated, as learnt on train."""

    method: Literal["none", "fences", "zscore", "isolation_forest"] = Field(
        description="fences: box-plot fences; zscore: distance from the mean; "
        "isolation_forest: odd rows as a whole."
    )
    factor: float = Field(
        gt=0, description="Width: interquartile ranges beyond the quartiles, or standard deviations."
    )
    contamination: float = Field(
        gt=0, le=0.5, description="Share of train rows that isolation_forest calls outliers."
    )
    action: Literal["cap", "flag", "drop"] = Field(
        description="cap: move to the bound; flag: add a 0/1 column; drop: leave the row out of train only."
    )

    @model_validator(mode="after")
    def _can_be_done(self) -> Self:
        if self.method == "isolation_forest" and self.action == "cap":
            raise ValueError("isolation_forest finds rows, not values: action must be flag or drop, not cap")
        return self


class CleaningSettings(_Settings):
    """Everything the cleaning pipeline may be told."""

    repeats: Literal["drop", "keep"] = Field(description="Exact repeats of a row; keeping them leaks.")
    max_rejected_share: float = Field(
        ge=0, le=1, description="The run stops if more than this share of the resolved loans is rejected."
    )
    split: SplitSettings
    leaks: LeakSettings
    missing: MissingSettings
    outliers: OutlierSettings
