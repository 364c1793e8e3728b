"""Layers of an ensemble whose members share weights, the mean of the members, and their loss."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

PACKAGE = "loan_default"


@keras.saving.register_keras_serializable(PACKAGE)
class MemberDense(keras.layers.Layer):
    """A dense layer for all members: ((x * r_k) W) * s_k + b_k, with one W and r, s, b of each member k.

    Args:
        units: Outputs per member.
        members: Members of the ensemble.
        random_signs: Start r at random +-1, as the first layer needs; otherwise at 1, as s does.
    """

    def __init__(self, units: int, members: int, random_signs: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.units = units
        self.members = members
        self.random_signs = random_signs

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Make the weights; the input is (rows, inputs), one for all members, or (rows, members, inputs)."""
        inputs = input_shape[-1]
        signs = RandomSigns() if self.random_signs else "ones"
        self.kernel = self.add_weight(shape=(inputs, self.units), initializer="he_uniform", name="kernel")
        self.scale_in = self.add_weight(shape=(self.members, inputs), initializer=signs, name="scale_in")
        self.scale_out = self.add_weight(
            shape=(self.members, self.units), initializer="ones", name="scale_out"
        )
        self.bias = self.add_weight(shape=(self.members, self.units), initializer="zeros", name="bias")

    def call(self, inputs: Any) -> Any:
        """Return (rows, members, units)."""
        if len(inputs.shape) == 2:
            inputs = ops.expand_dims(inputs, 1)
        scaled = inputs * self.scale_in
        # One large product instead of one for each member.
        flat = ops.reshape(scaled, (-1, scaled.shape[-1]))
        outputs = ops.reshape(ops.matmul(flat, self.kernel), (-1, self.members, self.units))
        return outputs * self.scale_out + self.bias

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """Return the shape of the outputs."""
        return (input_shape[0], self.members, self.units)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments."""
        own = {"units": self.units, "members": self.members, "random_signs": self.random_signs}
        return {**super().get_config(), **own}


@keras.saving.register_keras_serializable(PACKAGE)
class MemberOutput(keras.layers.Layer):
    """The log-odds of each member, from weights of its own: sum_j x_kj w_kj + b_k.

    Args:
        base: Start of b, the log-odds that the untrained members predict about.
    """

    def __init__(self, base: float = 0.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.base = base

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Make the weights; the input is (rows, members, inputs)."""
        members, inputs = input_shape[1:]
        assert members is not None
        assert inputs is not None
        # Of one output of `inputs` inputs, as if each member had a dense layer of its own.
        limit = (6.0 / (inputs + 1)) ** 0.5
        self.kernel = self.add_weight(
            shape=(members, inputs),
            initializer=keras.initializers.RandomUniform(-limit, limit),
            name="kernel",
        )
        self.bias = self.add_weight(
            shape=(members,), initializer=keras.initializers.Constant(self.base), name="bias"
        )

    def call(self, inputs: Any) -> Any:
        """Return log-odds (rows, members)."""
        return ops.sum(inputs * self.kernel, axis=-1) + self.bias

    def get_config(self) -> dict[str, Any]:
        """Return the arguments."""
        return {**super().get_config(), "base": self.base}


@keras.saving.register_keras_serializable(PACKAGE)
class MeanProbability(keras.layers.Layer):
    """The mean of the members' probabilities, from their log-odds."""

    def call(self, inputs: Any) -> Any:
        """Return the probability of default (rows, 1) of log-odds (rows, members)."""
        return ops.mean(ops.sigmoid(inputs), axis=-1, keepdims=True)


@keras.saving.register_keras_serializable(PACKAGE)
class RandomSigns(keras.initializers.Initializer):
    """Draws -1 or 1, each with probability one half."""

    def __init__(self, seed: int | None = None) -> None:
        self.seed = keras.random.SeedGenerator(seed)

    def __call__(self, shape: tuple[int, ...], dtype: Any = None) -> Any:
        """Return a tensor of the shape."""
        return ops.sign(keras.random.uniform(shape, -1.0, 1.0, dtype=dtype, seed=self.seed))


@keras.saving.register_keras_serializable(PACKAGE)
class MeanMemberLoss(keras.losses.Loss):
    """The mean of the members' log-losses, in nats.

    Not the loss of their mean: each member learns the outcome by itself, which keeps them different.
    """

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """Return the loss of each row, shape (rows,), of outcomes (rows,) and log-odds (rows, members)."""
        y_true = ops.reshape(y_true, (-1, 1))
        return ops.mean(ops.softplus(y_pred) - y_true * y_pred, axis=-1)
