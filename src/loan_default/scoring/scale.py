"""From a probability of default to points."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from pydantic import BaseModel, ConfigDict, Field


class Scale(BaseModel):
    """Points that grow with the odds of being paid, as credit scorecards count them.

    points = offset + factor * ln(odds), factor = points_to_double_odds / ln 2,
    offset = base_score - factor * ln(base_odds) (Siddiqi, "Credit Risk Scorecards", 2006, chapter 6).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    base_score: float = Field(description="Points of an application with the base odds.")
    base_odds: float = Field(gt=0, description="Loans paid for each default, at the base score.")
    points_to_double_odds: float = Field(gt=0, description="Points that double these odds.")

    @cached_property
    def factor(self) -> float:
        """Points for each unit of log-odds."""
        return float(self.points_to_double_odds / np.log(2))

    def points(self, log_odds_of_default: np.ndarray) -> np.ndarray:
        """Return whole points (int64) of log-odds of default, shape (rows,)."""
        offset = self.base_score - self.factor * float(np.log(self.base_odds))
        return np.rint(offset - self.factor * log_odds_of_default).astype(np.int64)
