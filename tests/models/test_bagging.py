import numpy as np
import pytest

from loan_default.errors import InputError
from loan_default.models.bagging import deal_out

Y = np.tile([0, 1], 50).astype(np.int8)


def test_each_row_stops_one_network_and_trains_the_others():
    dealt = list(deal_out(Y, None, networks=4, seed=1))
    stopping = np.concatenate([stop for _, stop in dealt])
    assert sorted(stopping) == list(range(100))
    for train, stop in dealt:
        assert sorted([*train, *stop]) == list(range(100))
        assert len(stop) == 25


def test_twins_stay_together():
    twins = np.repeat(np.arange(20), 5)
    for train, stop in deal_out(Y, twins, networks=4, seed=1):
        assert not set(twins[train]) & set(twins[stop])


def test_a_fold_of_one_class_is_refused():
    y = np.zeros(100, dtype=np.int8)
    y[0] = 1
    with pytest.raises(InputError, match=r"Dealt out to 3 folds, .* one without defaults"):
        list(deal_out(y, None, networks=3, seed=1))
