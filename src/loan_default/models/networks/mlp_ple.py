"""A perceptron on a piecewise-linear encoding of the numeric features."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from pydantic import Field

from loan_default.models.keras_import import import_keras
from loan_default.models.networks.base import NetworkSettings
from loan_default.models.networks.mlp import dense_layers, output_layer


class MlpPleNetwork(NetworkSettings):
    """Dense layers on features of which each numeric one is spread out over quantile bins of its own.

    Gorishniy et al. 2022, "On embeddings for numerical features in tabular deep learning".
    """

    kind: Literal["mlp_ple"] = "mlp_ple"
    bins: int = Field(default=32, ge=2, description="Quantile bins of a numeric feature, at most.")
    width: int = Field(default=8, ge=1, description="Numbers that a numeric feature becomes.")

    def logits(self, features: Any, X_train: np.ndarray, base: float) -> Any:
        """Put the layers on the features.

        Args:
            features: Keras tensor (rows, features).
            X_train: Features of the training rows; their quantiles are the bins.
            base: Log-odds that the untrained network predicts about.

        Returns:
            Log-odds of default as a Keras tensor (rows, 1).
        """
        import_keras()
        from loan_default.models.networks.layers.piecewise_linear import PiecewiseLinear

        edges = [quantile_edges(column, self.bins) for column in X_train.T]
        encoded = PiecewiseLinear(edges, self.width)(features)
        return output_layer(dense_layers(encoded, self), base)


def quantile_edges(values: np.ndarray, bins: int) -> list[float]:
    """Return the distinct quantiles of a feature that bound its bins.

    Args:
        values: The feature on the training rows, shape (rows,).
        bins: Bins at most; equal quantiles leave fewer.

    Returns:
        Increasing edges; none where there are two values or one, which a line describes as well.
    """
    edges = np.unique(np.quantile(values, np.linspace(0, 1, bins + 1)))
    return edges.tolist() if len(np.unique(values)) > 2 else []
