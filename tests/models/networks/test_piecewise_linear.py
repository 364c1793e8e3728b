"""The piecewise-linear layer, held against its definition in numpy."""

from itertools import pairwise

import numpy as np
import pytest

from loan_default.models.keras_import import import_keras
from loan_default.models.networks.mlp_ple import quantile_edges

keras = import_keras()

from loan_default.models.networks.layers.piecewise_linear import PiecewiseLinear  # noqa: E402

EDGES = [[0.0, 1.0, 3.0], [], [-1.0, 1.0]]


def shares(value, bounds):
    """PLE of one value: 0 below a bin, 1 above it, the share of the way inside; lines beyond both ends."""
    found = []
    last = len(bounds) - 2
    for place, (low, high) in enumerate(pairwise(bounds)):
        share = (value - low) / (high - low)
        share = share if place == 0 else max(share, 0.0)
        found.append(share if place == last else min(share, 1.0))
    return np.array(found)


@pytest.mark.parametrize("x", [-2.0, 0.0, 0.25, 1.0, 2.0, 5.0])
def test_features_with_edges_are_encoded_and_others_stay(x):
    layer = PiecewiseLinear(EDGES, width=2)
    layer.build((None, 3))
    rng = np.random.default_rng(1)
    layer.set_weights([rng.normal(size=weight.shape).astype(np.float32) for weight in layer.weights])
    line, bias, kernel = (np.array(weight) for weight in layer.weights)
    row = np.array([[x, 7.0, -x]], dtype=np.float32)
    first = x * line[0] + bias[0] + shares(x, EDGES[0]) @ kernel[0]
    third = -x * line[1] + bias[1] + shares(-x, EDGES[2]) @ kernel[1][:1]
    np.testing.assert_allclose(layer(row)[0], [*first, *third, 7.0], rtol=1e-4, atol=1e-5)


def test_at_the_start_each_feature_is_a_line():
    layer = PiecewiseLinear(EDGES, width=4)
    x = np.array([[v, 0.0, 0.0] for v in (-5.0, 0.0, 0.5, 2.0, 9.0)], dtype=np.float32)
    encoded = np.array(layer(x))[:, :4]
    slopes = np.diff(encoded, axis=0) / np.diff(x[:, :1], axis=0)
    np.testing.assert_allclose(slopes, np.broadcast_to(slopes[0], slopes.shape), rtol=1e-4, atol=1e-5)


def test_the_shape_is_known_before_a_row_is_seen():
    layer = PiecewiseLinear(EDGES, width=4)
    assert layer(keras.Input((3,))).shape == (None, 9)
    assert layer.compute_output_shape((None, 3)) == (None, 9)


@pytest.mark.parametrize("edges", [[[], []], [[0.0, 1.0]]])
def test_none_or_all_of_the_features_may_have_edges(edges):
    layer = PiecewiseLinear(edges, width=2)
    rows = np.array([[0.5, 1.0], [0.1, 0.0]], dtype=np.float32)[:, : len(edges)]
    assert np.isfinite(np.array(layer(rows))).all()


def test_the_layer_comes_back_from_its_configuration():
    layer = PiecewiseLinear(EDGES, width=4)
    again = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(layer))
    assert (again.edges, again.width) == (EDGES, 4)


def test_edges_are_distinct_quantiles_of_train():
    values = np.arange(101, dtype=np.float32)
    assert quantile_edges(values, 4) == [0, 25, 50, 75, 100]
    # Most rows share a value: its quantiles fall together.
    assert quantile_edges(np.array([0.0] * 90 + [*range(1, 11)]), 2) == [0, 10]


def test_two_values_need_no_edges():
    assert quantile_edges(np.array([0.0, 1.0, 1.0, 0.0]), 4) == []
    assert quantile_edges(np.zeros(5), 4) == []
