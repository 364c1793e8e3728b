import subprocess
import sys

import numpy as np
import pytest

from loan_default.errors import InputError
from loan_default.models.ann import AnnSettings, build_network, predict_ann, train_ann
from loan_default.models.validation_loss import validation_loss

TINY = AnnSettings(hidden_layers=(8, 4), batch_size=64, max_epochs=4, patience=2, learning_rate=0.02)


def with_(**changes):
    return AnnSettings(**{**TINY.model_dump(), **changes})


def train(rows, settings=TINY, seed=3):
    return train_ann(rows.X_train, rows.y_train, rows.X_validation, rows.y_validation, settings, seed=seed)


def layer_kinds(network):
    return [type(layer).__name__ for layer in network.layers]


def test_layers_follow_the_settings():
    kinds = layer_kinds(build_network(5, with_(batch_normalisation=True)))
    hidden = ["Dense", "BatchNormalization", "Activation", "Dropout"]
    assert kinds == ["InputLayer", *hidden, *hidden, "Dense"]
    assert layer_kinds(build_network(5, with_(dropout=0))) == [
        "InputLayer", "Dense", "Activation", "Dense", "Activation", "Dense",
    ]  # fmt: skip


def test_an_untrained_network_predicts_about_the_event_rate():
    network = build_network(5, TINY, event_rate=0.2)
    assert predict_ann(network, np.zeros((1, 5), np.float32)) == pytest.approx(0.2)


@pytest.mark.parametrize("optimiser", ["adam", "adamw"])
def test_optimiser_follows_the_settings(optimiser):
    network = build_network(5, with_(optimiser=optimiser, learning_rate=0.02, gradient_clip=1.0))
    assert type(network.optimizer).__name__.lower() == optimiser
    assert float(network.optimizer.learning_rate) == pytest.approx(0.02)
    assert network.optimizer.global_clipnorm == 1.0
    assert network.optimizer.weight_decay == (3e-4 if optimiser == "adamw" else None)


def test_history_and_the_best_epoch_belong_together(made_up):
    settings = with_(max_epochs=60, learning_rate=0.05, dropout=0.0)
    model, history, record = train(made_up, settings)
    assert list(history.columns) == [
        "epoch", "loss", "validation_loss", "validation_roc_auc", "seconds", "best",
    ]  # fmt: skip
    assert history["epoch"].tolist() == list(range(1, len(history) + 1))
    assert history["best"].sum() == 1
    best = history.loc[history["best"]].iloc[0]
    assert best["validation_loss"] == history["validation_loss"].min()
    # It stopped after `patience` epochs without a better one, and has the weights of the best.
    assert len(history) == best["epoch"] + settings.patience < 60
    score = predict_ann(model, made_up.X_validation)
    assert validation_loss(score, made_up.y_validation, record) == best["validation_loss"]
    assert best["validation_roc_auc"] > 0.8


def test_same_seed_same_network(made_up):
    runs = [train(made_up, seed=seed) for seed in (3, 3, 4)]
    first, again, other = (predict_ann(model, made_up.X_validation) for model, _, _ in runs)
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)
    columns = ["loss", "validation_loss", "validation_roc_auc"]
    assert runs[0][1][columns].equals(runs[1][1][columns])


def test_class_weights_raise_the_scores_but_not_the_validation_loss(made_up):
    _, plain, _ = train(made_up)
    model, weighted, record = train(made_up, with_(imbalance={"method": "class_weight"}))
    assert record["method"] == "class_weight"
    score = predict_ann(model, made_up.X_validation)
    assert score.mean() > made_up.y_validation.mean() + 0.1
    assert validation_loss(score, made_up.y_validation, record) == weighted["validation_loss"].min()
    assert weighted["validation_loss"].min() == pytest.approx(plain["validation_loss"].min(), abs=0.06)


def test_divergence_is_told_with_what_to_do(made_up):
    with pytest.raises(
        InputError, match=r"epoch 1: the training diverged. Lower learning_rate \(now 1e\+38\)"
    ):
        train(made_up, with_(learning_rate=1e38))


# Keras, as it writes its variables under NumPy 2.
@pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy:DeprecationWarning")
def test_a_fresh_process_reloads_the_same_network(made_up, tmp_path):
    model, _, _ = train(made_up, with_(batch_normalisation=True, optimiser="adamw"))
    model.save(tmp_path / "ann.keras")
    np.save(tmp_path / "X.npy", made_up.X_validation)
    script = (
        "import sys, numpy\n"
        "from loan_default.models.keras_import import import_keras\n"
        "from loan_default.models.ann import predict_ann\n"
        "folder = sys.argv[1]\n"
        "model = import_keras().saving.load_model(folder + '/ann.keras')\n"
        "numpy.save(folder + '/score.npy', predict_ann(model, numpy.load(folder + '/X.npy')))"
    )
    subprocess.run([sys.executable, "-c", script, str(tmp_path)], check=True, capture_output=True)
    score = np.load(tmp_path / "score.npy")
    assert score.dtype == np.float64
    np.testing.assert_array_equal(score, predict_ann(model, made_up.X_validation))


def test_importing_the_module_does_not_import_tensorflow():
    script = (
        "import sys, loan_default.models.ann, loan_default.models.onnx_export\n"
        "heavy = ('tensorflow', 'keras', 'sklearn', 'lightgbm', 'imblearn', 'onnx', 'onnxruntime')\n"
        "print([name for name in heavy if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
