"""What can be set about the fairness chapter."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from loan_default.evaluation.fairness.approval import FOUR_FIFTHS

Mitigation = Literal["none", "group_blind", "threshold_optimizer"]


class FairnessSettings(BaseModel):
    """Which groups are compared, against which marks, and what is tried against a gap."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    min_rows: int = Field(
        default=100, ge=10, description="Fewest test rows of a group that is judged; twins count once."
    )
    min_of_a_class: int = Field(
        default=10,
        ge=2,
        description="Fewest defaults, and fewest repaid loans, twins counted once, of a group for the "
        "measures that need them (error rates, ROC AUC; for calibration they may also be the expected ones).",
    )
    max_groups: int = Field(
        default=30, ge=2, description="Most groups of a column; the smallest beyond them are one group."
    )
    bands: dict[str, tuple[float, ...]] = Field(
        default={},
        description="Lower ends of the bands of a number, by column, in its unit, for example "
        "age: [25, 40, 62]; round ones are found where nothing is said.",
    )
    approval_mark: float = Field(
        default=FOUR_FIFTHS,
        gt=0,
        le=1,
        description="Least share accepted by the policy in a group, as a share of that of the group accepted "
        "most (0.8 = 80 %).",
    )
    train_rows: int = Field(
        default=40_000,
        ge=500,
        description="Train rows, drawn at random if there are more, on which the models of this chapter are "
        "trained: with and without protected columns, and those that guess the protected columns.",
    )
    mitigation: Mitigation = Field(
        default="none",
        description="What to try against a gap and to measure: none; group_blind: a model without features "
        "from protected columns; threshold_optimizer: a threshold for each group (fairlearn), which uses "
        "the protected column in the decision and is unlawful in many places.",
    )
    constraint: Literal["demographic_parity", "equalized_odds"] = Field(
        default="demographic_parity",
        description="What threshold_optimizer makes equal between groups: approval rates, or error rates.",
    )
