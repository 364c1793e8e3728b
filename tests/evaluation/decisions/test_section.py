"""What the chapter on decisions says."""

import numpy as np
import pandas as pd
import pytest

from loan_default.evaluation.decisions.band_findings import order_words
from loan_default.evaluation.decisions.bands import band_rates, named_band_rates, out_of_order
from loan_default.evaluation.decisions.plots import plot_bands, plot_threshold
from loan_default.evaluation.decisions.policy import policy_rates
from loan_default.evaluation.decisions.section import describe_decisions
from loan_default.evaluation.decisions.threshold import (
    NEIGHBOURS,
    at_thresholds,
    decision_rates,
    flat_stretch,
    threshold_curve,
)
from loan_default.evaluation.metrics import confusion_counts
from loan_default.evaluation.risk_bands import Band

BANDS = (
    Band(name="low", low=0, high=0.1, policy="accept"),
    Band(name="medium", low=0.1, high=0.3, policy="refer"),
    Band(name="high", low=0.3, high=1, policy="decline"),
)


def chapter(outcome, probability, threshold, bands=BANDS):
    units = np.arange(len(outcome))
    scores = band_rates(outcome, probability, units, 10, 0.95)
    risks = named_band_rates(outcome, probability, units, bands, 0.95)
    curve = threshold_curve(outcome, probability)
    beside = at_thresholds(outcome, probability, threshold * np.array(NEIGHBOURS))
    beside.insert(0, "multiple", NEIGHBOURS)
    section = describe_decisions(
        scores,
        out_of_order(scores),
        risks,
        out_of_order(risks),
        policy_rates(outcome, probability, units, bands, threshold, 0.95),
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
    assert [finding.verdict for finding in section.findings] == ["good", "good", "none", "none", "none"]
    assert section.verdict == "good"
    assert "No band's default rate lies outside its range" in section.findings[1].found
    assert "inside the interval of the observed one" in section.findings[1].found
    counts = section.findings[3].table.rows
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
    assert section.findings[3].verdict == "attention"


def test_a_risk_band_off_its_expected_rate_needs_attention_inside_its_range(world):
    outcome, p = world
    section = chapter(outcome, np.where(p < 0.1, p / 2, p), 0.25)
    assert "No band's default rate lies outside its range" in section.findings[1].found
    assert "outside the interval in band low (expected" in section.findings[1].found
    assert "more than chance explains" in section.findings[1].found
    assert section.findings[1].verdict == "attention"
    assert section.values["risk_bands_off_expected_beyond_chance"] == 1
    assert section.values["risk_bands_outside_their_range"] == 0


def test_what_the_policy_does_and_where_it_goes_against_the_prediction(world):
    outcome, p = world
    between = (p >= 0.05) & (p < 0.1)
    section = chapter(outcome, p, 0.05)
    found, values = section.findings[2].found, section.values
    assert f"accepts {100 * (p < 0.1).mean():.1f} % of the loans" in found
    assert f"declines {100 * (p >= 0.3).mean():.1f} %" in found
    assert (
        f"disagree on {100 * between.mean():.1f} % of the loans, predicted Default and yet accepted" in found
    )
    assert f"{100 * outcome[between].mean():.1f} % of these default" in found
    assert values["policy_against_prediction_share"] == pytest.approx(between.mean())
    assert values["policy_refer_share"] == pytest.approx(((p >= 0.1) & (p < 0.3)).mean())
    assert "predicted No Default and yet declined" in chapter(outcome, p, 0.4).findings[2].found
    at_peace = chapter(outcome, p, 0.2)
    assert "none is declined against it" in at_peace.findings[2].found
    assert at_peace.values["policy_against_prediction_share"] == 0
    assert [row[:2] for row in at_peace.findings[2].table.rows] == [
        ("accept", "No Default"),
        ("refer", "No Default"),
        ("refer", "Default"),
        ("decline", "Default"),
    ]
    assert "accepts" in at_peace.summary


def test_a_policy_for_all_is_one_sentence(world):
    everybody = (Band(name="all", low=0, high=1, policy="refer"),)
    section = chapter(*world, 0.25, everybody)
    assert section.findings[2].found.startswith("The policy of the risk bands refers 100.0 % of the loans (")
    assert section.values["policy_accept_share"] == 0


def test_words_for_order():
    none = pd.DataFrame({"riskier": [], "safer": [], "adjusted_p": []})
    assert order_words(none) == "the observed rate falls from every band to the next"
    some = pd.DataFrame({"riskier": [2, 4], "safer": [3, 5], "adjusted_p": [0.8, 0.01]})
    assert order_words(some) == "bands are out of order by more than chance (5 above 4)"
    assert "3 above 2" in order_words(some.iloc[:1])
    assert "no more than chance" in order_words(some.iloc[:1])
