"""TabM: many perceptrons that share their weights."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from pydantic import Field

from loan_default.models.keras_import import import_keras
from loan_default.models.networks.base import NetworkSettings, Units


class TabmNetwork(NetworkSettings):
    """Members that share the weights of each layer and differ in how they scale what goes in and out.

    Gorishniy et al. 2024, "TabM: advancing tabular deep learning with parameter-efficient ensembling".
    """

    kind: Literal["tabm"] = "tabm"
    hidden_layers: tuple[Units, ...] = Field(
        default=(64, 64), min_length=1, description="Units of each hidden layer, first to last."
    )
    members: int = Field(default=16, ge=1, description="Members of the ensemble.")
    learning_rate: float = Field(default=2e-3, gt=0, description="Step size of the optimiser.")

    def logits(self, features: Any, X_train: np.ndarray, base: float) -> Any:
        """Put the layers on the features.

        Args:
            features: Keras tensor (rows, features).
            X_train: Not looked at.
            base: Log-odds that the untrained members predict about.

        Returns:
            Log-odds of default as a Keras tensor (rows, members).
        """
        keras = import_keras()
        from loan_default.models.networks.layers.members import MemberDense, MemberOutput

        hidden = features
        for place, units in enumerate(self.hidden_layers):
            # Random signs tell the members apart; from there on they differ by what they learn.
            hidden = MemberDense(units, self.members, random_signs=place == 0)(hidden)
            hidden = keras.layers.Activation(self.activation)(hidden)
            if self.dropout:
                hidden = keras.layers.Dropout(self.dropout)(hidden)
        return MemberOutput(base)(hidden)
