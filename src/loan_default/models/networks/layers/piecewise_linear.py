"""Piecewise-linear encoding of features."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from keras import ops

from loan_default.models.networks.layers.members import PACKAGE


@keras.saving.register_keras_serializable(PACKAGE)
class PiecewiseLinear(keras.layers.Layer):
    """Spread each numeric feature out over its bins: e = x k + b + PLE(x) W, with W = 0 at the start.

    PLE(x) has a number for each bin: 0 below it, 1 above it, the share of the way inside of it; below the
    first edge and above the last one it goes on as a line. Features without edges stay as they are.

    Args:
        edges: Increasing bounds of the bins of each feature; none for a feature that is left as it is.
        width: Numbers that a feature with bins becomes.
    """

    def __init__(self, edges: Sequence[Sequence[float]], width: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.edges = [list(bounds) for bounds in edges]
        self.width = width
        binned = [bool(bounds) for bounds in self.edges]
        self._binned = np.flatnonzero(binned).astype(np.int32)
        self._plain = np.flatnonzero(~np.array(binned)).astype(np.int32)

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Make the weights; the input is (rows, features)."""
        binned = [self.edges[place] for place in self._binned]
        bins = max((len(bounds) - 1 for bounds in binned), default=0)
        # Bins that a feature does not have: empty, their slope is 0.
        lower, slope = np.zeros((2, len(binned), bins), dtype=np.float32)
        floor, ceiling = np.zeros((len(binned), bins)), np.ones((len(binned), bins))
        for feature, bounds in enumerate(binned):
            widths = np.diff(bounds)
            lower[feature, : len(widths)] = bounds[:-1]
            slope[feature, : len(widths)] = 1 / widths
            floor[feature, 0], ceiling[feature, len(widths) - 1] = -np.inf, np.inf
        self._lower, self._slope = lower, slope
        self._floor, self._ceiling = floor.astype(np.float32), ceiling.astype(np.float32)
        shape = (len(binned), self.width)
        limit = self.width**-0.5
        uniform = keras.initializers.RandomUniform(-limit, limit)
        self.line = self.add_weight(shape=shape, initializer=uniform, name="line")
        self.bias = self.add_weight(shape=shape, initializer="zeros", name="bias")
        self.kernel = self.add_weight(
            shape=(len(binned), bins, self.width), initializer="zeros", name="kernel"
        )

    def call(self, inputs: Any) -> Any:
        """Return (rows, width x features with bins + features without)."""
        if not len(self._binned):
            return inputs
        x = ops.expand_dims(ops.take(inputs, self._binned, axis=1), -1)
        shares = ops.minimum(ops.maximum((x - self._lower) * self._slope, self._floor), self._ceiling)
        encoded = x * self.line + self.bias + ops.einsum("rfb,fbw->rfw", shares, self.kernel)
        encoded = ops.reshape(encoded, (-1, len(self._binned) * self.width))
        return ops.concatenate([encoded, ops.take(inputs, self._plain, axis=1)], axis=1)

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """Return the shape of the outputs."""
        return (input_shape[0], len(self._binned) * self.width + len(self._plain))

    def get_config(self) -> dict[str, Any]:
        """Return the arguments."""
        return {**super().get_config(), "edges": self.edges, "width": self.width}
