import numpy as np
import pytest

from loan_default.errors import InputError
from loan_default.models.checkpoint import Checkpoint, TrainingState

STATE = TrainingState(
    epochs=[{"epoch": 1, "loss": 0.5}, {"epoch": 2, "loss": 0.4}],
    best_epoch=2,
    best_weights=[np.ones((2, 3), np.float32), np.zeros(4, np.float32)],
    # More than ten, so that their order is not that of their names.
    variables=[np.full(place, place, np.int64) for place in range(12)],
)


def test_a_state_comes_back(tmp_path):
    checkpoint = Checkpoint(tmp_path / "folder" / "network_1.npz", {"seed": 1})
    assert checkpoint.load() is None
    checkpoint.save(STATE)
    found = Checkpoint(tmp_path / "folder" / "network_1.npz", {"seed": 1}).load()
    assert (found.epochs, found.best_epoch, found.best) == (STATE.epochs, 2, STATE.epochs[1])
    for name in ("best_weights", "variables"):
        for kept, given in zip(getattr(found, name), getattr(STATE, name), strict=True):
            np.testing.assert_array_equal(kept, given)
            assert kept.dtype == given.dtype
    checkpoint.clear()
    assert checkpoint.load() is None


def test_another_training_is_refused(tmp_path):
    Checkpoint(tmp_path / "n.npz", {"seed": 1, "data": "a"}).save(STATE)
    with pytest.raises(InputError, match=r"n.npz.* had other settings, features, rows or seed"):
        Checkpoint(tmp_path / "n.npz", {"seed": 1, "data": "b"}).load()


def test_an_interrupted_save_leaves_the_last_state(tmp_path, monkeypatch):
    checkpoint = Checkpoint(tmp_path / "n.npz", {})
    checkpoint.save(STATE)

    def stop(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("os.replace", stop)
    with pytest.raises(KeyboardInterrupt):
        checkpoint.save(TrainingState())
    assert [file.name for file in tmp_path.iterdir()] == ["n.npz"]
    assert checkpoint.load().best_epoch == 2
