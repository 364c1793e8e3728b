"""The score-band table by hand."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_curve

from loan_default.errors import InputError
from loan_default.evaluation.bands import score_bands


def test_two_bands_by_hand():
    outcome = np.array([1, 1, 0, 1, 0, 0, 0, 0])
    probability = np.array([0.9, 0.8, 0.7, 0.6, 0.4, 0.3, 0.2, 0.1])
    table = score_bands(outcome, probability, bands=2)
    first, second = table.iloc[0], table.iloc[1]
    assert table["band"].tolist() == [1, 2]
    assert table["n"].tolist() == [4, 4]
    assert table["events"].tolist() == [3, 0]
    assert first["mean_probability"] == pytest.approx(0.75)
    assert (first["lowest_probability"], second["highest_probability"]) == (0.6, 0.4)
    assert table["cumulative_capture"].tolist() == [1, 1]
    assert table["lift"].tolist() == pytest.approx([0.75 / 0.375, 0])
    assert table["ks"].tolist() == pytest.approx([1 - 1 / 5, 0])


def test_ten_equal_bands_riskiest_first_with_ks_at_most_that_of_the_curve():
    rng = np.random.default_rng(0)
    probability = rng.random(1000)
    outcome = (rng.random(1000) < probability).astype(int)
    table = score_bands(outcome, probability)
    false_alarm, caught, _ = roc_curve(outcome, probability)
    assert table["n"].tolist() == [100] * 10
    assert table["mean_probability"].is_monotonic_decreasing
    assert table["ks"].iloc[-1] == pytest.approx(0)
    assert 0.9 * np.max(caught - false_alarm) < table["ks"].max() <= np.max(caught - false_alarm)


def test_tied_rows_stay_together_whatever_their_order():
    probability = np.array([0.2] * 50 + [0.1] * 50)
    outcome = np.array([1, 0] * 25 + [0] * 49 + [1])
    table = score_bands(outcome, probability)
    assert table["n"].tolist() == [50, 50]
    assert table["event_rate"].tolist() == pytest.approx([0.5, 0.02])
    shuffled = np.random.default_rng(0).permutation(100)
    pd.testing.assert_frame_equal(table, score_bands(outcome[shuffled], probability[shuffled]))


def test_one_class_is_refused():
    with pytest.raises(InputError, match="score bands have the outcomes"):
        score_bands(np.zeros(4), np.full(4, 0.5))
