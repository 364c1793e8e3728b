"""Losses, paired on the same rows."""

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit
from sklearn.metrics import brier_score_loss, roc_auc_score

from loan_default.evaluation.delong import compare_auc
from loan_default.evaluation.risk_bands import Band, Bands
from loan_default.evaluation.robustness.measure import LOSSES, UNCHANGED, measure_losses
from loan_default.evaluation.robustness.plots import plot_losses
from loan_default.evaluation.robustness.section import describe_robustness
from loan_default.evaluation.robustness.settings import RobustnessSettings

BANDS = Bands(
    [
        Band(name="low", low=0.0, high=0.2, policy="accept"),
        Band(name="medium", low=0.2, high=0.4, policy="refer"),
        Band(name="high", low=0.4, high=1.0, policy="decline"),
    ]
)
SETTINGS = RobustnessSettings(
    rows=1000, resamples=100, noise=(0.1,), swapped=(0.1,), max_loss=0.02, max_shift=0.05, shown=3
)


def world(rows=2000, seed=30):
    """Made up: what half of the risk says, and what all of it says."""
    rng = np.random.default_rng(seed)
    one, two = rng.normal(size=(2, rows))
    p = expit(-1.5 + one + two)
    return (rng.random(rows) < p).astype(int), p, expit(-1.5 + one)


def losses(outcome, before, units=None, resamples=300, **after):
    return measure_losses(
        outcome,
        np.arange(len(outcome)) if units is None else units,
        before,
        after,
        policies=BANDS.policies,
        resamples=resamples,
        confidence=0.95,
        seed=1,
    )


def test_values_by_scikit_learn():
    outcome, p, half = world()
    row = losses(outcome, p, half=half).iloc[1]
    assert row["roc_auc_lost"] == pytest.approx(roc_auc_score(outcome, p) - roc_auc_score(outcome, half))
    assert row["brier_added"] == pytest.approx(brier_score_loss(outcome, half) - brier_score_loss(outcome, p))
    assert row["mean_probability"] == pytest.approx(half.mean())
    places = [np.digitize(each, [0.2, 0.4]) for each in (p, half)]
    assert row["decisions_changed"] == pytest.approx(np.mean(places[0] != places[1]))
    assert row["roc_auc_lost_low"] > 0
    assert row["brier_added_low"] > 0


def test_the_first_row_is_the_base_of_all_losses():
    outcome, p, half = world()
    table = losses(outcome, p, half=half)
    first, second = table.iloc[0], table.iloc[1]
    assert (first["change"], second["change"]) == (UNCHANGED, "half")
    assert first["roc_auc"] == pytest.approx(roc_auc_score(outcome, p))
    assert first["roc_auc_low"] < first["roc_auc"] < first["roc_auc_high"]
    assert first["roc_auc"] - second["roc_auc_lost"] == pytest.approx(second["roc_auc"])
    assert first["mean_probability"] == pytest.approx(p.mean())
    assert first[[*LOSSES, "decisions_changed"]].isna().all()
    assert second[list(LOSSES)].notna().all()


def test_the_paired_interval_agrees_with_delong():
    outcome, p, half = world()
    row = losses(outcome, p, resamples=1000, half=half).iloc[1]
    exact = compare_auc(outcome, p, half)
    assert row["roc_auc_lost_low"] == pytest.approx(exact.low, abs=0.005)
    assert row["roc_auc_lost_high"] == pytest.approx(exact.high, abs=0.005)


def test_no_change_costs_nothing():
    outcome, p, _ = world()
    row = losses(outcome, p, same=p.copy()).iloc[1]
    assert (
        row[["roc_auc_lost", "roc_auc_lost_low", "roc_auc_lost_high", "decisions_changed"]].tolist()
        == [0] * 4
    )


def test_intervals_cover_the_truth():
    truth_outcome, truth_p, truth_half = world(400_000, seed=31)
    truth = roc_auc_score(truth_outcome, truth_p) - roc_auc_score(truth_outcome, truth_half)
    covered = 0
    for seed in range(60):
        outcome, p, half = world(300, seed=100 + seed)
        row = losses(outcome, p, resamples=150, half=half).iloc[1]
        covered += row["roc_auc_lost_low"] <= truth <= row["roc_auc_lost_high"]
    assert covered >= 53


def test_twins_are_drawn_together():
    outcome, p, half = world(400)
    four = np.repeat(np.arange(400), 4)
    apart = losses(outcome[four], p[four], half=half[four]).iloc[1]
    together = losses(outcome[four], p[four], units=four, half=half[four]).iloc[1]

    def width(row):
        return row["roc_auc_lost_high"] - row["roc_auc_lost_low"]

    assert width(together) == pytest.approx(2 * width(apart), rel=0.2)


def chapter(outcome, p, after, kinds, optional):
    table = losses(outcome, p, **after)
    table.insert(1, "kind", [UNCHANGED, *kinds])
    table.insert(2, "optional", [True, *optional])
    metrics = {"roc_auc": 0.75, "roc_auc_low": 0.74, "roc_auc_high": 0.76}
    section = describe_robustness(table, len(p), 5000, metrics, SETTINGS)
    plot_losses(table, SETTINGS.shown, section.summary).canvas.draw()
    return section


def test_small_losses_are_called_good():
    outcome, p, _ = world()
    after = {"noise of 0.1 spreads": p.copy(), "without Job": p.copy()}
    section = chapter(outcome, p, after, ["noise", "missing"], [True, True])
    assert section.verdict == "good"
    assert section.summary.startswith("On 2,000 of 5,000 test rows, leaving out Job")
    assert "1 of 1 fields cost nothing" in section.findings[1].found


def test_noise_that_costs_much_is_remarkable():
    outcome, p, half = world()
    after = {"noise of 0.1 spreads": half, "without Job": p.copy()}
    section = chapter(outcome, p, after, ["noise", "missing"], [True, True])
    assert section.findings[0].verdict == "attention"
    assert "More than 0.02 for noise of 0.1 spreads is remarkable" in section.findings[0].found


@pytest.mark.parametrize(("optional", "verdict"), [(True, "attention"), (False, "good")])
def test_a_heavy_field_needs_attention_if_it_may_be_missing(optional, verdict):
    outcome, p, half = world()
    section = chapter(outcome, p, {"without Income": half}, ["missing"], [optional])
    (finding,) = section.findings
    assert finding.verdict == verdict
    assert "is lost without Income" in finding.found
    assert ("may come without Income" in finding.found) == optional


def test_a_field_that_moves_the_level_needs_attention_too():
    outcome, p, _ = world()
    moved = expit(np.log(p / (1 - p)) + 1)
    after = {"without Home": p.copy(), "without all 2 optional fields": moved}
    section = chapter(outcome, p, after, ["missing", "all missing"], [True, True])
    assert section.verdict == "attention"
    assert "All 2 optional fields missing at once cost 0.000" in section.findings[0].found
    assert len(section.findings[0].table.rows) == 3
    assert pd.notna(section.values["largest_loss_all_missing"])
