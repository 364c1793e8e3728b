"""Entity embeddings of 0/1 columns, held against picking rows of a table."""

import numpy as np
import pytest

from loan_default.errors import InputError
from loan_default.models.keras_import import import_keras
from loan_default.models.networks.embedding import columns_of_categories
from loan_default.models.networks.mlp_ple import MlpPleNetwork
from loan_default.models.networks.network import build_network
from loan_default.models.networks.tabm import TabmNetwork
from loan_default.models.onnx_export import check_export, to_onnx
from loan_default.models.predict_keras import predict_keras

keras = import_keras()

from loan_default.models.networks.layers.embedding import EmbedCategories  # noqa: E402

NAMES = ["age", "city=A", "city=B", "city=(rare)", "sex=f", "sex=m", "income"]


def rows(n=50):
    rng = np.random.default_rng(0)
    X = np.zeros((n, len(NAMES)), dtype=np.float32)
    X[:, [0, 6]] = rng.normal(size=(n, 2))
    X[np.arange(n), 1 + rng.integers(0, 3, n)] = 1
    X[np.arange(n), 4 + rng.integers(0, 2, n)] = 1
    return X


def test_columns_of_a_category_belong_together():
    assert columns_of_categories(NAMES, fewest=2) == [[1, 2, 3], [4, 5]]
    assert columns_of_categories(NAMES, fewest=3) == [[1, 2, 3]]
    assert columns_of_categories(["age", "city=A=B", "city=C"], fewest=2) == [[1, 2]]


def test_each_level_gets_its_vector_and_one_without_a_column_zeros():
    layer = EmbedCategories([[1, 2, 3], [4, 5]], features=7, width=2)
    X = rows(5)
    X[4, 1:4] = 0
    embedded = np.array(layer(X))
    city, sex = (np.array(table) for table in layer.weights)
    assert (city.shape, sex.shape) == ((3, 2), (2, 2))
    vectors = city[X[:, 1:4].argmax(axis=1)]
    vectors[4] = 0
    expected = np.hstack([X[:, [0, 6]], vectors, sex[X[:, 4:6].argmax(axis=1)]])
    np.testing.assert_allclose(embedded, expected, rtol=1e-6)


def test_the_layer_comes_back_from_its_configuration():
    layer = EmbedCategories([[1, 2, 3]], features=7, width=2)
    again = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(layer))
    assert (again.categories, again.features, again.width) == ([[1, 2, 3]], 7, 2)
    assert layer(keras.Input((7,))).shape == (None, 6)


@pytest.mark.parametrize("architecture", [MlpPleNetwork, TabmNetwork])
def test_categories_of_more_levels_than_the_width_are_embedded(architecture):
    settings = architecture(hidden_layers=(4,), embedding_width=2)
    network = build_network(rows(), settings, 0.2, "ann", NAMES)
    (layer,) = (layer for layer in network.model.layers if isinstance(layer, EmbedCategories))
    assert layer.categories == [[1, 2, 3]]
    check_export(lambda X: predict_keras(network.model, X), to_onnx(network.model, len(NAMES)), rows())


def test_without_a_width_nothing_is_embedded():
    network = build_network(rows(), TabmNetwork(hidden_layers=(4,)), 0.2, "ann", NAMES)
    assert not any(isinstance(layer, EmbedCategories) for layer in network.model.layers)


@pytest.mark.parametrize(("names", "width"), [((), 2), (NAMES, 3)])
def test_a_width_with_nothing_to_embed_is_refused(names, width):
    settings = TabmNetwork(hidden_layers=(4,), embedding_width=width)
    said = rf"ann\.network\.embedding_width is {width}, but no category has more than {width} columns"
    with pytest.raises(InputError, match=said):
        build_network(rows(), settings, 0.2, "ann", names)
