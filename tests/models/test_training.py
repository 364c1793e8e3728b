"""When a training stops and which epoch it keeps, on validation metrics that are given."""

import numpy as np
import pytest

from loan_default.models import training
from loan_default.models.imbalance import ImbalanceSettings, rebalance
from loan_default.models.networks.mlp import MlpNetwork
from loan_default.models.networks.network import build_network
from loan_default.models.training import TrainingSettings, suited_batch_size, train_network

EPOCHS = {
    "validation_loss": [0.5, 0.45, 0.3, 0.4, 0.4],
    "validation_roc_auc": [0.6, 0.9, 0.7, 0.7, 0.7],
    "validation_average_precision": [0.4, 0.1, 0.1, 0.2, 0.3],
}


@pytest.fixture
def train(made_up, monkeypatch):
    """Train for up to five epochs that are measured as EPOCHS.

    Returns the state, the weights after each epoch, and those that the network is left with.
    """

    def run(**settings):
        network = build_network(made_up.X_train, MlpNetwork(hidden_layers=(2,)), 0.2)
        weights = []

        def measure(*_):
            weights.append(network.trained.get_weights())
            return {name: values[len(weights) - 1] for name, values in EPOCHS.items()}

        monkeypatch.setattr(training, "validation_metrics", measure)
        rows = rebalance(made_up.X_train, made_up.y_train, ImbalanceSettings(), 1)
        state = train_network(
            network, rows, made_up.X_validation, made_up.y_validation,
            TrainingSettings(max_epochs=5, batch_size=500, **settings), 1, "ann",
        )  # fmt: skip
        return state, weights, network.trained.get_weights()

    return run


@pytest.mark.parametrize(("metric", "best"), [("roc_auc", 2), ("log_loss", 3), ("average_precision", 1)])
def test_the_best_epoch_is_that_of_the_stopping_metric(train, metric, best):
    state, weights, left = train(stopping_metric=metric, patience=5)
    assert (state.best_epoch, len(state.epochs)) == (best, 5)
    for kept, given in zip(left, weights[best - 1], strict=True):
        np.testing.assert_array_equal(kept, given)
    assert not np.array_equal(weights[best - 1][0], weights[-1][0])


@pytest.mark.parametrize(
    ("settings", "best", "epochs"),
    [
        ({"patience": 1}, 3, 4),
        ({"stopping_metric": "roc_auc", "patience": 2}, 2, 4),
        ({"stopping_metric": "roc_auc", "patience": 1}, 2, 3),
        ({"stopping_metric": "roc_auc", "patience": 2, "min_delta": 0.5}, 1, 3),
        ({"stopping_metric": "log_loss", "patience": 2, "min_delta": 0.1}, 3, 5),
    ],
)
def test_training_stops_after_epochs_without_a_better_one(train, settings, best, epochs):
    state, _, _ = train(**settings)
    assert (state.best_epoch, len(state.epochs)) == (best, epochs)


@pytest.mark.parametrize(
    ("rows", "size"), [(100, 64), (2_600, 64), (40_000, 128), (159_000, 512), (10**7, 512)]
)
def test_batches_grow_with_the_rows(rows, size):
    assert suited_batch_size(rows) == size
