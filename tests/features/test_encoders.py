"""Encoders by hand: missing, unknown and rare values."""

import numpy as np
import pandas as pd

from loan_default.features.encoders import OneHot, Ordinal, PassedThrough, Scaled, TargetEncoded
from loan_default.features.scaling import ZScore

HALVED = ZScore(mean=1, deviation=2)


def test_a_missing_number_gets_the_median_and_a_flag():
    encoder = Scaled(column="c", sources=("c",), fill=5, flag_missing=True, scaling=HALVED)
    assert encoder.features == ("c", "c_missing")
    np.testing.assert_array_equal(encoder.encode(pd.Series([1.0, np.nan])), [[0, 0], [2, 1]])


def test_without_a_flag_a_missing_number_gets_the_median():
    encoder = Scaled(column="c", sources=("c",), fill=5, flag_missing=False, scaling=HALVED)
    assert encoder.features == ("c",)
    np.testing.assert_array_equal(encoder.encode(pd.Series([1.0, np.nan])), [[0], [2]])


def test_an_ordinal_label_gets_its_position_and_an_unknown_one_the_median():
    encoder = Ordinal(
        column="c", sources=("c",), fill=1, flag_missing=False, scaling=HALVED, order=("low", "mid", "high")
    )
    values = pd.Series(["high", "low", "never seen", None], dtype="str")
    np.testing.assert_array_equal(encoder.encode(values), [[0.5], [-0.5], [0], [0]])


def test_one_hot_puts_rare_and_unseen_levels_together():
    encoder = OneHot(column="c", sources=("c",), levels=("a", "other"), rare=("x",))
    assert encoder.features == ("c=a", "c=other", "c=(rare)")
    values = pd.Series(["a", "x", "never seen", "other", None], dtype="str")
    np.testing.assert_array_equal(
        encoder.encode(values), [[1, 0, 0], [0, 0, 1], [0, 0, 1], [0, 1, 0], [0, 0, 1]]
    )


def test_one_hot_without_rare_levels_gives_zeros_for_an_unseen_one():
    encoder = OneHot(column="c", sources=("c",), levels=("a", "b"), rare=())
    np.testing.assert_array_equal(
        encoder.encode(pd.Series(["b", "never seen"], dtype="str")), [[0, 1], [0, 0]]
    )


def test_an_unseen_label_is_encoded_by_the_target_mean():
    encoder = TargetEncoded(column="c", sources=("c",), table={"a": 0.5}, target_mean=0.2, scaling=HALVED)
    np.testing.assert_allclose(encoder.encode(pd.Series(["a", "never seen"], dtype="str")), [[-0.25], [-0.4]])


def test_zeros_and_ones_pass_through():
    encoder = PassedThrough(column="c", sources=("c",))
    np.testing.assert_array_equal(encoder.encode(pd.Series([0.0, 1.0])), [[0], [1]])
