"""The bootstrap: coverage, pairing, twins."""

import numpy as np
import pandas as pd
import pytest

from loan_default.evaluation.intervals import bootstrap, interval, intervals, sampling_units
from loan_default.evaluation.metrics import Scorecard


def card(outcome, probability, units):
    return Scorecard(outcome, probability, threshold=0.3, calibration_bins=10, groups=units)


def one_sample(rng, rows):
    risk = rng.normal(size=rows)
    outcome = (rng.random(rows) < 1 / (1 + np.exp(1 - risk))).astype(int)
    return outcome, 1 / (1 + np.exp(1 - risk))


def test_intervals_cover_the_truth_about_as_often_as_they_say():
    rng = np.random.default_rng(0)
    outcome, probability = one_sample(rng, 400_000)
    names = ["roc_auc", "ks", "average_precision", "brier", "log_loss", "f1", "calibration_slope"]
    truth = {k: v[0] for k, v in card(outcome, probability, np.arange(400_000)).measure().items()}
    covered = pd.Series(0, index=names)
    samples, units = 150, np.arange(300)
    for i in range(samples):
        y, p = one_sample(rng, 300)
        model = card(y, p, units)
        estimates = {k: float(v[0]) for k, v in model.measure().items()}
        found = intervals(estimates, bootstrap({"m": model}, y, units, 150, seed=i)["m"], 0.9)
        covered += [found[k][0] <= truth[k] <= found[k][1] for k in names]
    # 400 samples of 300 rows gave 86 % and more, 82 % for KS, which comes out high on few rows. Less three
    # binomial standard errors of 150 samples; intervals a fifth too narrow would fail.
    least = pd.Series(0.79, index=names).where(pd.Index(names) != "ks", 0.73)
    assert (covered / samples).between(least, 0.97).all(), covered / samples


def test_twins_widen_the_interval():
    rng = np.random.default_rng(1)
    y, p = (np.repeat(a, 8) for a in one_sample(rng, 300))
    alone, together = np.arange(len(y)), np.arange(len(y)) // 8
    widths = []
    for units in (alone, together):
        model = card(y, p, units)
        draws = bootstrap({"m": model}, y, units, 300, seed=2)["m"]["roc_auc"].to_numpy()
        low, high = interval(float(model.measure()["roc_auc"][0]), draws, 0.95, "roc_auc")
        widths.append(high - low)
    # Eight copies of each row hold as much as one: true width is sqrt(8) = 2.83 of the naive one.
    assert widths[1] / widths[0] == pytest.approx(np.sqrt(8), rel=0.2)


def test_resamples_are_the_same_for_every_model_and_for_every_call_with_the_seed():
    y, p = one_sample(np.random.default_rng(3), 200)
    units = np.arange(200)
    cards = {"a": card(y, p, units), "same": card(y, p, units)}
    first, again = (bootstrap(cards, y, units, 120, seed=5) for _ in range(2))
    pd.testing.assert_frame_equal(first["a"], first["same"])
    pd.testing.assert_frame_equal(first["a"], again["a"])
    assert not first["a"].equals(bootstrap(cards, y, units, 120, seed=6)["a"])
    assert len(first["a"]) == 120


def test_a_resample_without_events_is_drawn_again():
    y = np.array([1] + [0] * 9)
    units = np.arange(10)
    draws = bootstrap({"m": card(y, np.linspace(0.9, 0.1, 10), units)}, y, units, 200, seed=0)["m"]
    assert np.isfinite(draws.to_numpy()).all()
    assert (draws["roc_auc"] == 1).all()


def test_the_interval_is_the_draws_turned_about_the_estimate():
    draws = np.linspace(0.04, 0.07, 301)
    assert interval(0.05, draws, 0.9) == pytest.approx((0.1 - 0.0685, 0.1 - 0.0415))


def test_the_interval_holds_the_estimate_and_keeps_to_the_range_of_the_metric():
    draws = np.linspace(0.04, 0.06, 101)
    assert interval(0.03, draws, 0.95, "calibration_error")[1] == 0.03
    assert interval(0.02, draws, 0.95, "calibration_error")[0] == 0
    assert interval(0.02, draws, 0.95)[0] < 0
    assert interval(1.0, np.array([0.9, 1.0]), 0.95, "roc_auc")[1] == 1


def test_units_are_twin_groups_where_there_are_any():
    assert sampling_units(pd.DataFrame({"twin_group": [70, 5, 70]})).tolist() == [0, 1, 0]
    assert sampling_units(pd.DataFrame({"default": [0, 0, 0]})).tolist() == [0, 1, 2]
