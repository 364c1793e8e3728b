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


@pytest.mark.parametrize(
    ("ends", "words"),
    [
        ((0.0077, 0.0001, 0.0077), "lies at the upper end of its interval, and the true one may be as small"),
        (
            (0.0121, 0.0049, 0.0133),
            "in the upper part of its interval, and the true one may be as small as 0.49",
        ),
        ((0.0100, 0.0060, 0.0200), "chance adds to them; the interval begins at 0.60 points."),
        ((0.0100, 0.0100, 0.0100), "chance adds to them; the interval begins at 1.00 points."),
    ],
)
def test_where_a_calibration_error_lies_in_its_interval_is_explained(ends, words):
    names = ("calibration_error", "calibration_error_low", "calibration_error_high")
    assert words in chance_in_calibration(dict(zip(names, ends, strict=True)))
