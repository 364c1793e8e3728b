"""The risk bands of the service: ranges of the probability of default, each with a name and a policy."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import Literal, get_args

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

Policy = Literal["accept", "refer", "decline"]

POLICIES: tuple[Policy, ...] = get_args(Policy)
"""By rising risk."""


class Band(BaseModel):
    """A range of probabilities of default; the upper end belongs to the next band."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(description="Name for people.")
    low: float = Field(description="Lowest probability of default in the band.")
    high: float = Field(description="Where the next band begins; 1 for the last.")
    policy: Policy = Field(description="What to do with its applications; refer: a person decides.")


class Bands:
    """Finds the band of a probability.

    Args:
        bands: From 0 to 1 without gaps, lowest first.
    """

    def __init__(self, bands: Sequence[Band]) -> None:
        self._bands = tuple(bands)
        self._starts = [band.low for band in bands[1:]]
        self._names = np.array([band.name for band in bands], dtype=object)
        self._policies = np.array([band.policy for band in bands], dtype=object)

    def of(self, probability: float) -> Band:
        """Return the band of one probability."""
        return self._bands[bisect_right(self._starts, probability)]

    def places(self, probability: np.ndarray) -> np.ndarray:
        """Return the places (int, 0 = lowest risk) of the bands of probabilities, shape (rows,)."""
        return np.searchsorted(self._starts, probability, side="right")

    def names(self, probability: np.ndarray) -> np.ndarray:
        """Return the names (object) of the bands of probabilities, shape (rows,)."""
        return self._names[self.places(probability)]

    def policies(self, probability: np.ndarray) -> np.ndarray:
        """Return the policies (object) for probabilities, shape (rows,)."""
        return self._policies[self.places(probability)]


def disagrees(policy: Policy, predicted_default: bool) -> bool:
    """Tell whether a policy does what the model's prediction speaks against; to refer goes with either."""
    return policy == ("accept" if predicted_default else "decline")


def policy_edges(bands: Sequence[Band]) -> tuple[float, float]:
    """Find where policies change; they never get milder with the risk.

    Args:
        bands: From 0 to 1, lowest first.

    Returns:
        Probability below which loans are accepted (0 if none is), and from which they are declined (1 if none
        is); between the two they are referred.
    """
    accepted_up_to = max((band.high for band in bands if band.policy == "accept"), default=0.0)
    declined_from = min((band.low for band in bands if band.policy == "decline"), default=1.0)
    return accepted_up_to, declined_from


def disagreement(bands: Sequence[Band], threshold: float) -> tuple[float, float] | None:
    """Find the probabilities for which policy and prediction disagree.

    There is one such range at most: below the threshold loans are declined, or from it on loans are accepted.

    Args:
        bands: From 0 to 1, lowest first.
        threshold: Probability of default from which the prediction is Default.

    Returns:
        Where the range begins, and where it ends (exclusive; 1 is included); None if there is none.
    """
    accepted_up_to, declined_from = policy_edges(bands)
    if threshold < accepted_up_to:
        return threshold, accepted_up_to
    return (declined_from, threshold) if declined_from < threshold else None
