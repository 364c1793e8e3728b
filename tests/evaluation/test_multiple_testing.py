"""Holm's correction."""

import numpy as np
import pytest

from loan_default.evaluation.multiple_testing import holm


def test_by_hand():
    # Sorted .01 .02 .03 .04: times 4 3 2 1 are .04 .06 .06 .04; the running maximum keeps the last at .06.
    assert holm(np.array([0.03, 0.01, 0.04, 0.02])) == pytest.approx([0.06, 0.04, 0.06, 0.06])


def test_one_test_is_left_alone_and_none_is_allowed():
    assert holm(np.array([0.2])) == pytest.approx([0.2])
    assert holm(np.array([])).shape == (0,)


def test_never_above_one():
    assert holm(np.array([0.6, 0.7, 0.9])).tolist() == [1.0, 1.0, 1.0]


def test_the_family_keeps_to_its_level():
    rng = np.random.default_rng(1)
    alarms = [(holm(rng.random(30)) < 0.05).any() for _ in range(2000)]
    assert 0.03 < np.mean(alarms) < 0.07
