"""Entity embeddings of categories that come as 0/1 columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from keras import ops

from loan_default.models.networks.layers.members import PACKAGE


@keras.saving.register_keras_serializable(PACKAGE)
class EmbedCategories(keras.layers.Layer):
    """Put a learnt vector in place of the 0/1 columns of each category (Guo and Berkhahn 2016).

    A product with 0/1 columns picks the vector of the level; a level that has no column gets zeros.

    Args:
        categories: Positions of the columns of each category.
        features: Features per row.
        width: Length of the vectors.
    """

    def __init__(self, categories: Sequence[Sequence[int]], features: int, width: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.categories = [[int(place) for place in places] for places in categories]
        self.features = features
        self.width = width
        embedded = {place for places in self.categories for place in places}
        self._others = np.array([p for p in range(features) if p not in embedded], dtype=np.int32)
        self._places = [np.array(places, dtype=np.int32) for places in self.categories]

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Make a table of vectors for each category; the input is (rows, features)."""
        self._tables = [
            self.add_weight(shape=(len(places), self.width), initializer="he_uniform", name=f"table_{number}")
            for number, places in enumerate(self.categories)
        ]

    def call(self, inputs: Any) -> Any:
        """Return the other features, then the vectors: (rows, others + width x categories)."""
        parts = [ops.take(inputs, self._others, axis=1)]
        for places, table in zip(self._places, self._tables, strict=True):
            parts.append(ops.matmul(ops.take(inputs, places, axis=1), table))
        return ops.concatenate(parts, axis=1)

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """Return the shape of the outputs."""
        return (input_shape[0], len(self._others) + self.width * len(self.categories))

    def get_config(self) -> dict[str, Any]:
        """Return the arguments."""
        own = {"categories": self.categories, "features": self.features, "width": self.width}
        return {**super().get_config(), **own}
