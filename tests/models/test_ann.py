import subprocess
import sys

import numpy as np
import pytest

from loan_default.errors import InputError
from loan_default.models.ann import AnnSettings, train_ann
from loan_default.models.predict_keras import predict_keras
from loan_default.models.stopping import validation_metrics
from loan_default.models.validation_loss import validation_loss

TINY_NETWORK = {"kind": "mlp", "hidden_layers": (8, 4), "learning_rate": 0.02}
TINY = AnnSettings(network=TINY_NETWORK, batch_size=64, max_epochs=4, patience=2)
NETWORKS = {
    "mlp": {**TINY_NETWORK, "batch_normalisation": True},
    "mlp_ple": {"kind": "mlp_ple", "hidden_layers": (8,), "bins": 6, "width": 3},
    "tabm": {"kind": "tabm", "hidden_layers": (8, 4), "members": 3},
}
METRICS = ["loss", "validation_loss", "validation_roc_auc", "validation_average_precision"]


def with_(**changes):
    network = {**TINY_NETWORK, **changes.pop("network", {})}
    return AnnSettings(**{**TINY.model_dump(), "network": network, **changes})


def train(rows, settings=TINY, seed=3, **more):
    return train_ann(rows.X_train, rows.y_train, rows.X_validation, rows.y_validation, settings, seed, **more)


def test_history_and_the_best_epoch_belong_together(made_up):
    settings = with_(max_epochs=60, network={"learning_rate": 0.05, "dropout": 0.0})
    model, history, record = train(made_up, settings)
    assert list(history.columns) == ["network", "epoch", *METRICS, "seconds", "best"]
    assert set(history["network"]) == {"1 of 1"}
    assert history["epoch"].tolist() == list(range(1, len(history) + 1))
    assert history["best"].sum() == 1
    best = history.loc[history["best"]].iloc[0]
    assert best["validation_loss"] == history["validation_loss"].min()
    assert best["validation_roc_auc"] > 0.8
    # It stopped after `patience` epochs without a better one, and has the weights of the best.
    assert len(history) == best["epoch"] + settings.patience < 60
    score = predict_keras(model, made_up.X_validation)
    assert validation_metrics(score, made_up.y_validation, record) == best[METRICS[1:]].to_dict()


def test_same_seed_same_network(made_up):
    runs = [train(made_up, seed=seed) for seed in (3, 3, 4)]
    first, again, other = (predict_keras(model, made_up.X_validation) for model, _, _ in runs)
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)
    assert runs[0][1][METRICS].equals(runs[1][1][METRICS])


def test_class_weights_raise_the_scores_but_not_the_validation_loss(made_up):
    _, plain, _ = train(made_up, TINY)
    model, weighted, record = train(made_up, with_(imbalance={"method": "class_weight"}))
    assert record["method"] == "class_weight"
    score = predict_keras(model, made_up.X_validation)
    assert score.mean() > made_up.y_validation.mean() + 0.1
    assert validation_loss(score, made_up.y_validation, record) == weighted["validation_loss"].min()
    assert weighted["validation_loss"].min() == pytest.approx(plain["validation_loss"].min(), abs=0.06)


def test_divergence_is_told_with_what_to_do(made_up):
    with pytest.raises(InputError, match=r"epoch 1: the training diverged. Lower learning_rate"):
        train(made_up, with_(network={"learning_rate": 1e38}))


def test_a_fresh_process_reloads_the_same_networks(made_up, tmp_path):
    np.save(tmp_path / "X.npy", made_up.X_validation)
    expected = {}
    for kind, network in NETWORKS.items():
        bagging = 2 if kind == "tabm" else 1
        model, _, _ = train(made_up, AnnSettings(network=network, bagging=bagging, max_epochs=1))
        model.save(tmp_path / f"{kind}.keras")
        expected[kind] = predict_keras(model, made_up.X_validation)
    script = (
        "import pathlib, sys, numpy\n"
        "from loan_default.models.keras_import import import_keras\n"
        "from loan_default.models.predict_keras import predict_keras\n"
        "folder = pathlib.Path(sys.argv[1])\n"
        "for file in folder.glob('*.keras'):\n"
        "    model = import_keras().saving.load_model(file)\n"
        "    numpy.save(file.with_suffix('.score'), predict_keras(model, numpy.load(folder / 'X.npy')))"
    )
    subprocess.run([sys.executable, "-c", script, str(tmp_path)], check=True, capture_output=True)
    for kind, score in expected.items():
        reloaded = np.load(tmp_path / f"{kind}.score.npy")
        assert reloaded.dtype == np.float64
        np.testing.assert_array_equal(reloaded, score)


def test_a_bag_is_one_model_with_the_mean_of_its_networks(made_up):
    model, history, _ = train(made_up, with_(bagging=3, max_epochs=2))
    assert history["network"].unique().tolist() == ["1 of 3", "2 of 3", "3 of 3"]
    assert history.groupby("network")["best"].sum().tolist() == [1, 1, 1]
    networks = [layer for layer in model.layers if layer.name.startswith("network_")]
    assert len(networks) == 3
    scores = [predict_keras(network, made_up.X_validation) for network in networks]
    assert not np.allclose(scores[0], scores[1], atol=1e-3)
    mean = predict_keras(model, made_up.X_validation)
    np.testing.assert_allclose(mean, np.mean(scores, axis=0), atol=1e-6)


def test_a_bag_does_not_look_at_validation_rows(made_up):
    models = [
        train_ann(made_up.X_train, made_up.y_train, X, y, with_(bagging=2, max_epochs=2), 3)[0]
        for X, y in (
            (made_up.X_validation, made_up.y_validation),
            (made_up.X_validation[::-1], made_up.y_validation),
        )
    ]
    first, second = (predict_keras(model, made_up.X_validation) for model in models)
    np.testing.assert_array_equal(first, second)


@pytest.mark.parametrize(
    ("events", "non_events", "hidden", "dropout"),
    [(399, 5_000, (32, 32), 0.3), (400, 5_000, (64, 64), 0.1), (5_000, 399, (32, 32), 0.3)],
)
def test_the_rarer_outcome_chooses_the_network(events, non_events, hidden, dropout):
    y = np.repeat([1, 0], [events, non_events])
    suited = AnnSettings().suited_to(y)
    assert (suited.network.kind, suited.network.hidden_layers, suited.network.dropout) == (
        "tabm", hidden, dropout,
    )  # fmt: skip
    assert suited.batch_size == 64
    assert suited.suited_to(y[:50]) == suited
    assert suited.chosen()["suited"]["members"] == 16


def test_a_stated_network_is_left_alone():
    assert TINY.suited_to(np.array([0, 1])) == TINY


def test_importing_the_module_does_not_import_tensorflow():
    script = (
        "import sys, loan_default.models.ann, loan_default.models.onnx_export\n"
        "heavy = ('tensorflow', 'keras', 'sklearn', 'lightgbm', 'imblearn', 'onnx', 'onnxruntime')\n"
        "print([name for name in heavy if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
