"""What can be set about evaluation and comparison."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

ChoiceMetric = Literal["roc_auc", "average_precision", "brier", "log_loss"]
ModelName = Literal["ann", "random_forest", "logistic_regression", "lightgbm"]


class EvaluationSettings(BaseModel):
    """How the metrics of one model and their intervals are worked out."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    confidence: float = Field(
        default=0.95, gt=0.5, lt=1, description="Coverage of every interval, as a share (0.95 = 95 %)."
    )
    resamples: int = Field(
        default=500,
        ge=100,
        le=100_000,
        description="Bootstrap resamples of the test rows (count); more take longer, intervals get steadier.",
    )
    score_bands: int = Field(
        default=10, ge=2, le=100, description="Bands of equal count in the score-band table (count)."
    )
    calibration_bins: int = Field(
        default=20,
        ge=2,
        le=200,
        description="Bins of equal count in the calibration error and the calibration plot (count).",
    )


class ValidationCriteria(BaseModel):
    """What a model must reach to be admitted as champion or challenger; null asks for nothing."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    min_roc_auc: float | None = Field(
        default=None, ge=0, le=1, description="Least ROC AUC on test rows; 0.5 is a coin."
    )
    min_roc_auc_low: float | None = Field(
        default=None, ge=0, le=1, description="Least lower end of the ROC AUC interval on test rows."
    )
    max_calibration_error: float | None = Field(
        default=None,
        gt=0,
        le=1,
        description="Greatest lower end of the expected calibration error's interval on test rows, in "
        "probability (0.05 = 5 points): what chance explains refuses nobody.",
    )
    max_train_test_gap: float | None = Field(
        default=None, ge=0, le=1, description="Greatest ROC AUC on train rows minus ROC AUC on test rows."
    )
    max_psi: float | None = Field(
        default=None,
        gt=0,
        description="Greatest stability index of the probability, test rows against train rows.",
    )
    max_unexplained_leaks: int | None = Field(
        default=None, ge=0, description="Most inputs of the models that the leak scan found to leak (count)."
    )
    min_approval_ratio: float | None = Field(
        default=None,
        ge=0,
        le=1,
        description="Least share of a protected group's test rows that the policy (`service.bands`) accepts, "
        "as a share of that of the group accepted most; 0.8 is the four-fifths mark. Groups are those of the "
        "report, by `fairness`.",
    )
    min_gain_over_current: float | None = Field(
        default=None,
        ge=-1,
        le=1,
        description="Least upper end of the interval of ROC AUC minus that of the model in service, on the "
        "same test rows: refuses what is shown to gain less. Below 0 a model may be a little worse.",
    )
    min_gain_over_current_low: float | None = Field(
        default=None,
        ge=-1,
        le=1,
        description="Least lower end of that interval: refuses what is not shown to gain as much. At 0 or "
        "more only a model that is better beyond chance replaces the one in service.",
    )


class ComparisonSettings(BaseModel):
    """How the champion is chosen."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    metric: ChoiceMetric = Field(
        default="roc_auc",
        description="Metric on VALIDATION rows by which the champion is chosen; the verdicts on test rows "
        "read the same metric.",
    )
    margin: float = Field(
        default=0.005,
        ge=0,
        description="How much better on VALIDATION rows, in units of `metric`, a model must be to displace "
        "one that stands earlier in `preference`.",
    )
    preference: list[ModelName] = Field(
        default=["ann", "lightgbm", "random_forest", "logistic_regression"],
        description="Model names, the house's choice or the simplest to serve first; models not named here "
        "come last.",
    )
    reference: ModelName = Field(
        default="ann", description="Model that every other is compared with, beside the champion."
    )
