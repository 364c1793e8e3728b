"""From a probability of default to points and a risk band."""

from __future__ import annotations

from bisect import bisect_right
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


class Band(BaseModel):
    """A range of probabilities of default with a name; the upper end belongs to the next band."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(description="Name for people.")
    low: float = Field(description="Lowest probability of default in the band.")
    high: float = Field(description="Where the next band begins; 1 for the last.")


class Bands:
    """Finds the band of a probability.

    Args:
        bands: From 0 to 1 without gaps, lowest first.
    """

    def __init__(self, bands: tuple[Band, ...]) -> None:
        self._names = [band.name for band in bands]
        self._starts = [band.low for band in bands[1:]]

    def name(self, probability: float) -> str:
        """Return the name of the band of one probability."""
        return self._names[bisect_right(self._starts, probability)]

    def names(self, probability: np.ndarray) -> np.ndarray:
        """Return the names (object) of the bands of probabilities, shape (rows,)."""
        places = np.searchsorted(self._starts, probability, side="right")
        return np.array(self._names, dtype=object)[places]
