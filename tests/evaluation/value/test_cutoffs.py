from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from loan_default.evaluation.value.book import open_book
from loan_default.evaluation.value.cutoffs import best_cutoff, cutoff_grid, cutoff_table, is_granted

# Gains of the four loans, safest first: 10, 20, -150, 40; so profit is 0, 10, 30, -120, -80.


def test_profit_by_cutoff_by_hand(four: pd.DataFrame, costs) -> None:
    table = cutoff_table(open_book(four, costs()), np.array([0.0, 0.15, 0.2, 0.25, 0.35, 1.0]))
    assert (table["profit"] * 4 / 1000).tolist() == pytest.approx([0, 10, 10, 30, -120, -80])
    assert table["acceptance_rate"].tolist() == [0, 0.25, 0.25, 0.5, 0.75, 1]
    assert table["acceptance_rate_by_amount"].tolist() == pytest.approx([0, 0.1, 0.1, 0.3, 0.6, 1])
    assert table["default_rate"].tolist()[1:] == pytest.approx([0, 0, 0, 1 / 3, 1 / 4])
    assert table["default_rate_by_amount"].tolist()[1:] == pytest.approx([0, 0, 0, 300 / 600, 300 / 1000])
    assert np.isnan(table["default_rate"].iloc[0])


def test_loss_and_what_was_foretold(four: pd.DataFrame, costs) -> None:
    last = cutoff_table(open_book(four, costs()), np.array([1.0])).iloc[0]
    assert last["loss"] == pytest.approx(1000 * 150 / 4)
    assert last["expected_loss"] == pytest.approx(1000 * (0.1 * 50 + 0.2 * 100 + 0.3 * 150 + 0.4 * 200) / 4)
    expected = 0.9 * 10 - 0.1 * 50 + 0.8 * 20 - 0.2 * 100 + 0.7 * 30 - 0.3 * 150 + 0.6 * 40 - 0.4 * 200
    assert last["expected_profit"] == pytest.approx(1000 * expected / 4)


def test_best_cutoff_lies_between_the_last_granted_and_the_first_refused(
    four: pd.DataFrame, costs, quick
) -> None:
    best = best_cutoff(open_book(four, costs()), 0.01, quick, seed=1)
    assert best.cutoff == pytest.approx(0.25)
    assert best.profit == pytest.approx(1000 * 30 / 4)
    assert best.flat == ((best.cutoff, best.cutoff),)
    assert best.low <= best.cutoff <= best.high


def test_the_flat_range_holds_every_cutoff_near_the_best(four: pd.DataFrame, costs, quick) -> None:
    # 10 and 30 are within 70 % of 30, 0 is not.
    best = best_cutoff(open_book(four, costs()), 0.7, quick, seed=1)
    assert best.around == pytest.approx((0.15, 0.25))


def test_a_dip_parts_the_flat_range(costs, quick) -> None:
    """Profit climbs to 40, falls to 20 and comes back to 39.5: within 2 %, but not the way there."""
    loans = pd.DataFrame(
        {"default": [0, 1, 0], "probability": [0.1, 0.2, 0.3], "amount": [400.0, 40.0, 195.0]}
    )
    book = open_book(loans, costs())
    assert (book["gain"].cumsum()).tolist() == pytest.approx([40, 20, 39.5])
    best = best_cutoff(book, 0.02, quick, seed=1)
    assert best.flat == (pytest.approx((0.15, 0.15)), (1.0, 1.0))
    assert best.around == best.flat[0]
    assert best_cutoff(book, 0.01, quick, seed=1).flat == best.flat[:1]


def test_cutoff_1_grants_a_probability_of_1_too(costs, quick) -> None:
    loans = pd.DataFrame({"default": [0, 0, 1, 0], "probability": [0.1, 0.2, 0.3, 1.0], "amount": 1.0})
    book = open_book(loans.assign(amount=[100.0, 100.0, 1.0, 100.0]), costs())
    best = best_cutoff(book, 0.01, quick, seed=1)
    table = cutoff_table(book, np.array([best.cutoff]))
    assert (best.cutoff, table["acceptance_rate"].iloc[0]) == (1.0, 1.0)
    assert table["profit"].iloc[0] == pytest.approx(best.profit)
    assert is_granted(loans["probability"].to_numpy(), 1.0).all()
    assert is_granted(loans["probability"].to_numpy(), 0.3).tolist() == [True, True, False, False]


def test_of_equals_the_one_that_grants_most(costs, quick) -> None:
    loans = pd.DataFrame(
        {"default": [0, 1, 0], "probability": [0.1, 0.2, 0.3], "amount": [100.0, 20.0, 100.0]}
    )
    # Gains 10, -10, 10: granting one and granting all both earn 10.
    assert best_cutoff(open_book(loans, costs()), 0.01, quick, seed=1).cutoff == 1.0


def test_where_nothing_pays_grant_nothing(costs, quick) -> None:
    loans = pd.DataFrame({"default": [1, 1, 0], "probability": [0.1, 0.2, 0.3]})
    best = best_cutoff(open_book(loans, costs()), 0.01, quick, seed=1)
    assert (best.cutoff, best.profit) == (0.0, 0.0)


def test_loans_that_tie_are_granted_or_refused_together(costs, quick) -> None:
    loans = pd.DataFrame(
        {"default": [0, 1, 0, 0], "probability": [0.2, 0.2, 0.2, 0.1], "amount": [100.0, 20.0, 100.0, 10.0]}
    )
    best = best_cutoff(open_book(loans, costs()), 0.01, quick, seed=1)
    assert best.cutoff == 1.0
    assert best.profit == pytest.approx(1000 * (10 - 10 + 10 + 1) / 4)


def test_the_best_is_no_worse_than_any_cutoff_of_the_curve(many: pd.DataFrame, costs, quick) -> None:
    book = open_book(many, costs())
    best = best_cutoff(book, 0.01, quick, seed=1)
    table = cutoff_table(book, cutoff_grid(book, best.cutoff))
    assert best.profit == pytest.approx(table["profit"].max())
    assert best.profit == pytest.approx(table.set_index("cutoff").loc[best.cutoff, "profit"])
    assert best.around[0] <= best.cutoff <= best.around[1]
    for low, high in best.flat:
        inside = table[table["cutoff"].between(low, high)]
        assert (inside["profit"] >= 0.99 * best.profit - 1e-9).all()


def test_the_ends_of_the_curve(many: pd.DataFrame, costs) -> None:
    book = open_book(many, costs())
    table = cutoff_table(book, cutoff_grid(book))
    assert table["profit"].iloc[0] == 0
    assert table["profit"].iloc[-1] == pytest.approx(book["gain"].mean() * 1000)
    assert table["default_rate"].iloc[-1] == pytest.approx(book["default"].mean())
    assert (table["acceptance_rate"].iloc[[0, -1]] == [0, 1]).all()


def test_with_right_probabilities_and_one_margin_the_best_is_near_the_break_even_probability(
    costs, quick
) -> None:
    """Made up: outcomes drawn from the probabilities. margin / (margin + loss) = 0.1 / 0.6."""
    rng = np.random.default_rng(3)
    p = rng.uniform(0.01, 0.6, 40_000)
    loans = pd.DataFrame({"default": (rng.random(len(p)) < p).astype(int), "probability": p})
    best = best_cutoff(open_book(loans, costs()), 0.01, quick, seed=1)
    assert best.low <= 1 / 6 <= best.high
    assert best.flat[0][0] <= 1 / 6 <= best.flat[-1][1]
    assert best.cutoff == pytest.approx(1 / 6, abs=0.02)


def test_twins_are_drawn_together(many: pd.DataFrame, costs, quick) -> None:
    book = open_book(many, costs())
    copies = pd.concat([book.assign(twin_group=np.arange(len(book)))] * 2, ignore_index=True)
    alone, together = (
        best_cutoff(rows, 0.01, quick, seed=1)
        for rows in (book.assign(twin_group=np.arange(len(book))), copies)
    )
    assert (alone.low, alone.high) == pytest.approx((together.low, together.high))
