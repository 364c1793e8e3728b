"""Train one network, epoch by epoch, and keep its best."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from loan_default.errors import InputError
from loan_default.models.checkpoint import Checkpoint, TrainingState
from loan_default.models.imbalance import Rebalanced
from loan_default.models.networks.network import BuiltNetwork
from loan_default.models.predict_keras import predict_keras
from loan_default.models.stopping import StoppingMetric, goodness, validation_metrics

ROWS_PER_BATCH_ROW = 256
SMALLEST_BATCH, LARGEST_BATCH = 64, 512


class TrainingSettings(BaseModel):
    """How long a network is trained, and by which metric its best epoch is chosen."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    stopping_metric: StoppingMetric = Field(
        default="log_loss",
        description="Validation metric by which the best epoch is chosen: log_loss (of probabilities "
        "corrected for rebalancing), roc_auc or average_precision.",
    )
    min_delta: float = Field(
        default=0.0, ge=0, description="By how much the stopping metric must be better (area or nats)."
    )
    patience: int = Field(
        default=12, ge=1, description="Epochs without a better stopping metric after which training stops."
    )
    max_epochs: int = Field(default=200, ge=1, description="Passes over the training rows at most.")
    batch_size: int | None = Field(
        default=None,
        ge=1,
        description="Rows per step; null = about one 256th of the training rows, 64 to 512.",
    )


def train_network(
    network: BuiltNetwork,
    rows: Rebalanced,
    X_validation: np.ndarray,
    y_validation: np.ndarray,
    settings: TrainingSettings,
    seed: int,
    show: Callable[..., None],
    checkpoint: Checkpoint | None = None,
) -> TrainingState:
    """Train a network; it is left with the weights of its best epoch.

    Args:
        network: Not trained yet.
        rows: Training rows.
        X_validation: Features of the rows on which epochs are measured.
        y_validation: Their outcome.
        settings: Length and stopping.
        seed: Of the order of the rows in each epoch.
        show: Is told the epoch and its numbers.
        checkpoint: Keeps the state after each epoch; where it holds one, training goes on from there. A
            training that went on gives what it would have given at once.

    Raises:
        InputError: Where the loss becomes nan or infinite.
    """
    state = TrainingState()
    found = checkpoint.load() if checkpoint else None
    if found:
        state = found
        _set_variables(network, found.variables)
    y = rows.y.astype(np.float32)
    batch_size = settings.batch_size or suited_batch_size(len(y))
    while not _finished(state, settings):
        started = time.monotonic()
        number = len(state.epochs) + 1
        # An order of its own for each epoch, which a resumed training finds again.
        order = np.random.default_rng([seed, number]).permutation(len(y))
        weights = None if rows.sample_weight is None else rows.sample_weight[order].astype(np.float32)
        fitted = network.trained.fit(
            rows.X[order], y[order], sample_weight=weights, batch_size=batch_size, shuffle=False, verbose=0
        )
        measured = validation_metrics(predict_keras(network.model, X_validation), y_validation, rows.record)
        epoch = {"epoch": number, "loss": float(fitted.history["loss"][0]), **measured}
        _check_finite(epoch)
        state.epochs.append({**epoch, "seconds": time.monotonic() - started})
        best = state.best
        gain = np.inf if best is None else _gain(measured, best, settings)
        if gain > settings.min_delta:
            state.best_epoch, state.best_weights = number, network.trained.get_weights()
        if checkpoint:
            state.variables = [np.array(variable) for variable in _variables(network)]
            checkpoint.save(state)
        show(number, loss=epoch["loss"], **_watched(measured, settings))
    network.trained.set_weights(state.best_weights)
    return state


def suited_batch_size(rows: int) -> int:
    """Return the power of two at or below one 256th of the rows, at least 64 and at most 512."""
    fitting = 2 ** int(np.log2(max(rows / ROWS_PER_BATCH_ROW, 1)))
    return int(np.clip(fitting, SMALLEST_BATCH, LARGEST_BATCH))


def _finished(state: TrainingState, settings: TrainingSettings) -> bool:
    done = len(state.epochs)
    return done >= settings.max_epochs or done - state.best_epoch >= settings.patience


def _gain(measured: dict[str, float], best: dict[str, float], settings: TrainingSettings) -> float:
    return goodness(measured, settings.stopping_metric) - goodness(best, settings.stopping_metric)


def _watched(measured: dict[str, float], settings: TrainingSettings) -> dict[str, float]:
    chosen = [name for name in measured if name == f"validation_{settings.stopping_metric}"]
    return {name: measured[name] for name in ("validation_loss", *chosen)}


def _variables(network: BuiltNetwork) -> list[Any]:
    """List all that training changes: weights, seeds of dropout, state of the optimiser."""
    return [*network.trained.variables, *network.trained.optimizer.variables]


def _set_variables(network: BuiltNetwork, values: list[np.ndarray]) -> None:
    network.trained.optimizer.build(network.trained.trainable_variables)
    for variable, value in zip(_variables(network), values, strict=True):
        variable.assign(value)


def _check_finite(epoch: dict[str, float]) -> None:
    if not np.isfinite([epoch["loss"], epoch["validation_loss"]]).all():
        raise InputError(
            f"The loss of the ANN became {epoch['loss']} in epoch {epoch['epoch']}: the training diverged. "
            "Lower learning_rate or gradient_clip in ann.network (1 is a usual clip), and check that no "
            "feature is infinite."
        )
