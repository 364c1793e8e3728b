"""DeLong's variance against the definition, the bootstrap, and simple cases."""

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from loan_default.evaluation.delong import auc_covariance, compare_auc
from loan_default.evaluation.intervals import bootstrap
from loan_default.evaluation.metrics import Scorecard


@pytest.fixture(params=[None, 1], ids=["no ties", "many ties"])
def rows(request):
    rng = np.random.default_rng(0)
    risk = rng.normal(size=400)
    outcome = (rng.random(400) < 1 / (1 + np.exp(1 - risk))).astype(int)
    scores = 1 / (1 + np.exp(-(risk + rng.normal(size=(2, 400)) * [[0.3], [1.2]])))
    return outcome, scores if request.param is None else scores.round(request.param)


def test_it_equals_the_definition_by_pairs(rows):
    outcome, scores = rows
    events, goods = scores[:, outcome == 1], scores[:, outcome == 0]
    wins = (events[:, :, None] > goods[:, None, :]) + 0.5 * (events[:, :, None] == goods[:, None, :])
    by_pairs = np.cov(wins.mean(axis=2)) / events.shape[1] + np.cov(wins.mean(axis=1)) / goods.shape[1]
    auc, covariance = auc_covariance(outcome, scores)
    assert auc == pytest.approx([roc_auc_score(outcome, s) for s in scores])
    assert covariance == pytest.approx(by_pairs)


@pytest.mark.parametrize("copies", [1, 6])
def test_it_agrees_with_the_cluster_bootstrap(rows, copies):
    outcome, scores = rows
    y, p = np.repeat(outcome, copies), np.repeat(scores, copies, axis=1)
    units = np.arange(len(y)) // copies
    cards = {i: Scorecard(y, p[i], threshold=0.5, calibration_bins=10, groups=units) for i in range(2)}
    draws = bootstrap(cards, y, units, 1500, seed=1)
    _, covariance = auc_covariance(y, p, units)
    of_difference = covariance[0, 0] + covariance[1, 1] - 2 * covariance[0, 1]
    assert np.sqrt(covariance[0, 0]) == pytest.approx(draws[0]["roc_auc"].std(), rel=0.1)
    assert np.sqrt(of_difference) == pytest.approx((draws[0]["roc_auc"] - draws[1]["roc_auc"]).std(), rel=0.1)


def test_groups_of_both_outcomes_agree_with_the_bootstrap():
    rng = np.random.default_rng(2)
    units = np.arange(900) // 3
    risk = np.repeat(rng.normal(size=300), 3)
    y = (rng.random(900) < 1 / (1 + np.exp(-risk))).astype(int)
    p = 1 / (1 + np.exp(-risk - 0.5 * np.repeat(rng.normal(size=300), 3)))
    model = Scorecard(y, p, threshold=0.5, calibration_bins=10, groups=units)
    draws = bootstrap({"m": model}, y, units, 1500, seed=3)["m"]["roc_auc"]
    _, covariance = auc_covariance(y, p[None, :], units)
    assert np.sqrt(covariance[0, 0]) == pytest.approx(draws.std(), rel=0.1)


def test_the_difference_has_the_sign_of_the_better_model(rows):
    outcome, scores = rows
    found = compare_auc(outcome, scores[0], scores[1])
    swapped = compare_auc(outcome, scores[1], scores[0])
    assert 0 < found.low < found.difference < found.high
    assert found.p_value < 0.05
    assert (swapped.difference, swapped.low) == pytest.approx((-found.difference, -found.high))


def test_models_that_rank_alike_do_not_differ(rows):
    outcome, scores = rows
    found = compare_auc(outcome, scores[0], scores[0] ** 3)
    assert (found.difference, found.low, found.high, found.p_value) == (0, 0, 0, 1)


def test_under_no_difference_p_values_are_uniform():
    rng = np.random.default_rng(4)
    p_values = []
    for _ in range(300):
        risk = rng.normal(size=200)
        y = (rng.random(200) < 1 / (1 + np.exp(-risk))).astype(int)
        p_values.append(compare_auc(y, *(risk + rng.normal(size=(2, 200)))).p_value)
    assert np.quantile(p_values, [0.1, 0.5, 0.9]) == pytest.approx([0.1, 0.5, 0.9], abs=0.09)
