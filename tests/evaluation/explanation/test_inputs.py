"""Default rates along an input, against hand-computed values."""

import numpy as np
import pytest

from loan_default.evaluation.explanation.inputs import Input, observe

NUMBER = Input("income", "Income (EUR)", "number", (), lambda value: f"{value:g}")
SIZES = ("small", "middle", "big")
SIZE = Input("size", "Size", "ordered", SIZES, lambda place: SIZES[int(place)])


def seen(of, values, default, units=None, bins=2):
    units = np.arange(len(values)) if units is None else np.asarray(units)
    return observe(of, np.array(values, dtype=float), np.array(default), units, bins, 0.95)


def test_numbers_are_binned_at_quantiles_and_missing_is_last():
    table = seen(NUMBER, [1, 2, 3, 4, np.nan, np.nan], [1, 0, 0, 0, 1, 1])
    assert table["bin"].tolist() == ["1 to 2", "3 to 4", "missing"]
    assert table["value"].tolist() == pytest.approx([1.5, 3.5, np.nan], nan_ok=True)
    assert table["n"].tolist() == [2, 2, 2]
    assert table["event_rate"].tolist() == [0.5, 0, 1]
    # One of three goods, one of three events.
    assert table["woe"].iloc[0] == pytest.approx(np.log((1 / 3) / (1 / 3)))
    # Half a row more of each in the bin without events: (2.5 / 3) goods, (0.5 / 3) events.
    assert table["woe"].iloc[1] == pytest.approx(np.log(2.5 / 0.5))


def test_labels_stay_in_their_order_and_higher_is_safer():
    table = seen(SIZE, [2, 0, 1, 0, 2, 1, 0, np.nan], [0, 1, 0, 1, 0, 1, 0, 1])
    assert table["bin"].tolist() == ["small", "middle", "big", "missing"]
    assert table["n"].tolist() == [3, 2, 2, 1]
    assert table["events"].tolist() == [2, 1, 0, 1]
    assert table["woe"].iloc[2] > table["woe"].iloc[1] > table["woe"].iloc[0]


def test_a_label_without_rows_has_no_bin():
    assert seen(SIZE, [0, 2, 0, 2], [0, 1, 1, 0])["bin"].tolist() == ["small", "big"]


def test_intervals_are_wilson_s_and_wider_where_twins_fail_together():
    from scipy.stats import binomtest

    values, default = [1] * 20 + [2] * 20, [1] * 4 + [0] * 16 + [1] * 10 + [0] * 10
    alone = seen(NUMBER, values, default)
    wilson = binomtest(4, 20).proportion_ci(0.95, "wilson")
    assert alone.loc[0, ["low", "high"]].tolist() == pytest.approx([wilson.low, wilson.high])
    together = seen(NUMBER, values, default, units=np.arange(40) // 2)
    assert (together["high"] - together["low"] > alone["high"] - alone["low"]).all()
