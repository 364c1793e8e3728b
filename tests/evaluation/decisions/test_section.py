"""What the chapter on decisions says."""

import numpy as np
import pandas as pd
import pytest

from loan_default.evaluation.decisions.band_findings import of_score_bands, order_words
from loan_default.evaluation.decisions.bands import band_rates, named_band_rates, out_of_order
from loan_default.evaluation.decisions.plots import plot_bands, plot_threshold
from loan_default.evaluation.decisions.policy import policy_rates
from loan_default.evaluation.decisions.rule_findings import of_neighbours
from loan_default.evaluation.decisions.section import describe_decisions
from loan_default.evaluation.decisions.threshold import (
    NEIGHBOURS,
    at_thresholds,
    decision_rates,
    flat_stretch,
    threshold_curve,
)
from loan_default.evaluation.metrics import confusion_counts
from loan_default.evaluation.phrases import with_interval
from loan_default.evaluation.rates import wilson_interval
from loan_default.evaluation.risk_bands import Band

BANDS = (
    Band(name="low", low=0, high=0.1, policy="accept"),
    Band(name="medium", low=0.1, high=0.3, policy="refer"),
    Band(name="high", low=0.3, high=1, policy="decline"),
)


def measured(outcome, probability, threshold):
    """The metrics of which the chapter takes two, with ends of their own."""
    at = at_thresholds(outcome, probability, np.array([threshold])).iloc[0]
    found = {"recall": at["defaults_caught"], "precision": at["refused_default_rate"]}
    return {
        f"{name}{end}": value + add
        for name, value in found.items()
        for end, add in (("", 0), ("_low", -0.111), ("_high", 0.111))
    }


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
        *policy_rates(outcome, probability, units, bands, threshold, 0.95),
        {"value": threshold, "reason": "Fixed."},
        decision_rates(
            outcome, probability, units, threshold, 0.95, measured(outcome, probability, threshold)
        ),
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
    assert "is off by more than chance explains in band low (expected" in section.findings[1].found
    assert "no more than chance" not in section.findings[1].found
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
    low, high = wilson_interval(outcome[between].sum(), between.sum(), 0.95)
    told = with_interval(outcome[between].mean(), low, high, ".1%")
    assert f"{told} of these default" in found
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


def test_default_rates_of_the_policy_have_intervals(world):
    outcome, p = world
    section = chapter(*world, 0.25)
    for policy, low, high in (("accepts", 0, 0.1), ("refers", 0.1, 0.3), ("declines", 0.3, 1)):
        there = (p >= low) & (p < high)
        ends = wilson_interval(outcome[there].sum(), there.sum(), 0.95)
        told = with_interval(outcome[there].mean(), *ends, ".1%")
        words = f"{policy} {100 * there.mean():.1f} %"
        assert f"{words} of the loans ({told} of them default)" in section.summary or (
            f"{words} ({told} default)" in section.summary
        )


def test_recall_and_precision_are_told_as_the_metrics_have_them(world):
    section = chapter(*world, 0.25)
    at = at_thresholds(*world, np.array([0.25])).iloc[0]
    caught, refused = at["defaults_caught"], at["refused_default_rate"]
    threshold = section.findings[3]
    assert f"catches {with_interval(caught, caught - 0.111, caught + 0.111, '.1%')}" in threshold.found
    told = with_interval(refused, refused - 0.111, refused + 0.111, ".1%")
    assert f"in default, of the refused: {told}" in threshold.table.caption


def score_table(*bands):
    """Bands of 500 loans: expected, defaults, p value."""
    rows = []
    for place, (expected, events, p_value) in enumerate(bands):
        low, high = wilson_interval(np.array(events), np.array(500), 0.95)
        rows.append(
            {
                "band": place + 1,
                "n": 500,
                "events": events,
                "event_rate": events / 500,
                "event_rate_low": float(low),
                "event_rate_high": float(high),
                "mean_probability": expected,
                "p_value": p_value,
                "cumulative_capture": 0.5,
                "lift": 1.0,
                "ks": 0.1,
            }
        )
    return pd.DataFrame(rows)


NO_PAIRS = pd.DataFrame({"riskier": [], "safer": [], "adjusted_p": []})


def test_only_bands_off_beyond_chance_are_said_to_be_so():
    # The intervals are 34.9 to 43.4 %, 16.7 to 23.7 % and 7.7 to 12.9 %.
    sure, near, right = (0.30, 195, 0.0001), (0.241, 100, 0.03), (0.10, 50, 1.0)
    finding = of_score_bands(score_table(sure, near, right), NO_PAIRS)
    assert finding.verdict == "attention"
    assert finding.found.endswith(
        "; the expected rate is off by more than chance explains in band 1 (expected 30.0 %, observed 39.0 "
        "%); it lies outside the interval in band 2 (expected 24.1 %, observed 20.0 %), no more than chance "
        "explains in so many bands."
    )
    calm = of_score_bands(score_table((0.39, 195, 1.0), near, right), NO_PAIRS)
    assert calm.verdict == "good"
    assert calm.found.endswith(
        "; the expected rate lies outside the interval in band 2 (expected 24.1 %, observed 20.0 %), no more "
        "than chance explains in so many bands."
    )


def test_an_expected_rate_that_reads_as_the_end_of_the_interval_is_inside():
    table = score_table((0.39, 195, 1.0), (0.2, 100, 1.0))
    table.loc[1, "event_rate_high"] = 0.2371
    for expected, inside in ((0.2374, True), (0.2376, False)):
        # 23.7 % and 23.8 % are read.
        table.loc[1, "mean_probability"] = expected
        found = of_score_bands(table, NO_PAIRS).found
        assert ("in each of them the expected rate lies inside" in found) == inside


@pytest.mark.parametrize(
    ("high", "says"),
    [
        (0.6996, ": 10.0 points of approval, no more than 10, so F1 leaves little choice of its place."),
        (0.7013, ": 10.1 points of approval, so F1 leaves its place open; costs can, see"),
    ],
)
def test_the_span_that_decides_is_the_one_that_is_told(high, says):
    beside = pd.DataFrame({"multiple": [1.0], "threshold": [0.2], "f1": [0.4]})
    beside[["approval_rate", "approved_default_rate", "defaults_caught", "goods_refused"]] = 0.5
    ends = [
        pd.Series({"threshold": at, "approval_rate": approved, "approved_default_rate": 0.1})
        for at, approved in ((0.15, 0.6004), (0.3, high))
    ]
    assert says in of_neighbours(beside, tuple(ends)).found


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
