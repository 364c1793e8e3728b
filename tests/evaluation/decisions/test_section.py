"""What the chapter on decisions says."""

import numpy as np
import pandas as pd
import pytest

from loan_default.evaluation.decisions.bands import band_rates, named_band_rates, out_of_order
from loan_default.evaluation.decisions.plots import plot_bands, plot_threshold
from loan_default.evaluation.decisions.section import describe_decisions, order_words
from loan_default.evaluation.decisions.threshold import (
    NEIGHBOURS,
    at_thresholds,
    decision_rates,
    flat_stretch,
    threshold_curve,
)
from loan_default.evaluation.metrics import confusion_counts

ENDS = [("low", 0.1), ("medium", 0.3), ("high", 1.0)]


def chapter(outcome, probability, threshold):
    units = np.arange(len(outcome))
    scores = band_rates(outcome, probability, units, 10, 0.95)
    risks = named_band_rates(outcome, probability, units, ENDS, 0.95)
    curve = threshold_curve(outcome, probability)
    beside = at_thresholds(outcome, probability, threshold * np.array(NEIGHBOURS))
    beside.insert(0, "multiple", NEIGHBOURS)
    section = describe_decisions(
        scores,
        out_of_order(scores),
        risks,
        out_of_order(risks),
        {"value": threshold, "reason": "Fixed."},
        decision_rates(outcome, probability, units, threshold, 0.95),
        confusion_counts(outcome, probability, threshold),
        beside,
        flat_stretch(curve, beside.iloc[2]),
    )
    for figure in (plot_bands(scores, risks, "a"), plot_threshold(curve, section.values, "b")):
        figure.canvas.draw()
    return section


@pytest.fixture(scope="module")
def world():
    rng = np.random.default_rng(7)
    p = rng.beta(1.5, 6, 5000)
    return (rng.random(5000) < p).astype(int), p


def test_right_probabilities_are_called_good(world):
    section = chapter(*world, 0.25)
    assert [finding.verdict for finding in section.findings] == ["good", "good", "none", "none"]
    assert section.verdict == "good"
    assert "No band's default rate lies outside its range" in section.findings[1].found
    counts = section.findings[2].table.rows
    assert sum(row[1] + row[2] for row in counts) == 5000
    assert np.isfinite(list(section.values.values())).all()


def test_planted_disorder_is_called_bad(world):
    outcome, p = world
    turned = np.where(p < np.quantile(p, 0.2), np.arange(5000) % 2, outcome)
    section = chapter(turned, p, 0.25)
    assert section.verdict == "bad"
    assert "out of order by more than chance" in section.findings[0].found
    assert "Outside of their range lie low" in section.findings[1].found
    assert section.values["score_bands_out_of_order_beyond_chance"] >= 1


def test_probabilities_too_low_are_called_so(world):
    outcome, p = world
    section = chapter(outcome, p / 2, 0.12)
    assert section.findings[0].verdict == "attention"
    assert "more than chance explains" in section.findings[0].found


def test_a_threshold_that_refuses_nobody_needs_attention(world):
    section = chapter(*world, 0.99)
    assert section.findings[2].verdict == "attention"
    assert "of which" in section.summary


def test_words_for_order():
    none = pd.DataFrame({"riskier": [], "safer": [], "adjusted_p": []})
    assert order_words(none) == "the observed rate falls from every band to the next"
    some = pd.DataFrame({"riskier": [2, 4], "safer": [3, 5], "adjusted_p": [0.8, 0.01]})
    assert order_words(some) == "bands are out of order by more than chance (5 above 4)"
    assert "3 above 2" in order_words(some.iloc[:1])
    assert "no more than chance" in order_words(some.iloc[:1])
