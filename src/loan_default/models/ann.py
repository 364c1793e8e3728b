"""The artificial neural network: one network of a chosen architecture, or the mean of several."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
import pandas as pd
from pydantic import Field

from loan_default.models.bagging import deal_out
from loan_default.models.checkpoint import Checkpoint, TrainingState
from loan_default.models.imbalance import rebalance
from loan_default.models.keras_import import import_keras
from loan_default.models.networks.auto import AutoNetwork, suited_network
from loan_default.models.networks.network import Network, build_network, mean_of
from loan_default.models.predict_keras import predict_keras
from loan_default.models.settings import ModelSettings
from loan_default.models.stopping import validation_metrics
from loan_default.models.training import TrainingSettings, suited_batch_size, train_network

logger = logging.getLogger(__name__)


class AnnSettings(TrainingSettings, ModelSettings):
    """Architecture and training of the ANN."""

    network: Network = Field(
        default=AutoNetwork(),
        description="Architecture and optimiser, by `kind`: auto (chosen by the number of defaults), "
        "mlp, mlp_ple (piecewise-linear encoding) or tabm (an ensemble that shares weights).",
    )
    bagging: int = Field(
        default=1,
        ge=1,
        description="Networks of which the mean probability is taken. 1: trained on all train rows and "
        "stopped by validation rows. More: each stopped by its own fold of the train rows, trained on the "
        "others.",
    )
    resume: bool = Field(
        default=False, description="Go on with the training that was interrupted, from its last epoch."
    )

    def suited_to(self, y_train: np.ndarray) -> Self:
        """Return the settings with all that the number of training rows and defaults decides put in."""
        chosen: dict[str, Any] = {}
        if isinstance(self.network, AutoNetwork):
            events = int(np.count_nonzero(y_train))
            chosen["network"] = suited_network(min(events, len(y_train) - events))
        if self.batch_size is None:
            chosen["batch_size"] = suited_batch_size(len(y_train))
        return self.model_copy(update=chosen)

    def chosen(self) -> dict[str, Any]:
        """Return the architecture, its optimiser and the batch size, as plain data."""
        return {"suited": {**self.network.model_dump(mode="json"), "batch_size": self.batch_size}}


@dataclass(frozen=True)
class _Share:
    """What one network of a bag is trained on and stopped by."""

    name: str
    train: tuple[np.ndarray, np.ndarray]
    stopping: tuple[np.ndarray, np.ndarray]
    seed: int


def train_ann(
    X_train: np.ndarray,
    y_train: np.ndarray,
    X_validation: np.ndarray,
    y_validation: np.ndarray,
    settings: AnnSettings,
    seed: int,
    twins: np.ndarray | None = None,
    checkpoints: Path | None = None,
    feature_names: Sequence[str] = (),
) -> tuple[Any, pd.DataFrame, dict[str, Any]]:
    """Train the ANN; of each network the weights of the epoch with the best stopping metric are kept.

    The loss in the history is the one minimised: the mean over the members of a network, weighted where rows
    are weighted, on rebalanced rows, with dropout on. The validation loss is on untouched rows, unweighted,
    of probabilities corrected for the rebalancing (SMOTE has no correction), so the two are only comparable
    without rebalancing. In a bag, "validation" are the rows of the fold that stops the network.

    Args:
        X_train: float32 features of the training rows, shape (rows, features).
        y_train: Their outcome, 1 = default.
        X_validation: Features of the validation rows.
        y_validation: Their outcome.
        settings: Architecture, training, rebalancing.
        seed: Seeds Python's, NumPy's and TensorFlow's generators. Equal seeds give equal weights on one
            machine.
        twins: Training rows with an equal number are twins, shape (rows,); a bag keeps them together.
        checkpoints: Folder that keeps where the training stands; None = nowhere, and nothing to resume.
        feature_names: Of the features, in order; embeddings of categories need them.

    Returns:
        One keras.Model from features to the probability of default (rows, 1), the mean over the networks;
        the history with a row per network and epoch: `network` (such as "1 of 5"), `epoch` (from 1), `loss`,
        `validation_loss`, `validation_roc_auc`, `validation_average_precision`, `seconds`, `best` (True for
        the epoch kept); the rebalancing record, of the first network in a bag.

    Raises:
        InputError: Where the loss becomes nan or infinite, the training rows cannot be rebalanced or dealt
            out, or the training to resume was another one.
    """
    keras = import_keras()
    import tensorflow as tf

    tf.config.experimental.enable_op_determinism()
    settings = settings.suited_to(y_train)
    logger.info("ann: %d training rows, %s", len(y_train), describe(settings))
    architecture = settings.network
    assert not isinstance(architecture, AutoNetwork)
    models: list[Any] = []
    histories, records = [], []
    validation = (X_validation, y_validation)
    for share in _shares((X_train, y_train), validation, settings, seed, twins):
        keras.utils.set_random_seed(share.seed)
        rows = rebalance(*share.train, settings.imbalance, share.seed)
        event_rate = float(np.average(rows.y, weights=rows.sample_weight))
        name = f"network_{len(models) + 1}"
        network = build_network(rows.X, architecture, event_rate, name, feature_names)
        checkpoint = _checkpoint(checkpoints, share, settings) if checkpoints else None
        title = "ann" if settings.bagging == 1 else f"ann, network {share.name}"
        state = train_network(network, rows, *share.stopping, settings, share.seed, title, checkpoint)
        models.append(network.model)
        histories.append(_history(state, share.name))
        records.append(rows.record)
        _say_best(state, title)
    model = mean_of(models)
    if settings.bagging > 1:
        together = validation_metrics(predict_keras(model, X_validation), y_validation, records[0])
        logger.info("ann, %d networks: validation ROC AUC %.4f", len(models), together["validation_roc_auc"])
    return model, pd.concat(histories, ignore_index=True), records[0]


def describe(settings: AnnSettings) -> str:
    """Say in a line what is trained."""
    network = settings.network.model_dump(exclude={"kind"})
    parts = [f"{key} {value}" for key, value in network.items() if value is not None]
    bag = f"{settings.bagging} x " if settings.bagging > 1 else ""
    return f"{bag}{settings.network.kind} ({', '.join(parts)}, batch_size {settings.batch_size})"


def _shares(
    train: tuple[np.ndarray, np.ndarray],
    validation: tuple[np.ndarray, np.ndarray],
    settings: AnnSettings,
    seed: int,
    twins: np.ndarray | None,
) -> Iterator[_Share]:
    if settings.bagging == 1:
        yield _Share("1 of 1", train, validation, seed)
        return
    X, y = train
    for place, (rows, stopping) in enumerate(deal_out(y, twins, settings.bagging, seed)):
        name = f"{place + 1} of {settings.bagging}"
        yield _Share(name, (X[rows], y[rows]), (X[stopping], y[stopping]), (seed + place) % 2**32)


def _checkpoint(folder: Path, share: _Share, settings: AnnSettings) -> Checkpoint:
    # What may change between an interruption and its continuation: how long training goes on.
    free = {"resume", "max_epochs", "patience", "calibration", "threshold"}
    data = hashlib.sha256()
    for array in (*share.train, *share.stopping):
        data.update(np.ascontiguousarray(array).tobytes())
    training = {
        "settings": settings.model_dump(mode="json", exclude=free),
        "seed": share.seed,
        "data": data.hexdigest(),
    }
    checkpoint = Checkpoint(folder / f"network_{share.name.split()[0]}.npz", training)
    if not settings.resume:
        checkpoint.clear()
    return checkpoint


def _history(state: TrainingState, network: str) -> pd.DataFrame:
    history = pd.DataFrame(state.epochs)
    history.insert(0, "network", network)
    history["best"] = history["epoch"] == state.best_epoch
    return history


def _say_best(state: TrainingState, title: str) -> None:
    assert state.best is not None
    logger.info(
        "%s: best epoch %d of %d, validation loss %.4f, validation ROC AUC %.4f, %.0f s",
        title,
        state.best_epoch,
        len(state.epochs),
        state.best["validation_loss"],
        state.best["validation_roc_auc"],
        sum(epoch["seconds"] for epoch in state.epochs),
    )
