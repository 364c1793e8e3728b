"""Layers of weight-sharing members, held against the formulas in numpy."""

import numpy as np
import pytest

from loan_default.models.keras_import import import_keras

keras = import_keras()

from loan_default.models.networks.layers.members import (  # noqa: E402
    MeanMemberLoss,
    MeanProbability,
    MemberDense,
    MemberOutput,
)

RNG = np.random.default_rng(0)


def filled(layer, shape):
    """Build a layer and give every weight a random value."""
    layer.build(shape)
    layer.set_weights([RNG.normal(size=weight.shape).astype(np.float32) for weight in layer.weights])
    return layer


def values(layer):
    return {weight.name: np.array(weight) for weight in layer.weights}


@pytest.mark.parametrize("shared", [True, False])
def test_each_member_scales_what_goes_in_and_out_of_common_weights(shared):
    x = RNG.normal(size=(5, 3) if shared else (5, 4, 3)).astype(np.float32)
    layer = filled(MemberDense(2, members=4), x.shape)
    w = values(layer)
    for member in range(4):
        given = x if shared else x[:, member]
        expected = ((given * w["scale_in"][member]) @ w["kernel"]) * w["scale_out"][member]
        np.testing.assert_allclose(layer(x)[:, member], expected + w["bias"][member], rtol=1e-4, atol=1e-5)


def test_members_start_with_random_signs_where_asked_and_alike_elsewhere():
    first, later = MemberDense(2, members=8, random_signs=True), MemberDense(2, members=8)
    for layer in (first, later):
        layer.build((None, 50))
    signs = values(first)["scale_in"]
    assert set(np.unique(signs)) == {-1.0, 1.0}
    assert abs(signs.mean()) < 0.2
    assert len(np.unique(signs, axis=0)) == 8
    assert (values(later)["scale_in"] == 1).all()
    for layer in (first, later):
        assert (values(layer)["scale_out"] == 1).all()
        assert (values(layer)["bias"] == 0).all()


def test_each_member_has_an_output_of_its_own_that_starts_at_the_base():
    x = RNG.normal(size=(5, 4, 3)).astype(np.float32)
    assert values_at_start(MemberOutput(base=-1.5), x.shape)["bias"] == pytest.approx(-1.5)
    layer = filled(MemberOutput(), x.shape)
    w = values(layer)
    expected = [[x[row, k] @ w["kernel"][k] + w["bias"][k] for k in range(4)] for row in range(5)]
    np.testing.assert_allclose(layer(x), expected, rtol=1e-4, atol=1e-5)


def values_at_start(layer, shape):
    layer.build(shape)
    return values(layer)


def test_the_mean_is_of_probabilities_not_of_log_odds():
    logits = np.array([[0.0, np.log(3)], [-2.0, -2.0]], dtype=np.float32)
    expected = [[(0.5 + 0.75) / 2], [1 / (1 + np.exp(2))]]
    np.testing.assert_allclose(MeanProbability()(logits), expected, rtol=1e-6)


def test_the_loss_is_the_mean_of_the_members_losses():
    p = np.array([[0.2, 0.9], [0.5, 0.1]])
    logits = np.log(p / (1 - p)).astype(np.float32)
    by_member = [[-np.log(0.8), -np.log(0.1)], [-np.log(0.5), -np.log(0.1)]]
    for y in (np.array([0.0, 1.0]), np.array([[0.0], [1.0]])):
        loss = MeanMemberLoss()(y.astype(np.float32), logits)
        assert float(loss) == pytest.approx(np.mean(by_member), rel=1e-5)
    # The loss of the mean probability is another, smaller number.
    mean = p.mean(axis=1)
    assert float(loss) > -np.mean([np.log(1 - mean[0]), np.log(mean[1])]) + 0.05


def test_the_loss_weighs_rows():
    logits = np.array([[0.3, -1.0], [2.0, 1.0]], dtype=np.float32)
    y, weights = np.array([1.0, 0.0], dtype=np.float32), np.array([3.0, 0.0], dtype=np.float32)
    expected = 3 * float(MeanMemberLoss()(y[:1], logits[:1])) / 2
    assert float(MeanMemberLoss()(y, logits, weights)) == pytest.approx(expected, rel=1e-5)


def test_extreme_log_odds_give_a_finite_loss():
    logits = np.array([[500.0, -500.0]], dtype=np.float32)
    assert float(MeanMemberLoss()(np.array([1.0], dtype=np.float32), logits)) == pytest.approx(250.0)


@pytest.mark.parametrize(
    "layer", [MemberDense(2, members=4, random_signs=True), MemberOutput(base=-1.0), MeanProbability()]
)
def test_layers_come_back_from_their_configuration(layer):
    again = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(layer))
    assert type(again) is type(layer)
    assert again.get_config() == layer.get_config()
