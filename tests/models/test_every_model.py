"""What holds for each of the four models, and each architecture of the ANN, alike.

Orientation of the event, and the ONNX export.
"""

from functools import partial

import numpy as np
import onnxruntime
import pytest
from sklearn.metrics import roc_auc_score

from loan_default.models.ann import AnnSettings, train_ann
from loan_default.models.lightgbm import LightGbmSettings, train_lightgbm
from loan_default.models.logistic_regression import LogisticRegressionSettings, train_logistic_regression
from loan_default.models.onnx_export import check_export, to_onnx
from loan_default.models.predict_probability import library_of, predict_probability
from loan_default.models.random_forest import RandomForestSettings, train_random_forest

ANNS = {
    "mlp": {"network": {"kind": "mlp", "hidden_layers": (8,), "learning_rate": 0.02}},
    "mlp_ple": {"network": {"kind": "mlp_ple", "hidden_layers": (8,), "width": 2, "learning_rate": 0.02}},
    "tabm": {"network": {"kind": "tabm", "hidden_layers": (8,), "members": 3, "learning_rate": 0.02}},
    "bag": {"network": {"kind": "mlp", "hidden_layers": (8,), "learning_rate": 0.02}, "bagging": 2},
}
MODELS = [*ANNS, "random_forest", "logistic_regression", "lightgbm"]


@pytest.fixture(scope="module")
def trained(made_up):
    train = (made_up.X_train, made_up.y_train)
    validation = (made_up.X_validation, made_up.y_validation)
    anns = {name: AnnSettings(**settings, batch_size=64, max_epochs=5) for name, settings in ANNS.items()}
    return {
        **{name: train_ann(*train, *validation, ann, seed=0)[0] for name, ann in anns.items()},
        "random_forest": train_random_forest(
            *train, RandomForestSettings(n_estimators=30, threads=1), seed=0
        )[0],
        "logistic_regression": train_logistic_regression(*train, LogisticRegressionSettings(), seed=0)[0],
        "lightgbm": train_lightgbm(*train, *validation, LightGbmSettings(max_rounds=40, threads=1), seed=0)[
            0
        ],
    }


@pytest.mark.parametrize("name", MODELS)
def test_a_feature_that_raises_default_raises_the_score(trained, made_up, name):
    low, high = np.zeros((2, 1, 5), dtype=np.float32)
    low[0, 0], high[0, 0] = -2, 2
    assert predict_probability(trained[name], high) > predict_probability(trained[name], low) + 0.2
    score = predict_probability(trained[name], made_up.X_validation)
    assert roc_auc_score(made_up.y_validation, score) > 0.8


@pytest.mark.parametrize("name", MODELS)
def test_scores_are_probabilities_of_the_event(trained, made_up, name):
    score = predict_probability(trained[name], made_up.X_validation)
    assert score.shape == (800,)
    assert score.dtype == np.float64
    assert score.mean() == pytest.approx(made_up.y_train.mean(), abs=0.06)


@pytest.mark.parametrize("name", MODELS)
def test_onnx_gives_the_same_scores_in_the_same_form(trained, made_up, name):
    model = trained[name]
    exported = to_onnx(model, n_features=5)
    assert check_export(partial(predict_probability, model), exported, made_up.X_validation) < 1e-5
    session = onnxruntime.InferenceSession(exported, providers=["CPUExecutionProvider"])
    ((given,), (returned,)) = session.get_inputs(), session.get_outputs()
    assert (given.name, given.type, given.shape[1]) == ("features", "tensor(float)", 5)
    assert (returned.name, returned.type) == ("probability", "tensor(float)")
    for rows in (1, 7):
        (score,) = session.run(None, {"features": made_up.X_validation[:rows]})
        assert score.shape == (rows,)


@pytest.mark.parametrize("name", ["random_forest", "lightgbm"])
def test_onnx_trees_tell_neighbouring_floats_apart(name):
    # Made up so that every split falls between two neighbouring float32 values.
    rng = np.random.default_rng(0)
    steps = rng.integers(0, 6, size=(3000, 3))
    X = 2**20 + steps.astype(np.float32) / 8
    X[:, 2] *= -1
    assert X.dtype == np.float32
    assert (np.spacing(np.abs(X)) == 0.125).all()
    y = (rng.random(3000) < np.where(steps[:, 0] > 2, 0.8, 0.1)).astype(np.int8)
    if name == "lightgbm":
        settings = LightGbmSettings(max_rounds=30, min_data_in_leaf=5, threads=1)
        model, _ = train_lightgbm(X, y, X[:500], y[:500], settings, seed=0)
    else:
        model, _ = train_random_forest(X, y, RandomForestSettings(n_estimators=20, threads=1), seed=0)
    assert len(np.unique(predict_probability(model, X))) > 10
    check_export(partial(predict_probability, model), to_onnx(model, n_features=3), X)


def test_a_different_export_is_refused(trained, made_up):
    exported = to_onnx(trained["lightgbm"], n_features=5)
    with pytest.raises(RuntimeError, match=r"differs from the model by 0.25 .* of 800; 1e-05 is allowed"):
        check_export(
            lambda X: predict_probability(trained["lightgbm"], X) - 0.25, exported, made_up.X_validation
        )
    with pytest.raises(RuntimeError, match="by nan"):
        check_export(lambda X: np.full(len(X), np.nan), exported, made_up.X_validation)


def test_the_export_leaves_the_booster_as_it_was(trained):
    before = trained["lightgbm"].model_to_string()
    to_onnx(trained["lightgbm"], n_features=5)
    assert trained["lightgbm"].model_to_string() == before


def test_library_is_recognised_and_others_refused(trained):
    assert [library_of(trained[name]) for name in MODELS] == ["keras"] * 4 + ["sklearn"] * 2 + ["lightgbm"]
    with pytest.raises(TypeError, match="dict"):
        library_of({})
