import numpy as np
import pytest
from pydantic import TypeAdapter, ValidationError

from loan_default.models.networks.mlp import MlpNetwork
from loan_default.models.networks.mlp_ple import MlpPleNetwork
from loan_default.models.networks.network import Network, build_network, mean_of
from loan_default.models.networks.tabm import TabmNetwork
from loan_default.models.predict_keras import predict_keras

ROWS = np.random.default_rng(0).normal(size=(200, 5)).astype(np.float32)
EVERY = [
    MlpNetwork(hidden_layers=(8,)),
    MlpPleNetwork(hidden_layers=(8,), bins=4, width=2),
    TabmNetwork(hidden_layers=(8,), members=3),
]


def layer_kinds(model):
    return [type(layer).__name__ for layer in model.layers]


def test_layers_follow_the_settings():
    settings = MlpNetwork(hidden_layers=(8, 4), batch_normalisation=True)
    hidden = ["Dense", "BatchNormalization", "Activation", "Dropout"]
    assert layer_kinds(build_network(ROWS, settings, 0.2).model) == [
        "InputLayer", *hidden, *hidden, "Dense", "MeanProbability",
    ]  # fmt: skip
    settings = TabmNetwork(hidden_layers=(8, 4), dropout=0)
    hidden = ["MemberDense", "Activation"]
    assert layer_kinds(build_network(ROWS, settings, 0.2).model) == [
        "InputLayer", *hidden, *hidden, "MemberOutput", "MeanProbability",
    ]  # fmt: skip


def test_only_the_first_layer_has_random_signs():
    network = build_network(ROWS, TabmNetwork(hidden_layers=(8, 4), members=3), 0.2)
    signs = [layer.random_signs for layer in network.model.layers if hasattr(layer, "random_signs")]
    assert signs == [True, False]


@pytest.mark.parametrize("settings", EVERY)
def test_an_untrained_network_predicts_about_the_event_rate(settings):
    network = build_network(ROWS, settings, event_rate=0.2)
    # Weights of the features add to it; where a hidden layer gives 0, nothing is added.
    for layer in network.model.layers:
        if type(layer).__name__ in ("Dense", "MemberOutput"):
            kernel, bias = layer.get_weights()
            if bias.shape in ((1,), (3,)):
                layer.set_weights([np.zeros_like(kernel), bias])
    assert predict_keras(network.model, ROWS[:2]) == pytest.approx([0.2, 0.2])


@pytest.mark.parametrize("settings", EVERY)
def test_the_model_gives_the_mean_probability_of_what_is_trained(settings):
    network = build_network(ROWS, settings, 0.2)
    logits = network.trained.predict(ROWS, verbose=0)
    assert logits.shape == (200, getattr(settings, "members", 1))
    np.testing.assert_allclose(
        predict_keras(network.model, ROWS), (1 / (1 + np.exp(-logits))).mean(axis=1), atol=1e-6
    )


@pytest.mark.parametrize("optimiser", ["adam", "adamw"])
def test_optimiser_follows_the_settings(optimiser):
    settings = MlpNetwork(optimiser=optimiser, learning_rate=0.02, gradient_clip=1.0)
    used = build_network(ROWS, settings, 0.2).trained.optimizer
    assert type(used).__name__.lower() == optimiser
    assert float(used.learning_rate) == pytest.approx(0.02)
    assert used.global_clipnorm == 1.0
    assert used.weight_decay == (3e-4 if optimiser == "adamw" else None)


def test_one_model_is_its_own_mean():
    model = build_network(ROWS, EVERY[0], 0.2).model
    assert mean_of([model]) is model


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ({"kind": "resnet"}, "'auto', 'mlp', 'mlp_ple', 'tabm'"),
        ({"kind": "mlp", "members": 4}, "mlp.members"),
        ({"kind": "auto", "dropout": 0.1}, "auto.dropout"),
        ({"kind": "tabm", "members": 0}, "tabm.members"),
        ({"kind": "mlp", "hidden_layers": []}, "mlp.hidden_layers"),
        ({"kind": "mlp_ple", "hidden_layers": [64, 0]}, "hidden_layers.1"),
        ({"kind": "mlp_ple", "bins": 1}, "mlp_ple.bins"),
        ({"kind": "mlp", "dropout": 1.0}, "less than 1"),
        ({"kind": "mlp", "optimizer": "adam"}, "Extra inputs are not permitted"),
    ],
)
def test_bad_settings_are_refused(bad, message):
    with pytest.raises(ValidationError, match=message):
        TypeAdapter(Network).validate_python(bad)


@pytest.mark.parametrize("settings", EVERY)
def test_every_field_is_described(settings):
    fields = type(settings).model_fields.items()
    assert all(field.description for name, field in fields if name != "kind")
