"""Turn one column into features, by what was learnt on train.

Each encoder holds plain numbers and tables only, and gives what scikit-learn's estimator would.
"""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

from loan_default.features.lookup import look_up
from loan_default.features.scaling import Scaling

RARE_LEVEL = "(rare)"
"""Rare levels together, and levels never seen; brackets set it apart from a label such as `other`."""


class _Encoder(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    column: str = Field(description="Column or derived feature to read.")
    sources: tuple[str, ...] = Field(description="Described columns it comes from.")

    @property
    def features(self) -> tuple[str, ...]:
        """Names of the features made, in order."""
        return (self.column,)


class PassedThrough(_Encoder):
    """A 0/1 column as it is."""

    kind: Literal["0/1"] = "0/1"

    def encode(self, values: pd.Series) -> np.ndarray:
        """Return float64 of shape (rows, 1)."""
        return values.to_numpy(dtype=np.float64, na_value=np.nan)[:, None]


class _NumberEncoder(_Encoder):
    fill: float = Field(description="Train median, for missing values.")
    flag_missing: bool = Field(description="Add a 0/1 feature that tells missing values.")
    scaling: Scaling

    @property
    def features(self) -> tuple[str, ...]:
        """Names of the features made, in order."""
        return (self.column, f"{self.column}_missing") if self.flag_missing else (self.column,)

    def _encode_numbers(self, numbers: np.ndarray) -> np.ndarray:
        missing = np.isnan(numbers)
        scaled = self.scaling.scale(np.where(missing, self.fill, numbers))
        return np.column_stack((scaled, missing)) if self.flag_missing else scaled[:, None]


class Scaled(_NumberEncoder):
    """A number on a common scale; the train median stands in for a missing one."""

    kind: Literal["number"] = "number"

    def encode(self, values: pd.Series) -> np.ndarray:
        """Return float64 of shape (rows, 1), or (rows, 2) with the flag of missing values."""
        return self._encode_numbers(values.to_numpy(dtype=np.float64, na_value=np.nan))


class Ordinal(_NumberEncoder):
    """The position of a label in its stated order, scaled like a number.

    A label outside the order counts as missing: the train median position stands in for it.
    """

    kind: Literal["ordinal"] = "ordinal"
    order: tuple[str, ...] = Field(description="Labels, lowest first.")

    def encode(self, values: pd.Series) -> np.ndarray:
        """Return float64 of shape (rows, 1), or (rows, 2) with the flag of missing values."""
        return self._encode_numbers(positions(values, self.order))


def positions(labels: pd.Series, order: tuple[str, ...]) -> np.ndarray:
    """Return each label's position in the order, from 0, as float64 of shape (rows,); nan outside of it."""
    return look_up(labels, {label: float(place) for place, label in enumerate(order)}, np.nan)


class OneHot(_Encoder):
    """A 0/1 feature for each level, one for all rare levels together.

    A level never seen counts as rare; where train had no rare levels it gives zeros only.
    """

    kind: Literal["one-hot"] = "one-hot"
    levels: tuple[str, ...] = Field(description="Levels with a feature of their own.")
    rare: tuple[str, ...] = Field(description="Levels grouped.")

    @property
    def features(self) -> tuple[str, ...]:
        """Names of the features made, in order."""
        shown = (*self.levels, RARE_LEVEL) if self.rare else self.levels
        return tuple(f"{self.column}={level}" for level in shown)

    def encode(self, values: pd.Series) -> np.ndarray:
        """Return float64 of shape (rows, features), each row with one 1 at most."""
        places = {level: float(place) for place, level in enumerate(self.levels)}
        place = look_up(values, places, len(self.levels))
        return (place[:, None] == np.arange(len(self.features))).astype(np.float64)


class TargetEncoded(_Encoder):
    """The smoothed train default rate of a label, scaled like a number; of all train rows if never seen."""

    kind: Literal["target encoding"] = "target encoding"
    table: dict[str, float] = Field(description="Label to smoothed default rate.")
    target_mean: float = Field(description="Default rate of train, for labels not in the table.")
    scaling: Scaling

    def encode(self, values: pd.Series) -> np.ndarray:
        """Return float64 of shape (rows, 1)."""
        return self.scaling.scale(look_up(values, self.table, self.target_mean))[:, None]


Encoder = Annotated[
    PassedThrough | Scaled | Ordinal | OneHot | TargetEncoded,
    Field(discriminator="kind"),
]
