"""Pieces of sentences."""

import pytest

from loan_default.evaluation.phrases import listed, percent, sentence, with_interval


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
    assert percent(0.8, 0) == "80 %"
    assert sentence("all fields") == "All fields"
