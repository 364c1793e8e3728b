import numpy as np
import pytest
from sklearn.metrics import brier_score_loss, roc_auc_score

from loan_default.evaluation.delong import compare_auc
from loan_default.evaluation.fairness.blind import compare_blind
from loan_default.evaluation.settings import EvaluationSettings

QUICK = EvaluationSettings(resamples=400)


def test_equals_scikit_learn_and_delong(people):
    rng = np.random.default_rng(1)
    blind = np.clip(people.probability + rng.normal(0, 0.15, size=2000), 0.01, 0.99)
    table = compare_blind(people.outcome, people.probability, blind, people.units, QUICK, seed=1)
    auc, brier = table.to_dict("records")
    assert auc["with_protected"] == pytest.approx(roc_auc_score(people.outcome, people.probability))
    assert auc["without_protected"] == pytest.approx(roc_auc_score(people.outcome, blind))
    paired = compare_auc(people.outcome, blind, people.probability)
    assert (auc["difference"], auc["low"], auc["high"]) == (paired.difference, paired.low, paired.high)
    assert auc["high"] < 0  # noise costs ranking

    rise = brier_score_loss(people.outcome, blind) - brier_score_loss(people.outcome, people.probability)
    assert brier["difference"] == pytest.approx(rise)
    losses = (blind - people.outcome) ** 2 - (people.probability - people.outcome) ** 2
    reach = 1.96 * losses.std(ddof=1) / np.sqrt(2000)
    assert (brier["low"], brier["high"]) == pytest.approx((rise - reach, rise + reach), rel=0.15)


def test_one_model_against_itself_is_level(people):
    table = compare_blind(people.outcome, people.probability, people.probability, people.units, QUICK, 1)
    assert (table[["difference", "low", "high"]] == 0).all(axis=None)
