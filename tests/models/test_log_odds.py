import numpy as np
import pytest

from loan_default.models.log_odds import clip_probability, log_odds, probability_of


def test_by_hand():
    np.testing.assert_allclose(log_odds(np.array([0.5, 0.8])), [0.0, np.log(4)], rtol=1e-12)
    np.testing.assert_allclose(probability_of(np.array([0.0, np.log(4)])), [0.5, 0.8], rtol=1e-12)


def test_there_and_back():
    p = np.array([1e-7, 1e-4, 0.3, 0.9999, 1 - 1e-7])
    np.testing.assert_allclose(probability_of(log_odds(p)), p, rtol=1e-8)


def test_certainty_is_clipped_not_infinite():
    np.testing.assert_array_equal(clip_probability(np.array([0.0, 1.0])), [1e-7, 1 - 1e-7])
    assert log_odds(np.array([0.0]))[0] == pytest.approx(-16.118, abs=1e-3)


def test_extreme_log_odds_do_not_overflow():
    np.testing.assert_array_equal(probability_of(np.array([-1e6, 1e6])), [0.0, 1.0])
