"""Rates by band, and bands out of order."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom

from loan_default.evaluation.bands import score_bands
from loan_default.evaluation.decisions.bands import band_rates, named_band_rates, out_of_order
from loan_default.evaluation.rates import wilson_interval
from loan_default.evaluation.risk_bands import Band

BANDS = (
    Band(name="low", low=0, high=0.1, policy="accept"),
    Band(name="medium", low=0.1, high=0.3, policy="refer"),
    Band(name="high", low=0.3, high=1, policy="decline"),
)


@pytest.fixture(scope="module")
def world():
    """Made up: probabilities that are right."""
    rng = np.random.default_rng(5)
    p = rng.beta(1.5, 6, 4000).round(3)
    return (rng.random(4000) < p).astype(int), p


def test_bands_are_those_of_the_table_with_their_intervals(world):
    outcome, p = world
    table = band_rates(outcome, p, np.arange(4000), 10, 0.95)
    plain = score_bands(outcome, p, 10)
    pd.testing.assert_frame_equal(table[plain.columns], plain)
    low, high = wilson_interval(table["events"].to_numpy(dtype=float), table["n"].to_numpy(dtype=float), 0.95)
    np.testing.assert_allclose(table["event_rate_low"], low)
    np.testing.assert_allclose(table["event_rate_high"], high)
    np.testing.assert_allclose(table["ratio"], table["event_rate"] / table["mean_probability"])


def test_named_bands_by_hand():
    p = np.array([0.05, 0.05, 0.1, 0.29, 0.3, 0.9])
    outcome = np.array([0, 0, 0, 1, 1, 1])
    table = named_band_rates(outcome, p, np.arange(6), BANDS, 0.95).set_index("band")
    assert list(table.index) == ["high", "medium", "low"]
    # The upper end belongs to the next band, as in the service.
    assert table["n"].to_dict() == {"low": 2, "medium": 2, "high": 2}
    assert table["event_rate"].to_dict() == {"low": 0, "medium": 0.5, "high": 1}
    assert table.loc["medium", ["range_low", "range_high"]].tolist() == [0.1, 0.3]
    assert table["policy"].to_dict() == {"low": "accept", "medium": "refer", "high": "decline"}
    assert table.loc["medium", "against_range"] == "above within chance"
    assert table.loc["high", "against_range"] == "inside"


def test_a_band_outside_of_its_range_is_named():
    p, outcome = np.full(400, 0.05), np.repeat([1, 0], 200)
    table = named_band_rates(outcome, p, np.arange(400), BANDS, 0.95).set_index("band")
    assert table.loc["low", ["against_range", "against_expected"]].tolist() == ["above beyond chance"] * 2
    assert table.loc["high", ["against_range", "against_expected"]].tolist() == ["no rows"] * 2
    assert np.isnan(table.loc["high", "event_rate"])
    table = named_band_rates(1 - np.sign(np.arange(400)), np.full(400, 0.5), np.arange(400), BANDS, 0.95)
    assert table.iloc[0]["against_range"] == "below beyond chance"


def test_a_band_inside_its_range_may_still_be_off_what_was_expected():
    """Made up: 48 of 1,000 default where 37 were expected, and the range is 0 to 10 %."""
    p, outcome = np.full(1000, 0.037), (np.arange(1000) < 48).astype(int)
    alone = named_band_rates(outcome, p, np.arange(1000), BANDS, 0.9).set_index("band")
    # The interval at 90 % is 3.8 to 6.0 %; scipy's binomtest gives twice the smaller tail, 2 * .0441 = .088.
    assert alone.loc["low", "event_rate_low"] > 0.037
    assert alone.loc["low", "p_value"] == pytest.approx(2 * binom.sf(47, 1000, 0.037))
    assert alone.loc["low", "against_range"] == "inside"
    assert alone.loc["low", "against_expected"] == "above within chance"
    more = (np.arange(1000) < 70).astype(int)
    table = named_band_rates(more, p, np.arange(1000), BANDS, 0.95).set_index("band")
    assert table.loc["low", "against_range"] == "inside"
    assert table.loc["low", "against_expected"] == "above beyond chance"


def test_every_further_band_asks_for_more_proof():
    """One band with p = .03 is beyond chance alone, and within it beside two bands as expected."""
    p, outcome = np.full(1000, 0.05), (np.arange(1000) < 66).astype(int)
    alone = named_band_rates(outcome, p, np.arange(1000), BANDS, 0.95).iloc[-1]
    assert 0.01 < alone["p_value"] < 0.05
    assert alone["against_expected"] == "above beyond chance"
    more_p = np.concatenate([p, np.repeat([0.2, 0.5], 100)])
    more = np.concatenate([outcome, np.arange(100) < 20, np.arange(100) < 50]).astype(int)
    beside = named_band_rates(more, more_p, np.arange(1200), BANDS, 0.95)
    assert beside["against_expected"].tolist() == ["inside", "inside", "above within chance"]


def test_in_a_world_as_expected_bands_are_seldom_off_beyond_chance():
    rng = np.random.default_rng(8)
    p = np.repeat([0.05, 0.2, 0.5], 300)
    alarms = [
        named_band_rates((rng.random(900) < p).astype(int), p, np.arange(900), BANDS, 0.95)[
            "against_expected"
        ]
        .str.endswith("beyond chance")
        .any()
        for _ in range(400)
    ]
    assert np.mean(alarms) < 0.07


def rates(*values, n=500):
    return pd.DataFrame(
        {"band": range(1, len(values) + 1), "event_rate": values, "effective_n": [float(n)] * len(values)}
    )


def test_bands_in_order_leave_nothing():
    assert out_of_order(rates(0.4, 0.2, 0.1)).empty


def test_planted_disorder_is_found_and_told_from_chance():
    pairs = out_of_order(rates(0.4, 0.20, 0.21, 0.05, 0.15))
    assert list(zip(pairs["riskier"], pairs["safer"], strict=True)) == [(2, 3), (4, 5)]
    assert pairs["difference"].tolist() == pytest.approx([0.01, 0.10])
    assert pairs["adjusted_p"].iloc[0] > 0.5
    assert pairs["adjusted_p"].iloc[1] < 1e-4
    # z = .1 / sqrt(.1 * .9 * 2 / 500) = 5.27
    assert pairs["p_value"].iloc[1] == pytest.approx(6.8e-8, rel=0.02)


def test_bands_without_rows_or_events_are_no_trouble():
    pairs = out_of_order(rates(0.3, np.nan, 0.4, 0.0, 0.0))
    assert list(zip(pairs["riskier"], pairs["safer"], strict=True)) == [(1, 3)]


def test_in_a_world_in_order_disorder_is_seldom_beyond_chance(world):
    """Ten bands of equal risk are as disordered as chance makes them: nearly never beyond it."""
    rng = np.random.default_rng(6)
    alarms = [
        (out_of_order(rates(*(rng.binomial(300, 0.2, 10) / 300), n=300))["adjusted_p"] < 0.05).any()
        for _ in range(500)
    ]
    assert np.mean(alarms) < 0.08
