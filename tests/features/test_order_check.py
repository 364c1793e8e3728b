"""Orders that are none of risk."""

import numpy as np
import pandas as pd
import pytest

from loan_default.features.encoders import Ordinal
from loan_default.features.order_check import orders_not_of_risk
from loan_default.features.scaling import MinMax
from loan_default.frames import DEFAULT, PART

ENCODER = Ordinal(
    column="account",
    sources=("account",),
    order=("low", "middle", "high"),
    fill=1.0,
    flag_missing=False,
    scaling=MinMax(minimum=0, maximum=2),
)


def made_up(**percent):
    """Return 200 train rows of each label, with so many defaults in a hundred."""
    labels = np.repeat(list(percent), 200)
    default = np.concatenate([np.arange(200) < 2 * events for events in percent.values()])
    return pd.DataFrame({"account": labels, DEFAULT: default.astype("int8"), PART: "train"})


def test_default_rates_that_go_up_and_down():
    found = orders_not_of_risk(made_up(high=20, low=12, middle=49), (ENCODER,))
    assert found == {"account": {"low": 0.12, "middle": 0.49, "high": 0.20}}
    assert list(found["account"]) == ["low", "middle", "high"]


@pytest.mark.parametrize(
    "percent",
    [
        {"low": 10, "middle": 20, "high": 40},
        {"low": 40, "middle": 20, "high": 10},
        # Chance.
        {"low": 10, "middle": 14, "high": 12},
        # A step back that costs little of what the order tells.
        {"low": 1, "middle": 70, "high": 60},
        {"low": 12, "high": 49},
        {"low": 10},
    ],
)
def test_orders_of_risk(percent):
    assert orders_not_of_risk(made_up(**percent), (ENCODER,)) == {}


def test_other_parts_and_filled_in_labels_do_not_count():
    clean = made_up(low=12, middle=49, high=20)
    assert orders_not_of_risk(clean.assign(**{PART: "test"}), (ENCODER,)) == {}
    filled = clean.assign(account_missing=(clean["account"] == "high").astype(float))
    assert orders_not_of_risk(filled, (ENCODER,)) == {}
