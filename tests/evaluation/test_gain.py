"""The model in service as yardstick: the difference itself, and when it is a fair one."""

import re

import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from loan_default.evaluation.gain import gain_over


def of_test(frame):
    test = frame.loc[frame["part"] == "test"]
    return test.set_index("row_id")["probability"], test["default"]


def ends(new, current, roc_auc=None, same_file=True, called="ann, version a1"):
    measured = gain_over(new, current, called, recorded_roc_auc=roc_auc, same_file=same_file, confidence=0.95)
    assert list(measured) == ["min_gain_over_current", "min_gain_over_current_low"]
    high, low = measured.values()
    assert high.note == low.note
    return low.value, high.value, high.note


@pytest.fixture
def rivals(make_predictions):
    new, old = make_predictions(0.3), make_predictions(1.5, noise_seed=4)
    current, outcome = of_test(old)
    return new, current, outcome


def test_the_gain_is_the_ends_of_the_difference_of_the_two_areas(rivals):
    new, current, outcome = rivals
    by_sklearn = roc_auc_score(outcome, of_test(new)[0]) - roc_auc_score(outcome, current)
    low_end, high_end, note = ends(
        new, current.sample(frac=1, random_state=1), roc_auc_score(outcome, current)
    )
    difference, low, high = map(float, re.findall(r"[+-]\d\.\d+", note))
    assert difference == pytest.approx(by_sklearn, abs=5e-5)
    assert 0.01 < low < difference < high
    assert (low_end, high_end) == (pytest.approx(low, abs=5e-5), pytest.approx(high, abs=5e-5))
    assert high - difference == pytest.approx(difference - low, abs=1e-4)
    assert note.startswith("Against ann, version a1: ")


def test_a_model_that_has_seen_the_rows_holds_nothing_against_a_new_one(rivals):
    new, current, outcome = rivals
    low, high, note = ends(new, current, roc_auc=0.6)
    assert high is None
    assert "same file under another split, so it has seen some of these rows" in note
    assert "on 9" in note, "the numbers are told all the same"
    fair, _, _ = ends(new, current, roc_auc_score(outcome, current))
    assert low == fair, "what is shown against a flattered model is shown"


def test_of_another_file_nobody_knows_what_it_has_seen(rivals):
    new, current, _ = rivals
    low, high, note = ends(new, current, roc_auc=0.6, same_file=False)
    assert 0 < low < high
    assert "whether it has seen these rows is not known" in note


def test_rows_that_only_one_can_score_are_left_out(rivals):
    new, current, outcome = rivals
    half = current.copy()
    half.iloc[::2] = float("nan")
    _, _, note = ends(new, half, same_file=False)
    kept = half.notna().to_numpy()
    by_sklearn = roc_auc_score(outcome[kept], of_test(new)[0][kept]) - roc_auc_score(
        outcome[kept], current[kept]
    )
    assert f": {by_sklearn:+.4f} [" in note
    assert f"on {kept.sum()} test rows" in note


def test_nothing_to_compare_with_is_no_value_and_a_reason(rivals):
    new, current, _ = rivals
    words = "There is no model in service."
    assert ends(new, None, called=words) == (None, None, words)
    low, high, note = ends(new, pd.Series(float("nan"), index=current.index))
    assert (low, high) == (None, None)
    assert "can score only 0 of the" in note
