"""Pieces of sentences."""

import pytest

from loan_default.evaluation.phrases import (
    chance_in_calibration,
    listed,
    percent,
    plural,
    sentence,
    with_interval,
)


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (["a"], "a"),
        (["a", "b"], "a and b"),
        (["a", "b", "c"], "a, b and c"),
        (list("abcdefg"), "a, b, c, d, e and 2 more"),
    ],
)
def test_lists(names, words):
    assert listed(names) == words


def test_numbers():
    assert with_interval(0.7061, 0.6971, 0.7149) == "0.706 [0.697, 0.715]"
    assert with_interval(0.1872, 0.18, 0.2, ".1%") == "18.7 % [18.0, 20.0]"
    assert with_interval(-0.002, -0.01, 0.006, "+.3f") == "-0.002 [-0.010, +0.006]"
    assert with_interval(-1234.4, -2000, 0.2, "+,.0f") == "-1,234 [-2,000, +0]"
    assert with_interval(-1e-9, -0.01, 0.006) == "0.000 [-0.010, 0.006]"
    assert percent(0.8, 0) == "80 %"
    assert sentence("all fields") == "All fields"


def test_other_joints_and_counts() -> None:
    assert listed(["a", "b", "c", "d"], at_most=2, joint="or") == "a, b or 2 more"
    assert [plural(count, "row") for count in (0, 1, 2000)] == ["0 rows", "1 row", "2,000 rows"]


def test_what_chance_explains_of_a_calibration_error():
    chance = {"calibration_error_by_chance": 0.0084}
    assert chance_in_calibration({**chance, "calibration_error_low": 0.0}) == (
        "Gaps count without sign, so a perfectly calibrated model would show 0.8 points by chance; no more "
        "is shown."
    )
    told = chance_in_calibration({**chance, "calibration_error_low": 0.0123})
    assert told.endswith("0.8 points by chance; at least 1.23 points are more than that.")
