"""Cumulative gains, and probabilities by outcome."""

import numpy as np
import pytest

from loan_default.evaluation.bands import score_bands
from loan_default.evaluation.side_by_side.gains import cumulative_gains, probability_by_outcome

P = np.array([0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1, 0.05])
Y = np.array([1, 0, 1, 0, 0, 0, 0, 1, 0, 0])


def test_by_hand():
    gains = cumulative_gains(Y, P, np.array([0.1, 0.3, 0.5, 1.0]))
    assert gains["captured"].tolist() == pytest.approx([1 / 3, 2 / 3, 2 / 3, 1])
    assert gains["lift"].tolist() == pytest.approx([10 / 3, 20 / 9, 4 / 3, 1])


def test_equal_probabilities_are_taken_in_equal_parts():
    gains = cumulative_gains(np.array([1, 0, 0, 0]), np.full(4, 0.2), np.array([0.25, 0.5]))
    assert gains["lift"].tolist() == pytest.approx([1, 1])


def test_equals_the_score_bands(make_predictions):
    frame = make_predictions(0.5)
    y, p = frame["default"].to_numpy(), frame["probability"].to_numpy()
    bands = score_bands(y, p, 10)
    gains = cumulative_gains(y, p, bands["n"].cumsum().to_numpy() / len(y))
    np.testing.assert_allclose(gains["captured"], bands["cumulative_capture"])


def test_probabilities_by_outcome():
    table = probability_by_outcome(Y, P).set_index("outcome")
    assert table["n"].to_dict() == {"in default": 3, "paid back": 7}
    assert table.loc["in default", "p50"] == 0.7
    assert table.loc["paid back", "mean"] == pytest.approx(P[Y == 0].mean())
