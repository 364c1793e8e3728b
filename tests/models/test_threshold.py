import itertools
import json

import numpy as np
import pytest
from pydantic import ValidationError

from loan_default.errors import InputError
from loan_default.models.threshold import ThresholdSettings, choose_threshold

P = np.array([0.9, 0.8, 0.6, 0.4, 0.2])
Y = np.array([1, 0, 1, 0, 0])


def at(threshold, p, y, settings):
    refused = p >= threshold
    found = (refused & (y == 1)).sum()
    recall = found / (y == 1).sum()
    precision = found / refused.sum() if refused.any() else 0.0
    f1 = 2 * precision * recall / (precision + recall) if found else 0.0
    missed, wrongly = (~refused & (y == 1)).sum(), (refused & (y == 0)).sum()
    cost = (missed * settings.cost_missed_default + wrongly * settings.cost_refused_good) / len(y)
    return {"recall": recall, "precision": precision, "f1": f1, "cost": cost, "refused": refused.mean()}


def brute_force(p, y, settings):
    """Try every threshold one by one and return the measures of the best."""
    levels = sorted({0.0, *p, 1.0})
    tried = [at((a + b) / 2, p, y, settings) for a, b in itertools.pairwise(levels)]
    if settings.rule == "min_cost":
        return min(tried, key=lambda t: (t["cost"], t["refused"]))
    if settings.rule == "target_recall":
        return min((t for t in tried if t["recall"] >= settings.target_recall), key=lambda t: t["refused"])
    allowed = [
        t for t in tried if t["recall"] >= settings.min_recall and t["precision"] >= settings.min_precision
    ]
    return max(allowed, key=lambda t: (t["f1"], -t["refused"]))


@pytest.mark.parametrize(
    "settings",
    [
        ThresholdSettings(),
        ThresholdSettings(rule="max_f1", min_recall=0.7, min_precision=0.3),
        ThresholdSettings(rule="target_recall", target_recall=0.65),
        ThresholdSettings(rule="target_recall", target_recall=1.0),
        ThresholdSettings(rule="min_cost"),
        ThresholdSettings(rule="min_cost", cost_missed_default=1.0, cost_refused_good=50.0),
        ThresholdSettings(rule="min_cost", cost_missed_default=500.0),
        ThresholdSettings(value=0.37, rule="fixed"),
    ],
    ids=str,
)
@pytest.mark.parametrize("seed", range(5))
def test_every_rule_against_brute_force(settings, seed):
    rng = np.random.default_rng(seed)
    p = np.clip(rng.random(60).round(1 + seed % 2), 0.01, 0.99)  # many ties
    y = (rng.random(60) < p).astype(int)
    chosen = choose_threshold(p, y, settings)
    measured = at(chosen["value"], p, y, settings)
    for name, number in measured.items():
        assert chosen[name] == pytest.approx(number), name
    if settings.rule != "fixed":
        assert measured == pytest.approx(brute_force(p, y, settings))


def test_max_f1_by_hand():
    chosen = choose_threshold(P, Y, ThresholdSettings())
    # Refusing three: recall 1, precision 2/3, F1 0.8.
    assert chosen["value"] == pytest.approx(0.5)
    assert chosen["f1"] == pytest.approx(0.8)
    assert chosen["cost"] == pytest.approx(1 / 5)
    assert chosen["rows"] == 5
    assert "F1" in chosen["reason"]


def test_refusing_nobody_can_be_cheapest():
    chosen = choose_threshold(
        P, Y, ThresholdSettings(rule="min_cost", cost_missed_default=1, cost_refused_good=9)
    )
    assert chosen["refused"] == pytest.approx(0.2)
    chosen = choose_threshold(
        P, 1 - Y, ThresholdSettings(rule="min_cost", cost_missed_default=1, cost_refused_good=9)
    )
    assert chosen["refused"] == 0
    assert chosen["precision"] == 0
    assert chosen["value"] > 0.9


def test_neighbouring_floats_are_told_apart():
    # The exact middle of two neighbours is rounded up for one pair and down for the other.
    p = [0.3, np.nextafter(0.3, 1), np.nextafter(np.nextafter(0.3, 1), 1)]
    for low, high in itertools.pairwise(p):
        chosen = choose_threshold(np.array([low, high]), np.array([0, 1]), ThresholdSettings())
        assert low < chosen["value"] <= high
        assert chosen["f1"] == 1


def test_fixed_includes_the_probability_equal_to_it():
    chosen = choose_threshold(np.array([0.5, 0.4]), np.array([1, 0]), ThresholdSettings(rule="fixed"))
    assert (chosen["value"], chosen["recall"], chosen["precision"]) == (0.5, 1.0, 1.0)


def test_minimum_recall_and_precision_bind():
    chosen = choose_threshold(P, np.array([1, 0, 0, 0, 1]), ThresholdSettings(min_recall=0.8))
    assert chosen["recall"] == 1


def test_unreachable_pair_is_refused_with_what_is_reachable():
    settings = ThresholdSettings(min_recall=0.9, min_precision=0.9)
    with pytest.raises(
        InputError, match=r"best precision is 0.667; with that precision the best recall is 0.500"
    ):
        choose_threshold(P, Y, settings)


def test_unreachable_precision_alone_is_refused():
    with pytest.raises(InputError, match=r"best recall is 0.000"):
        choose_threshold(P, np.array([0, 0, 0, 0, 1]), ThresholdSettings(min_precision=0.9))


def test_no_default_is_refused():
    with pytest.raises(InputError, match="none of the 5 validation rows"):
        choose_threshold(P, np.zeros(5), ThresholdSettings())


def test_probability_of_one_is_refused():
    with pytest.raises(ValueError, match=r"inside \(0, 1\)"):
        choose_threshold(np.array([1.0, 0.5]), np.array([1, 0]), ThresholdSettings())


def test_result_survives_json():
    chosen = choose_threshold(P, Y, ThresholdSettings())
    assert json.loads(json.dumps(chosen)) == chosen


def test_many_rows_are_quick_enough_to_be_sorted_not_searched():
    rng = np.random.default_rng(0)
    p = rng.uniform(0.001, 0.999, 300_000)
    chosen = choose_threshold(p, rng.random(300_000) < p, ThresholdSettings(rule="min_cost"))
    # With costs 5 and 1 the theory says 1 / (1 + 5).
    assert chosen["value"] == pytest.approx(1 / 6, abs=0.02)


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ({"rule": "youden"}, "'fixed', 'max_f1', 'target_recall' or 'min_cost'"),
        ({"value": 50}, "less than 1"),
        ({"cost_missed_default": -1}, "greater than 0"),
    ],
)
def test_bad_settings_are_refused(bad, message):
    with pytest.raises(ValidationError, match=message):
        ThresholdSettings(**bad)
