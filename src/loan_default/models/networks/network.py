"""Build a network of any architecture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np
from pydantic import Field

from loan_default.errors import InputError
from loan_default.models.keras_import import import_keras
from loan_default.models.log_odds import log_odds
from loan_default.models.networks.auto import AutoNetwork
from loan_default.models.networks.base import NetworkSettings
from loan_default.models.networks.embedding import columns_of_categories, embed
from loan_default.models.networks.mlp import MlpNetwork
from loan_default.models.networks.mlp_ple import MlpPleNetwork
from loan_default.models.networks.tabm import TabmNetwork

STEPS_PER_EXECUTION = 32

Architecture = MlpNetwork | MlpPleNetwork | TabmNetwork
Network = Annotated[AutoNetwork | Architecture, Field(discriminator="kind")]


@dataclass(frozen=True)
class BuiltNetwork:
    """Two models that share their layers.

    Attributes:
        trained: From features (rows, features) to the log-odds of each member (rows, members), compiled.
        model: From features to the probability of default (rows, 1): the mean over the members.
    """

    trained: Any
    model: Any


def build_network(
    X_train: np.ndarray,
    settings: Architecture,
    event_rate: float,
    name: str = "ann",
    feature_names: Sequence[str] = (),
) -> BuiltNetwork:
    """Build and compile a network.

    Args:
        X_train: Features of the training rows, float32 of shape (rows, features).
        settings: Architecture and optimiser.
        event_rate: Share of defaults among the training rows; the untrained network predicts about this.
        name: Of the model.
        feature_names: Of the features, in order; they tell which columns are of one category.

    Raises:
        InputError: Embeddings are asked for, and there is nothing to embed.
    """
    keras = import_keras()
    from loan_default.models.networks.layers.members import MeanMemberLoss, MeanProbability

    features = keras.Input((X_train.shape[1],), dtype="float32", name="features")
    encoded = features
    if settings.embedding_width is not None:
        categories = columns_of_categories(feature_names, settings.embedding_width + 1)
        if not categories:
            raise InputError(
                f"{name}.network.embedding_width is {settings.embedding_width}, but no category has more "
                f"than {settings.embedding_width} columns of 0 and 1 to embed. Set "
                "features.high_cardinality to `both`, or embedding_width lower, or to null for none."
            )
        encoded, X_train = embed(features, X_train, categories, settings.embedding_width)
    logits = settings.logits(encoded, X_train, float(log_odds(np.array(event_rate))))
    trained = keras.Model(features, logits, name=f"{name}_members")
    trained.compile(
        optimizer=_optimiser(settings), loss=MeanMemberLoss(), steps_per_execution=STEPS_PER_EXECUTION
    )
    return BuiltNetwork(trained, keras.Model(features, MeanProbability()(logits), name=name))


def mean_of(models: Sequence[Any]) -> Any:
    """Return one keras.Model whose probability is the mean of those of the models."""
    if len(models) == 1:
        return models[0]
    keras = import_keras()
    features = keras.Input(models[0].input_shape[1:], dtype="float32", name="features")
    return keras.Model(features, keras.layers.Average()([model(features) for model in models]), name="ann")


def _optimiser(settings: NetworkSettings) -> Any:
    keras = import_keras()
    if settings.optimiser == "adam":
        return keras.optimizers.Adam(settings.learning_rate, global_clipnorm=settings.gradient_clip)
    return keras.optimizers.AdamW(
        settings.learning_rate, weight_decay=settings.weight_decay, global_clipnorm=settings.gradient_clip
    )
