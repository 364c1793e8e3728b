"""The artificial neural network: a multilayer perceptron in Keras."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal

import numpy as np
import pandas as pd
from pydantic import Field

from loan_default.errors import InputError
from loan_default.models.imbalance import rebalance
from loan_default.models.keras_import import import_keras
from loan_default.models.log_odds import log_odds
from loan_default.models.progress import TrainingProgress
from loan_default.models.settings import ModelSettings
from loan_default.models.validation_loss import validation_loss

logger = logging.getLogger(__name__)

PREDICTION_BATCH_SIZE = 8192
STEPS_PER_EXECUTION = 32


class AnnSettings(ModelSettings):
    """Architecture and training of the network."""

    hidden_layers: tuple[Annotated[int, Field(ge=1)], ...] = Field(
        default=(128, 64), min_length=1, description="Units of each hidden layer, first to last."
    )
    activation: Literal["relu", "gelu", "silu", "tanh"] = Field(
        default="relu", description="Activation of the hidden layers."
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
    learning_rate: float = Field(default=1e-3, gt=0, description="Step size of the optimiser.")
    weight_decay: float = Field(
        default=3e-4,
        ge=0,
        description="Share of each weight taken off per step, times learning_rate (adamw only).",
    )
    gradient_clip: float | None = Field(
        default=None, gt=0, description="Largest norm of all gradients together; null = not clipped."
    )
    batch_size: int = Field(default=512, ge=1, description="Rows per step.")
    max_epochs: int = Field(default=100, ge=1, description="Passes over the training rows at most.")
    patience: int = Field(
        default=12, ge=1, description="Epochs without a better validation loss after which training stops."
    )
    min_delta: float = Field(
        default=0.0,
        ge=0,
        description="By how much (nats) a validation loss must be lower to count as better.",
    )


def build_network(n_features: int, settings: AnnSettings, event_rate: float = 0.5) -> Any:
    """Build and compile the network.

    Args:
        n_features: Features per row.
        settings: Architecture and optimiser.
        event_rate: Share of defaults among the training rows; the untrained network predicts about this.

    Returns:
        A compiled keras.Model from float32 (rows, n_features) to the probability of default (rows, 1).
    """
    keras = import_keras()
    features = keras.Input((n_features,), dtype="float32", name="features")
    hidden = features
    for units in settings.hidden_layers:
        hidden = keras.layers.Dense(units)(hidden)
        if settings.batch_normalisation:
            hidden = keras.layers.BatchNormalization()(hidden)
        hidden = keras.layers.Activation(settings.activation)(hidden)
        if settings.dropout:
            hidden = keras.layers.Dropout(settings.dropout)(hidden)
    # Starting at the default rate saves the epochs that would only learn it.
    base = keras.initializers.Constant(float(log_odds(np.array(event_rate))))
    output = keras.layers.Dense(1, activation="sigmoid", bias_initializer=base, name="probability")(hidden)
    network = keras.Model(features, output, name="ann")
    network.compile(
        optimizer=_optimiser(settings),
        loss=keras.losses.BinaryCrossentropy(),
        steps_per_execution=STEPS_PER_EXECUTION,
    )
    return network


def train_ann(
    X_train: np.ndarray,
    y_train: np.ndarray,
    X_validation: np.ndarray,
    y_validation: np.ndarray,
    settings: AnnSettings,
    seed: int,
) -> tuple[Any, pd.DataFrame, dict[str, Any]]:
    """Train the network; the weights of the epoch with the lowest validation loss are kept.

    The loss in the history is the one minimised: weighted where rows are weighted, on rebalanced rows, with
    dropout on. The validation loss is on untouched rows, unweighted, of probabilities corrected for the
    rebalancing (SMOTE has no correction), so the two are only comparable without rebalancing.

    Args:
        X_train: float32 features of the training rows, shape (rows, features).
        y_train: Their outcome, 1 = default.
        X_validation: Features of the validation rows.
        y_validation: Their outcome.
        settings: Architecture, training, rebalancing.
        seed: Seeds Python's, NumPy's and TensorFlow's generators. Equal seeds give equal weights on one
            machine.

    Returns:
        The keras.Model; the history with one row per epoch: `epoch` (from 1), `loss`, `validation_loss`,
        `validation_roc_auc`, `seconds`, `best` (True for the epoch kept); the rebalancing record.

    Raises:
        InputError: Where the loss becomes nan or infinite, or the training rows cannot be rebalanced.
    """
    keras = import_keras()
    import tensorflow as tf

    keras.utils.set_random_seed(seed)
    tf.config.experimental.enable_op_determinism()

    rows = rebalance(X_train, y_train, settings.imbalance, seed)
    network = build_network(X_train.shape[1], settings, float(np.average(rows.y, weights=rows.sample_weight)))
    with TrainingProgress("ann", "epoch", settings.max_epochs) as progress:
        watch = _keep_best_epoch(X_validation, y_validation, rows.record, settings, progress.update)
        network.fit(
            rows.X,
            rows.y.astype(np.float32),
            sample_weight=None if rows.sample_weight is None else rows.sample_weight.astype(np.float32),
            batch_size=settings.batch_size,
            epochs=settings.max_epochs,
            shuffle=True,
            verbose=0,
            callbacks=[watch],
        )
    history = pd.DataFrame(watch.epochs)
    history["best"] = history["epoch"] == watch.best_epoch
    best = history.loc[history["best"]].iloc[0]
    logger.info(
        "ann: best epoch %d of %d, validation loss %.4f, validation ROC AUC %.4f, %.0f s",
        watch.best_epoch,
        len(history),
        best["validation_loss"],
        best["validation_roc_auc"],
        history["seconds"].sum(),
    )
    return network, history, rows.record


def predict_ann(model: Any, X: np.ndarray) -> np.ndarray:
    """Return the raw probability of default, float64 (rows,), of float32 features (rows, features)."""
    return model.predict(X, batch_size=PREDICTION_BATCH_SIZE, verbose=0)[:, 0].astype(np.float64)


def _optimiser(settings: AnnSettings) -> Any:
    keras = import_keras()
    if settings.optimiser == "adam":
        return keras.optimizers.Adam(settings.learning_rate, global_clipnorm=settings.gradient_clip)
    return keras.optimizers.AdamW(
        settings.learning_rate, weight_decay=settings.weight_decay, global_clipnorm=settings.gradient_clip
    )


def _keep_best_epoch(
    X: np.ndarray,
    y: np.ndarray,
    record: Mapping[str, Any],
    settings: AnnSettings,
    show: Callable[..., None],
) -> Any:
    """Make the callback that measures each epoch on validation rows, keeps the best and stops in time.

    Keras' own EarlyStopping knows neither the correction for rebalancing nor an exact ROC AUC.
    """
    keras = import_keras()
    from sklearn.metrics import roc_auc_score

    class KeepBestEpoch(keras.callbacks.Callback):  # type: ignore[name-defined]
        def __init__(self) -> None:
            super().__init__()
            self.epochs: list[dict[str, float]] = []
            self.best_epoch = 0
            self.best_loss = np.inf
            self.best_weights: list[np.ndarray] = []

        def on_epoch_begin(self, epoch: int, logs: dict[str, float] | None = None) -> None:
            self.started = time.monotonic()

        def on_epoch_end(self, epoch: int, logs: dict[str, float]) -> None:
            number, loss = epoch + 1, float(logs["loss"])
            score = predict_ann(self.model, X)
            loss_on_validation = validation_loss(score, y, record)
            if not np.isfinite([loss, loss_on_validation]).all():
                raise InputError(
                    f"The loss of the ANN became {loss} in epoch {number}: the training diverged. Lower "
                    f"learning_rate (now {settings.learning_rate:g}) or set gradient_clip (now "
                    f"{settings.gradient_clip}; 1 is a usual value), and check that no feature is infinite."
                )
            if loss_on_validation < self.best_loss - settings.min_delta:
                self.best_epoch, self.best_loss = number, loss_on_validation
                self.best_weights = self.model.get_weights()
            self.epochs.append(
                {
                    "epoch": number,
                    "loss": loss,
                    "validation_loss": loss_on_validation,
                    "validation_roc_auc": float(roc_auc_score(y, score)),
                    "seconds": time.monotonic() - self.started,
                }
            )
            show(number, loss=loss, validation_loss=loss_on_validation, best=self.best_loss)
            self.model.stop_training = number - self.best_epoch >= settings.patience

        def on_train_end(self, logs: dict[str, float] | None = None) -> None:
            self.model.set_weights(self.best_weights)

    return KeepBestEpoch()
