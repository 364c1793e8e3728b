"""What is judged is what is read."""

import numpy as np
import pytest

from loan_default.evaluation.phrases import percent, with_interval
from loan_default.evaluation.printed import as_printed


@pytest.mark.parametrize(
    ("value", "form", "read"),
    [
        (0.0004, ".3f", 0.0),
        (-0.0004, ".3f", 0.0),
        (0.0006, ".3f", 0.001),
        (0.7984, ".2f", 0.8),
        (0.10049, ".1%", 0.1),
        (0.1006, ".1%", 0.101),
        (0.186, ".0%", 0.19),
    ],
)
def test_numbers_are_rounded_to_what_is_printed(value, form, read):
    assert as_printed(value, form) == read


def test_it_agrees_with_the_sentences():
    rng = np.random.default_rng(3)
    for value in rng.random(500):
        assert percent(as_printed(value, ".1%")) == percent(value)
        assert with_interval(*[as_printed(value)] * 3) == with_interval(*[value] * 3)


def test_what_is_missing_stays_missing():
    assert np.isnan(as_printed(float("nan")))
    assert np.isnan(as_printed(float("nan"), ".1%"))
