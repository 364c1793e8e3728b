"""A training that was interrupted goes on and ends where it would have ended."""

import shutil

import numpy as np
import pytest

from loan_default.errors import InputError
from loan_default.models.ann import AnnSettings, train_ann
from loan_default.models.checkpoint import Checkpoint
from loan_default.models.predict_keras import predict_keras

SETTINGS = {
    "network": {"kind": "tabm", "hidden_layers": (8,), "members": 2, "dropout": 0.3, "learning_rate": 0.01},
    "bagging": 2,
    "batch_size": 128,
    "max_epochs": 4,
}
NUMBERS = ["loss", "validation_loss", "validation_roc_auc"]


def train(rows, folder, seed=3, **changes):
    settings = AnnSettings(**{**SETTINGS, **changes})
    validation = rows.X_validation, rows.y_validation
    model, history, _ = train_ann(rows.X_train, rows.y_train, *validation, settings, seed, checkpoints=folder)
    return predict_keras(model, rows.X_validation), history


@pytest.fixture(scope="module")
def stopped(made_up, tmp_path_factory):
    """Checkpoints of a bag that was stopped in the third epoch of its second network."""
    folder = tmp_path_factory.mktemp("stopped")
    save = Checkpoint.save

    def save_or_stop(self, state):
        if len(state.epochs) == 3 and self._file.stem == "network_2":
            raise KeyboardInterrupt
        save(self, state)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Checkpoint, "save", save_or_stop)
        with pytest.raises(KeyboardInterrupt):
            train(made_up, folder)
    return folder


@pytest.fixture
def folder(stopped, tmp_path):
    return shutil.copytree(stopped, tmp_path / "checkpoints")


@pytest.fixture
def saved(monkeypatch):
    """The epochs that are trained, by the name of the network's checkpoint."""
    epochs, save = [], Checkpoint.save

    def count(self, state):
        epochs.append((self._file.stem, len(state.epochs)))
        save(self, state)

    monkeypatch.setattr(Checkpoint, "save", count)
    return epochs


def test_the_result_is_that_of_a_training_without_interruption(made_up, folder, tmp_path, saved, caplog):
    caplog.set_level("INFO")
    resumed, its_history = train(made_up, folder, resume=True)
    assert any(message.endswith("goes on after epoch 2") for message in caplog.messages)
    # Only what was missing was trained.
    assert saved == [("network_2", 3), ("network_2", 4)]
    whole, history = train(made_up, tmp_path / "whole")
    np.testing.assert_allclose(resumed, whole, atol=1e-6)
    np.testing.assert_allclose(its_history[NUMBERS], history[NUMBERS], atol=1e-6)
    same = ["network", "epoch", "best"]
    assert its_history[same].equals(history[same])

    # A finished one has nothing left to train, unless it is given more epochs.
    saved.clear()
    again, _ = train(made_up, folder, resume=True)
    np.testing.assert_array_equal(again, resumed)
    assert saved == []
    train(made_up, folder, resume=True, max_epochs=5)
    assert saved == [("network_1", 5), ("network_2", 5)]


def test_who_interrupts_is_told_how_to_go_on(made_up, tmp_path, monkeypatch, caplog):
    def stop(self, state):
        raise KeyboardInterrupt

    monkeypatch.setattr(Checkpoint, "save", stop)
    with pytest.raises(KeyboardInterrupt):
        train(made_up, tmp_path)
    assert caplog.messages[-1].endswith("interrupted; `--params ann.resume=true` goes on from its last epoch")


def test_without_resume_it_starts_anew(made_up, folder, saved):
    train(made_up, folder, max_epochs=1)
    assert saved == [("network_1", 1), ("network_2", 1)]


def test_nothing_to_resume_is_a_training_from_the_start(made_up, tmp_path, saved):
    train(made_up, tmp_path, resume=True, max_epochs=1, bagging=1)
    assert saved == [("network_1", 1)]


@pytest.mark.parametrize("changes", [{"seed": 4}, {"batch_size": 64}])
def test_another_training_is_not_resumed(made_up, folder, changes):
    with pytest.raises(InputError, match=r"train anew without ann.resume"):
        train(made_up, folder, resume=True, **changes)
