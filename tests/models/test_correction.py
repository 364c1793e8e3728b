import numpy as np
import pytest

from loan_default.models.correction import undo_rebalancing
from loan_default.models.imbalance import ImbalanceSettings, rebalance


def test_class_weight_divides_the_odds_by_hand():
    record = {"method": "class_weight", "weight_event": 2.5, "weight_non_event": 0.625}
    # Odds 1 and 4 become 1/4 and 1.
    np.testing.assert_allclose(undo_rebalancing(np.array([0.5, 0.8]), record), [0.2, 0.5], rtol=1e-12)


def test_undersampling_by_hand():
    record = {"method": "undersample", "beta": 0.25}
    # Odds 1 and 4 become 1/4 and 1; certainty stays.
    corrected = undo_rebalancing(np.array([0.0, 0.5, 0.8, 1.0]), record)
    np.testing.assert_allclose(corrected, [0.0, 0.2, 0.5, 1.0], rtol=1e-12)


@pytest.mark.parametrize("method", ["none", "smote"])
def test_without_a_closed_form_the_score_stays(method):
    score = np.array([0.1, 0.9], dtype=np.float32)
    corrected = undo_rebalancing(score, {"method": method})
    assert corrected.dtype == np.float64
    np.testing.assert_array_equal(corrected, score)


@pytest.mark.parametrize("method", ["class_weight", "undersample"])
def test_the_rate_of_rebalanced_rows_becomes_the_rate_of_the_training_rows(method):
    y = np.array([1] * 30 + [0] * 170, dtype=np.int8)
    rows = rebalance(np.zeros((200, 1)), y, ImbalanceSettings(method=method, ratio=0.6), seed=0)
    rate = np.average(rows.y, weights=rows.sample_weight)
    np.testing.assert_allclose(undo_rebalancing(np.array([rate]), rows.record), [0.15], rtol=1e-9)


def test_unknown_method_is_refused():
    with pytest.raises(ValueError, match="'tomek'"):
        undo_rebalancing(np.array([0.5]), {"method": "tomek"})
