from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from loan_default.evaluation.value.book import open_book
from loan_default.evaluation.value.swaps import BOTH, IN, NEITHER, OUT, swap_sets, swap_table


def test_swap_sets_by_hand(four: pd.DataFrame, costs, quick) -> None:
    # Each model grants two: the new one the first and second, the old one the first and third.
    sets = swap_sets(np.array([1, 2, 3, 4]), np.array([1, 3, 2, 4]), 2)
    assert {name: weight.tolist() for name, weight in sets.items()} == {
        BOTH: [1, 0, 0, 0],
        IN: [0, 1, 0, 0],
        OUT: [0, 0, 1, 0],
        NEITHER: [0, 0, 0, 1],
    }
    table, rate, money = swap_table(open_book(four, costs()), sets, quick, seed=1)
    table = table.set_index("name")
    assert table.loc[[IN, OUT], "event_rate"].tolist() == [0, 1]
    assert rate[0] == -1
    # 20 come in instead of -150, of four applications.
    assert money[0] == pytest.approx(1000 * 170 / 4)
    assert money[1] <= money[0] <= money[2]


@pytest.mark.parametrize("levels", [3, 1000])
@pytest.mark.parametrize("seed", range(3))
def test_as_many_come_in_as_go_out_and_every_loan_is_counted_once(seed: int, levels: int) -> None:
    rng = np.random.default_rng(seed)
    new, old = rng.integers(0, levels, (2, 200))
    sets = swap_sets(new, old, 117)
    assert sets[IN].sum() == pytest.approx(sets[OUT].sum())
    assert sets[BOTH].sum() + sets[IN].sum() == pytest.approx(117)
    assert sum(sets.values()) == pytest.approx(np.ones(200))


def test_money_of_the_swap_is_the_difference_of_the_two_models(many: pd.DataFrame, costs, quick) -> None:
    from loan_default.evaluation.value.rules import rule_table

    book = open_book(many, costs())
    new, old = book["probability"].to_numpy(), book["other_probability"].to_numpy()
    granted = (new < 0.2).astype(float)
    _, _, money = swap_table(book, swap_sets(new, old, granted.sum()), quick, seed=1)
    row = rule_table(book, {"rule": granted}, {"old": old}, quick, seed=1).iloc[0]
    assert money == pytest.approx(tuple(row[["over_old", "over_old_low", "over_old_high"]]))


def test_models_that_rank_alike_swap_nobody(many: pd.DataFrame, costs, quick) -> None:
    book = open_book(many, costs())
    p = book["probability"].to_numpy()
    table, rate, money = swap_table(book, swap_sets(p, p**2, 300), quick, seed=1)
    assert table.set_index("name").loc[[IN, OUT], "n"].tolist() == [0, 0]
    assert np.isnan([*rate, *money]).all()
