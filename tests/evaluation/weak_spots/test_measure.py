"""Planted weak spots are found; where there is none, none is."""

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit, logit

from loan_default.evaluation.weak_spots.measure import expected_auc, measure_slices
from loan_default.evaluation.weak_spots.plots import plot_weak_spots
from loan_default.evaluation.weak_spots.section import describe_weak_spots
from loan_default.evaluation.weak_spots.settings import WeakSpotSettings
from loan_default.evaluation.weak_spots.slices import cut_slices

SETTINGS = WeakSpotSettings(
    bins=5, pair_inputs=2, pair_bins=3, min_rows=100, min_events=20, level=0.05, shown=10
)
LABELS = {"income": "Income", "debt": "Debt", "job": "Job"}
TITLES = ("clerk", "farmer", "nurse")


def world(rows, seed):
    """Made up: what is known of loans, and probabilities of default that are right."""
    rng = np.random.default_rng(seed)
    clean = pd.DataFrame(
        {"income": rng.normal(size=rows), "debt": rng.normal(size=rows), "job": rng.choice(TITLES, rows)}
    )
    p = expit(-1.5 - 0.6 * clean["income"] + 0.6 * clean["debt"]).to_numpy()
    return clean, p, (rng.random(rows) < p).astype(int)


def measured(clean, p, outcome, units=None):
    slices = cut_slices(clean, LABELS, ["income", "debt"], SETTINGS)
    units = np.arange(len(p)) if units is None else units
    return measure_slices(outcome, p, units, slices, SETTINGS, 0.95)


def test_expected_auc_by_hand():
    # Pairs (default, good): the higher one defaults and the lower does not, .8 * .5; the other way .5 * .2.
    assert expected_auc(np.array([0.5, 0.8])) == pytest.approx(0.4 / (0.4 + 0.1))
    assert expected_auc(np.full(50, 0.3)) == pytest.approx(0.5)


def test_expected_auc_equals_all_pairs():
    p = np.random.default_rng(10).choice([0.05, 0.1, 0.2, 0.4], 60)
    weight = np.outer(p, 1 - p)
    np.fill_diagonal(weight, 0)
    won = (p[:, None] > p) + 0.5 * (p[:, None] == p)
    assert expected_auc(p) == pytest.approx((weight * won).sum() / weight.sum())


def test_expected_auc_is_what_right_probabilities_reach():
    rng = np.random.default_rng(11)
    p = rng.beta(1.5, 6, 1500)
    from sklearn.metrics import roc_auc_score

    drawn = [roc_auc_score(rng.random(1500) < p, p) for _ in range(300)]
    assert expected_auc(p) == pytest.approx(np.mean(drawn), abs=0.003)


def test_a_clean_world_gives_alarm_no_more_often_than_said():
    alarms = 0
    for seed in range(60):
        table = measured(*world(1500, 100 + seed))
        assert len(table) > 15
        alarms += (table[["adjusted_p", "adjusted_ranking_p"]] < SETTINGS.level).any(axis=None)
    # Nominal: 3 of 60; 8 or more would come up in 1 of 70 such simulations.
    assert alarms < 8


def test_a_planted_fault_of_calibration_is_found():
    clean, p, _ = world(8000, 12)
    truth = np.where(clean["job"] == "farmer", expit(logit(p) + 0.6), p)
    outcome = (np.random.default_rng(13).random(8000) < truth).astype(int)
    table = measured(clean, p, outcome)
    worst = table.sort_values("p_value").iloc[0]
    assert worst["slice"] == "Job: farmer"
    assert worst["adjusted_p"] < 0.001
    assert worst["ratio_low"] > 1.2
    section = describe_weak_spots(table, len(table), 8000, SETTINGS)
    assert section.verdict == "attention"
    assert "understated" in section.findings[0].found
    assert "Job: farmer" in section.summary
    assert section.findings[1].verdict == "good"


def test_a_planted_fault_of_ranking_is_found():
    clean, p, outcome = world(8000, 14)
    nurses = (clean["job"] == "nurse").to_numpy()
    blind = outcome.copy()
    blind[nurses] = np.random.default_rng(15).permutation(outcome[nurses])
    table = measured(clean, p, blind)
    worst = table.sort_values("ranking_p").iloc[0]
    assert worst["slice"] == "Job: nurse"
    assert worst["adjusted_ranking_p"] < 0.001
    assert worst["roc_auc"] == pytest.approx(0.5, abs=0.06)
    section = describe_weak_spots(table, len(table), 8000, SETTINGS)
    assert section.findings[1].verdict == "attention"
    assert "Job: nurse" in section.findings[1].found


def test_slices_of_like_loans_are_not_blamed_for_a_low_roc_auc():
    clean, p, outcome = world(8000, 16)
    table = measured(clean, p, outcome)
    alike = table.loc[table["slice"].str.startswith("Income") & table["slice"].str.contains("&")]
    assert alike["roc_auc"].min() < 0.62, "the whole book has more"
    assert (table["adjusted_ranking_p"] > 0.05).all()


def test_twins_do_not_make_a_weak_spot():
    """Each loan eight times over is no more evidence than once; taken one by one the rows would cry wolf."""
    clean, p, outcome = world(1500, 17)
    eight = np.repeat(np.arange(1500), 8)
    args = clean.loc[eight].reset_index(drop=True), p[eight], outcome[eight]
    apart, together = measured(*args), measured(*args, units=eight)
    assert (together["adjusted_p"] > 0.05).all()
    assert (apart["adjusted_p"] < 0.05).any()
    assert together["effective_n"].max() < 1600


def test_slices_without_enough_defaults_are_passed_over():
    clean, p, outcome = world(1000, 18)
    outcome[(clean["job"] == "nurse").to_numpy()] = 0
    table = measured(clean, p, outcome)
    assert "Job: nurse" not in set(table["slice"])
    assert "Job: clerk" in set(table["slice"])


def test_no_slice_at_all_is_said():
    clean, p, _ = world(300, 19)
    table = measured(clean, p, np.zeros(300, dtype=int))
    assert table.empty
    section = describe_weak_spots(table, 12, 300, SETTINGS)
    assert section.summary.startswith("None of the 12 slices of the 300 test rows")
    plot_weak_spots(table, 0.05, 10, "nothing").canvas.draw()


def test_nothing_beyond_chance_is_said_with_what_could_have_been_seen():
    table = measured(*world(3000, 20))
    section = describe_weak_spots(table, len(table), 3000, SETTINGS)
    assert section.verdict == "good"
    assert "is off by more than chance explains" in section.summary
    assert "is found in 80 % of cases" in section.summary
    assert len(section.findings[0].table.rows) == SETTINGS.shown
    figure = plot_weak_spots(table, 0.05, 10, section.summary)
    figure.canvas.draw()
    assert len(figure.axes[0].get_yticklabels()) == SETTINGS.shown
