"""Cumulative gains, and probabilities by outcome."""

import numpy as np
import pandas as pd
import pytest

from loan_default.evaluation.bands import score_bands
from loan_default.evaluation.settings import EvaluationSettings
from loan_default.evaluation.side_by_side.gains import GainsCard, cumulative_gains, probability_by_outcome

P = np.array([0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1, 0.05])
Y = np.array([1, 0, 1, 0, 0, 0, 0, 1, 0, 0])


def gains_of(y, p, shares, **more):
    frame = pd.DataFrame({"default": y, "probability": p, **more})
    return cumulative_gains(frame, np.array(shares), EvaluationSettings(resamples=200), seed=1)


def test_by_hand():
    gains = gains_of(Y, P, [0.1, 0.3, 0.5, 1.0])
    assert gains["captured"].tolist() == pytest.approx([1 / 3, 2 / 3, 2 / 3, 1])
    assert gains["lift"].tolist() == pytest.approx([10 / 3, 20 / 9, 4 / 3, 1])


def test_equal_probabilities_are_taken_in_equal_parts():
    gains = gains_of([1, 0, 0, 0], [0.2] * 4, [0.25, 0.5])
    assert gains["lift"].tolist() == pytest.approx([1, 1])


def test_a_resample_counts_its_loans_as_often_as_they_were_drawn():
    """By hand: the second loan twice and the third not at all are the loans 0.9, 0.8, 0.8, 0.6."""
    card = GainsCard(np.array([0, 1, 1, 0]), P[:4], np.array([0.25, 0.5, 0.75]), np.arange(4))
    drawn = card.captured(np.array([[1.0, 2.0, 0.0, 1.0]]))
    # Equal probabilities in equal parts: of the two at 0.8, one lies among the riskier half.
    assert drawn.tolist() == [pytest.approx([0, 0.5, 1])]


def test_intervals_hold_the_estimate_and_repeats_do_not_narrow_them(make_predictions):
    frame = make_predictions(0.5)
    y, p = frame["default"].to_numpy(), frame["probability"].to_numpy()
    alone = gains_of(y, p, [0.1, 0.2])
    assert (alone["captured_low"] < alone["captured"]).all()
    assert (alone["captured"] < alone["captured_high"]).all()
    each_four_times = gains_of(
        np.repeat(y, 4), np.repeat(p, 4), [0.1, 0.2], twin_group=np.repeat(np.arange(len(y)), 4)
    )
    assert each_four_times["captured"].tolist() == pytest.approx(alone["captured"].tolist())
    width = [table["captured_high"] - table["captured_low"] for table in (alone, each_four_times)]
    np.testing.assert_allclose(width[0], width[1], rtol=0.01)


def test_equals_the_score_bands(make_predictions):
    frame = make_predictions(0.5)
    y, p = frame["default"].to_numpy(), frame["probability"].to_numpy()
    bands = score_bands(y, p, 10)
    gains = gains_of(y, p, bands["n"].cumsum().to_numpy() / len(y))
    np.testing.assert_allclose(gains["captured"], bands["cumulative_capture"])


def test_probabilities_by_outcome():
    table = probability_by_outcome(Y, P).set_index("outcome")
    assert table["n"].to_dict() == {"in default": 3, "paid back": 7}
    assert table.loc["in default", "p50"] == 0.7
    assert table.loc["paid back", "mean"] == pytest.approx(P[Y == 0].mean())
