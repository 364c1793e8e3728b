"""The multilayer perceptron, as in the notebooks that this project started from."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from pydantic import Field

from loan_default.models.keras_import import import_keras
from loan_default.models.networks.base import NetworkSettings, Units


class MlpNetwork(NetworkSettings):
    """Dense layers on the features as they are."""

    kind: Literal["mlp"] = "mlp"
    hidden_layers: tuple[Units, ...] = Field(
        default=(128, 64), min_length=1, description="Units of each hidden layer, first to last."
    )
    dropout: float = Field(
        default=0.3, ge=0, lt=1, description="Share of units dropped after each hidden layer while training."
    )
    batch_normalisation: bool = Field(
        default=False, description="Normalise each hidden layer over the batch, before its activation."
    )
    optimiser: Literal["adam", "adamw"] = Field(
        default="adam", description="adam, or adamw with decoupled weight decay."
    )
    gradient_clip: float | None = Field(
        default=None, gt=0, description="Largest norm of all gradients together; null = not clipped."
    )

    def logits(self, features: Any, X_train: np.ndarray, base: float) -> Any:
        """Put the layers on the features.

        Args:
            features: Keras tensor (rows, features).
            X_train: Not looked at.
            base: Log-odds that the untrained network predicts about.

        Returns:
            Log-odds of default as a Keras tensor (rows, 1).
        """
        hidden = dense_layers(features, self, self.batch_normalisation)
        return output_layer(hidden, base)


def dense_layers(hidden: Any, settings: NetworkSettings, batch_normalisation: bool = False) -> Any:
    """Put dense hidden layers, each with its activation and dropout, on a Keras tensor (rows, any)."""
    keras = import_keras()
    for units in settings.hidden_layers:
        hidden = keras.layers.Dense(units)(hidden)
        if batch_normalisation:
            hidden = keras.layers.BatchNormalization()(hidden)
        hidden = keras.layers.Activation(settings.activation)(hidden)
        if settings.dropout:
            hidden = keras.layers.Dropout(settings.dropout)(hidden)
    return hidden


def output_layer(hidden: Any, base: float) -> Any:
    """Return log-odds (rows, 1); they start at `base`, which saves the epochs that would only learn it."""
    keras = import_keras()
    return keras.layers.Dense(1, bias_initializer=keras.initializers.Constant(base))(hidden)
