"""The fitted transformer: cleaned columns in, features out; serialised as data, not as code."""

from __future__ import annotations

from functools import cached_property
from typing import Any, Self

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from loan_default.errors import InputError
from loan_default.features.derive import add_derived
from loan_default.features.encoders import Encoder
from loan_default.features.plan import Decision
from loan_default.portfolio.derived import DerivedFeature

FORMAT = 1


class FeatureTransformer(BaseModel):
    """What feature engineering learnt on train, ready to be applied."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    derived: dict[str, DerivedFeature] = Field(description="Features to compute, each after those it reads.")
    encoders: tuple[Encoder, ...] = Field(min_length=1, description="In the order of their features.")
    decisions: tuple[Decision, ...] = Field(description="What each column is used as, or why it is not.")

    @cached_property
    def features(self) -> tuple[str, ...]:
        """Names of the features, in order."""
        return tuple(feature for encoder in self.encoders for feature in encoder.features)

    @cached_property
    def sources(self) -> dict[str, tuple[str, ...]]:
        """The described columns that each feature comes from."""
        return {feature: encoder.sources for encoder in self.encoders for feature in encoder.features}

    @cached_property
    def inputs(self) -> tuple[str, ...]:
        """The cleaned columns, flags among them, that `transform` reads."""
        read = [encoder.column for encoder in self.encoders]
        read += [name for feature in self.derived.values() for name in feature.inputs]
        return tuple(dict.fromkeys(name for name in read if name not in self.derived))

    def groups(self) -> dict[str, list[int]]:
        """Return, for each described column, the positions of the features it has a part in."""
        groups: dict[str, list[int]] = {}
        for position, columns in enumerate(self.sources.values()):
            for column in columns:
                groups.setdefault(column, []).append(position)
        return groups

    def part_from(self, column: str) -> Self:
        """Return what makes the features that a described column has a part in, in their order."""
        encoders = tuple(encoder for encoder in self.encoders if column in encoder.sources)
        wanted = {encoder.column for encoder in encoders}
        # From the last to the first: each stands after those it reads.
        for name in reversed(self.derived):
            wanted |= set(self.derived[name].inputs) if name in wanted else set()
        derived = {name: feature for name, feature in self.derived.items() if name in wanted}
        return type(self)(derived=derived, encoders=encoders, decisions=self.decisions)

    def transform(self, clean: pd.DataFrame) -> pd.DataFrame:
        """Turn cleaned applications into features.

        Args:
            clean: Cleaned columns; others are passed over.

        Returns:
            float32 features in the order of `features`, with the index of `clean`.

        Raises:
            InputError: If a column is absent or a feature comes out missing or infinite.
        """
        absent = [name for name in self.inputs if name not in clean.columns]
        if absent:
            raise InputError(
                f"The cleaned applications lack column {', '.join(absent)}, which the feature transformer "
                "reads. Clean them with the cleaner that was fitted with it."
            )
        frame = add_derived(clean[list(self.inputs)], self.derived)
        # Column by column in memory, as it is filled and as pandas keeps it.
        matrix = np.empty((len(frame), len(self.features)), dtype=np.float32, order="F")
        filled = 0
        with np.errstate(over="ignore"):  # beyond float32: refused below
            for encoder in self.encoders:
                encoded = encoder.encode(frame[encoder.column])
                matrix[:, filled : filled + encoded.shape[1]] = encoded
                filled += encoded.shape[1]
        bad = np.flatnonzero(~np.isfinite(matrix).all(axis=0))
        if bad.size:
            names = ", ".join(self.features[position] for position in bad)
            raise InputError(
                f"Feature {names} comes out missing or infinite on some rows. "
                "Clean the applications with the cleaner that was fitted with this transformer."
            )
        return pd.DataFrame(matrix, index=clean.index, columns=list(self.features), copy=False)

    def to_dict(self) -> dict[str, Any]:
        """Return the transformer as plain data that JSON can hold without loss."""
        return {"format": FORMAT, **self.model_dump(mode="json")}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """Make a transformer from what `to_dict` gave.

        Raises:
            InputError: If the data is of another format or damaged.
        """
        found = data.get("format")
        if found != FORMAT:
            raise InputError(
                f"The feature transformer has format {found!r}; this version reads {FORMAT}. "
                "Run feature engineering again."
            )
        try:
            return cls.model_validate({key: value for key, value in data.items() if key != "format"})
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(step) for step in first["loc"])
            raise InputError(
                f"The feature transformer cannot be read at {where}: {first['msg']}. "
                "Run feature engineering again."
            ) from error
