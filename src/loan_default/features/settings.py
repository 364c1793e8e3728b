"""Settings of feature engineering."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

ScalingMethod = Literal["quantile", "zscore", "minmax"]


class FeatureSettings(BaseModel):
    """How described columns become features."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    scaling: ScalingMethod = Field(
        default="quantile",
        description="quantile: to normal scores by train quantiles; zscore: mean 0, standard deviation 1; "
        "minmax: train range to 0..1. For numbers, ordinal positions and target encodings alike.",
    )
    rare_share: float = Field(
        default=0.005,
        ge=0,
        lt=1,
        description="One-hot levels with a smaller share of train rows are grouped.",
    )
    rare_rows: int = Field(
        default=20,
        ge=1,
        description="One-hot levels with fewer train rows are grouped, whatever their share.",
    )
    high_cardinality: Literal["target_encoding", "one_hot", "both"] = Field(
        default="target_encoding",
        description="What a category of kind high_cardinality becomes: its default rate, 0/1 columns of its "
        "levels (which ann.network.embedding_width turns into learnt vectors), or both.",
    )
    one_hot_rows: int = Field(
        default=100,
        ge=1,
        description="Levels of a high_cardinality category with fewer train rows share one 0/1 column.",
    )
    target_smoothing: Literal["auto"] | Annotated[float, Field(ge=0)] = Field(
        default=20.0,
        description="Rows' worth of the overall default rate mixed into each label's rate; `auto` weighs by "
        "variance (empirical Bayes), which leaves a label with a single row unsmoothed.",
    )
    target_folds: int = Field(
        default=5, ge=2, description="Folds of the out-of-fold target encoding of train rows."
    )
    use_lender_set: bool = Field(
        default=True, description="Use the lender's own judgement (rate, grade) too."
    )
    use_protected: bool = Field(
        default=False, description="Use protected columns (age, sex, ...) as features."
    )
    use_series: bool = Field(
        default=True, description="Use what repeated monthly columns come to (level, trend, streaks, ...)."
    )
    information_bins: int = Field(default=20, ge=2, description="Quantile bins of the information value.")
    stability_bins: int = Field(
        default=10, ge=2, description="Quantile bins of the population stability index."
    )
