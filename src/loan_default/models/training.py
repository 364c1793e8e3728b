"""Train one network, epoch by epoch, and keep its best."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from loan_default.errors import InputError
from loan_default.models.checkpoint import Checkpoint, TrainingState
from loan_default.models.imbalance import Rebalanced
from loan_default.models.networks.network import BuiltNetwork
from loan_default.models.predict_keras import predict_keras
from loan_default.models.stopping import StoppingMetric, goodness, validation_metrics
from loan_default.progress import TrainingProgress

logger = logging.getLogger(__name__)

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
    title: str,
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
        title: Of the progress that is shown.
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
        logger.info("%s: goes on after epoch %d", title, len(state.epochs))
    with (
        TrainingProgress(title, "epoch", settings.max_epochs, done_before=len(state.epochs)) as progress,
        _hint_of_resuming(title, state, checkpoint),
    ):
        while not _finished(state, settings):
            started = time.monotonic()
            number = len(state.epochs) + 1
            loss = _pass_over(network, rows, settings, [seed, number])
            score = predict_keras(network.model, X_validation)
            measured = validation_metrics(score, y_validation, rows.record)
            _check_finite(number, loss, measured["validation_loss"])
            best = state.best
            state.epochs.append(
                {"epoch": number, "loss": loss, **measured, "seconds": time.monotonic() - started}
            )
            if best is None or _gain(measured, best, settings) > settings.min_delta:
                state.best_epoch, state.best_weights = number, network.trained.get_weights()
            if checkpoint:
                state.variables = [np.array(variable) for variable in _variables(network)]
                checkpoint.save(state)
            earliest = state.best_epoch + settings.patience
            progress.update(number, earliest, loss=loss, **_watched(measured, settings))
    network.trained.set_weights(state.best_weights)
    return state


@contextmanager
def _hint_of_resuming(title: str, state: TrainingState, checkpoint: Checkpoint | None) -> Iterator[None]:
    """Say on Ctrl-C how the training goes on."""
    try:
        yield
    except KeyboardInterrupt:
        if checkpoint and state.epochs:
            logger.warning("%s: interrupted; `--params ann.resume=true` goes on from its last epoch", title)
        raise


def suited_batch_size(rows: int) -> int:
    """Return the power of two at or below one 256th of the rows, at least 64 and at most 512."""
    fitting = 2 ** int(np.log2(max(rows / ROWS_PER_BATCH_ROW, 1)))
    return int(np.clip(fitting, SMALLEST_BATCH, LARGEST_BATCH))


def _pass_over(network: BuiltNetwork, rows: Rebalanced, settings: TrainingSettings, seed: list[int]) -> float:
    """Train on all rows once, in an order that the seed gives and a resumed training finds again."""
    order = np.random.default_rng(seed).permutation(len(rows.y))
    fitted = network.trained.fit(
        rows.X[order],
        rows.y[order].astype(np.float32),
        sample_weight=None if rows.sample_weight is None else rows.sample_weight[order].astype(np.float32),
        batch_size=settings.batch_size or suited_batch_size(len(rows.y)),
        shuffle=False,
        verbose=0,
    )
    return float(fitted.history["loss"][0])


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


def _check_finite(number: int, loss: float, validation_loss: float) -> None:
    if not np.isfinite([loss, validation_loss]).all():
        raise InputError(
            f"The loss of the ANN became {loss} in epoch {number}: the training diverged. "
            "Lower learning_rate or gradient_clip in ann.network (1 is a usual clip), and check that no "
            "feature is infinite."
        )
