"""Bring numbers to a common scale, by what was learnt on train, exactly as scikit-learn's scalers do."""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field
from scipy.special import ndtri

_END = 1e-7
"""scikit-learn's QuantileTransformer: what lies this close to either end of the train range is put on it."""
_LOWEST, _HIGHEST = (float(ndtri(share)) for share in (_END - np.spacing(1), 1 - (_END - np.spacing(1))))


class _Scaling(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ZScore(_Scaling):
    """Distance from the train mean in train standard deviations."""

    method: Literal["zscore"] = "zscore"
    mean: float
    deviation: float

    def scale(self, values: np.ndarray) -> np.ndarray:
        """Scale float64 values of shape (rows,) without missing."""
        return (values - self.mean) / self.deviation


class MinMax(_Scaling):
    """Position in the train range: 0 at its lower end, 1 at its upper, beyond them outside."""

    method: Literal["minmax"] = "minmax"
    minimum: float
    maximum: float

    def scale(self, values: np.ndarray) -> np.ndarray:
        """Scale float64 values of shape (rows,) without missing."""
        return (values - self.minimum) / (self.maximum - self.minimum)


class NormalScore(_Scaling):
    """The normal score of a value's rank in train, between evenly spaced train quantiles."""

    method: Literal["quantile"] = "quantile"
    quantiles: tuple[float, ...] = Field(min_length=2, description="Evenly spaced, from minimum to maximum.")

    def scale(self, values: np.ndarray) -> np.ndarray:
        """Scale float64 values of shape (rows,) without missing."""
        quantiles = np.array(self.quantiles)
        ranks = np.linspace(0, 1, len(quantiles))
        # A repeated value spans a run of quantiles; going up finds its one end, going down the other.
        upward = np.interp(values, quantiles, ranks)
        downward = -np.interp(-values, -quantiles[::-1], -ranks[::-1])
        rank = (upward + downward) / 2
        rank[values + _END > quantiles[-1]] = 1
        rank[values - _END < quantiles[0]] = 0
        return np.clip(ndtri(rank), _LOWEST, _HIGHEST)


Scaling = Annotated[ZScore | MinMax | NormalScore, Field(discriminator="method")]
