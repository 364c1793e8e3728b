"""The model by period."""

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit
from sklearn.metrics import roc_auc_score

from loan_default.evaluation.over_time.measure import (
    auc_interval,
    measure_periods,
    same_auc,
)
from loan_default.evaluation.over_time.plots import plot_nothing, plot_periods
from loan_default.evaluation.over_time.protocols import lost_out_of_time
from loan_default.evaluation.over_time.section import describe_stability, describe_without_dates
from loan_default.evaluation.over_time.settings import StabilitySettings
from loan_default.evaluation.stability import population_stability_index, psi_by_chance

SETTINGS = StabilitySettings(min_rows=50, min_events=10, level=0.05, out_of_time_rows=1000)
NO_PROTOCOLS = pd.DataFrame(columns=["protocol"])
YEARS = np.array(["2019", "2020", "2021", "2022"])


def draw(rng, rows, shift=0.0, skill=1.0):
    """Made up: outcomes and probabilities; `shift` moves the truth, `skill` says how much of it is seen."""
    risk = rng.normal(size=rows)
    p = expit(-1.5 + risk)
    truth = expit(-1.5 + shift + skill * risk)
    return (rng.random(rows) < truth).astype(int), p


def periods(rng, rows, **odd):
    """Four years, the third of them odd."""
    drawn = [draw(rng, rows, **(odd if i == 2 else {})) for i in range(4)]
    outcome, p = (np.concatenate(side) for side in zip(*drawn, strict=True))
    reference = draw(rng, 20_000)[1]
    return (
        measure_periods(outcome, p, np.arange(4 * rows), np.repeat(YEARS, rows), reference, 0.95, 0.05),
        outcome,
        p,
    )


def test_each_period_is_measured_alone():
    table, outcome, p = periods(np.random.default_rng(21), 500)
    assert table["period"].tolist() == YEARS.tolist()
    second = slice(500, 1000)
    assert table["roc_auc"].iloc[1] == pytest.approx(roc_auc_score(outcome[second], p[second]))
    assert table["ratio"].iloc[1] == pytest.approx(outcome[second].sum() / p[second].sum())


def test_auc_interval_covers_the_truth():
    rng = np.random.default_rng(22)
    truth = roc_auc_score(*draw(rng, 400_000))
    found = [auc_interval(*draw(rng, 300), np.arange(300), 0.95) for _ in range(400)]
    assert 0.92 < np.mean([low <= truth <= high for _, low, high, _ in found]) < 0.98


def test_psi_stays_below_what_chance_does():
    rng = np.random.default_rng(23)
    limit = psi_by_chance(10, 5000, 300, 0.95)
    below = [
        population_stability_index(pd.Series(rng.normal(size=5000)), pd.Series(rng.normal(size=300))) < limit
        for _ in range(400)
    ]
    assert 0.91 < np.mean(below) < 0.98


def test_drift_in_any_of_many_short_months_is_beyond_chance():
    """Without drift; month by month a PSI of 0.1 in 110 loans is common."""
    rng = np.random.default_rng(29)
    alarms, high = [], []
    for _ in range(8):
        outcome, p = draw(rng, 12 * 110)
        months = np.repeat([f"2020-{month:02d}" for month in range(1, 13)], 110)
        table = measure_periods(outcome, p, np.arange(len(p)), months, draw(rng, 5000)[1], 0.95, 0.05)
        high.append((table["psi"] >= 0.1).any())
        alarms.append((table["psi"] > table["psi_by_chance"]).any())
    assert np.mean(high) > 0.9
    assert sum(alarms) <= 2  # without sharing the level out, 5


def test_psi_by_period_is_that_of_all_bins_that_hold_rows():
    """Probabilities of three values: bins are three, not ten."""
    rng = np.random.default_rng(30)
    reference, p = (rng.choice([0.1, 0.2, 0.3], rows) for rows in (1000, 400))
    outcome = (rng.random(400) < 0.3).astype(int)
    row = measure_periods(outcome, p, np.arange(400), np.full(400, "2020"), reference, 0.95, 0.05).iloc[0]
    assert row["psi"] == pytest.approx(population_stability_index(pd.Series(reference), pd.Series(p)))
    assert row["psi_by_chance"] == psi_by_chance(3, 1000, 400, 0.95)


def test_same_auc_by_hand():
    table = pd.DataFrame({"roc_auc": [0.7, 0.8], "roc_auc_error": [0.03, 0.04]})
    # Difference .1 with error .05: chi-square 4 on one degree of freedom.
    assert same_auc(table) == pytest.approx(0.0455, abs=1e-4)
    assert same_auc(table.head(1)) == 1


def test_same_auc_keeps_to_its_level():
    rng = np.random.default_rng(24)
    alarms = []
    for _ in range(200):
        found = [auc_interval(*draw(rng, 250), np.arange(250), 0.95) for _ in range(4)]
        alarms.append(
            same_auc(pd.DataFrame([(f[0], f[3]) for f in found], columns=["roc_auc", "roc_auc_error"])) < 0.05
        )
    assert np.mean(alarms) < 0.10


def chapter(table, protocols=NO_PROTOCOLS):
    why_not = "" if len(protocols) else "two dates only."
    return describe_stability(table, "year", 7, protocols, why_not, 0.95, SETTINGS)


def test_a_steady_model_is_called_good():
    table, outcome, p = periods(np.random.default_rng(25), 1500)
    section = chapter(table)
    assert [finding.verdict for finding in section.findings] == ["good", "good", "good", "attention"]
    assert "In no year are they apart by more than chance explains" in section.findings[0].found
    assert section.findings[3].look_for.endswith("newer than all it was trained on.")
    assert section.findings[3].found == "The experiment could not be made: two dates only."
    assert "7 test rows are left out" in section.findings[0].table.caption
    plot_periods(table, roc_auc_score(outcome, p), section.summary).canvas.draw()


def test_a_bad_year_is_named():
    table, *_ = periods(np.random.default_rng(26), 1500, shift=0.5)
    section = chapter(table)
    assert section.verdict == "attention"
    assert "off beyond chance in 2021" in section.findings[0].found
    assert section.findings[1].verdict == "good"


def test_a_year_without_skill_is_named():
    table, *_ = periods(np.random.default_rng(27), 1500, skill=0.0)
    found = chapter(table).findings[1]
    assert found.verdict == "attention"
    assert "(2021)" in found.found
    assert "more than chance explains" in found.found


def test_drift_of_the_probabilities_is_named():
    rng = np.random.default_rng(28)
    outcome, p = draw(rng, 1000)
    later = measure_periods(
        np.tile(outcome, 2),
        np.concatenate([p, expit(np.log(p / (1 - p)) + 1.5)]),
        np.arange(2000),
        np.repeat(["2019", "2020"], 1000),
        draw(rng, 20_000)[1],
        0.95,
        0.05,
    )
    found = chapter(later).findings[2]
    assert found.verdict == "attention"
    assert "highest in 2020" in found.found
    assert "is reached" in found.found


def test_no_period_and_no_date_are_said():
    section = chapter(pd.DataFrame(columns=["period"]))
    assert section.findings[0].found.startswith("No year of the test rows has enough loans.")
    without = describe_without_dates()
    assert without.verdict == "attention"
    assert without.findings[0].figure is None
    plot_nothing(without.summary).canvas.draw()


def protocols(out_of_time_auc, ratio_p):
    common = {
        "train_rows": 700,
        "train_from": "2019-01-01",
        "train_to": "2020-01-01",
        "test_from": "2020-02-01",
        "test_to": "2020-03-01",
        "n": 100,
        "event_rate": 0.22,
        "mean_probability": 0.2,
        "ratio": 1.1,
        "ratio_low": 1.01,
        "ratio_high": 1.2,
        "p_value": ratio_p,
        "brier": 0.15,
        "roc_auc_low": 0.6,
        "roc_auc_high": 0.8,
    }
    return pd.DataFrame(
        [
            {"protocol": "random", "roc_auc": 0.7, "roc_auc_error": 0.03, **common},
            {"protocol": "out of time", "roc_auc": out_of_time_auc, "roc_auc_error": 0.04, **common},
        ]
    )


def test_loss_out_of_time_by_hand():
    # Errors .03 and .04 add up to .05.
    assert lost_out_of_time(protocols(0.6, 0.5), 0.95) == pytest.approx(
        (0.1, 0.1 - 1.96 * 0.05, 0.1 + 1.96 * 0.05), abs=1e-5
    )


@pytest.mark.parametrize(
    ("auc", "p", "verdict", "words"),
    [
        (0.69, 0.5, "good", "cannot be told from nothing"),
        (0.55, 0.5, "attention", "ranking suffers on later loans"),
        (0.85, 0.5, "none", "easier to rank"),
        (0.69, 0.01, "attention", "the level of risk is understated beyond chance"),
    ],
)
def test_what_is_said_of_the_loss(auc, p, verdict, words):
    table, *_ = periods(np.random.default_rng(25), 300)
    finding = chapter(table, protocols(auc, p)).findings[3]
    assert finding.verdict == verdict
    assert words in finding.found
