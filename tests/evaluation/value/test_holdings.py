from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from loan_default.evaluation.rates import wilson_interval
from loan_default.evaluation.value.book import open_book
from loan_default.evaluation.value.holdings import hold


def test_counts_and_money_by_hand(four: pd.DataFrame, costs, quick) -> None:
    sets = {"first two": np.array([1.0, 1, 0, 0]), "halves": np.array([0, 0, 0.5, 0.5]), "none": np.zeros(4)}
    table, drawn = hold(open_book(four, costs()), sets, quick, seed=1)
    table = table.set_index("name")
    assert table["n"].tolist() == [2, 1, 0]
    assert table["share"].tolist() == [0.5, 0.25, 0]
    assert table["events"].tolist() == [0, 0.5, 0]
    assert table.loc["halves", "event_rate"] == pytest.approx(0.5)
    assert table.loc["halves", "event_rate_by_amount"] == pytest.approx(150 / 350)
    assert table["amount_share"].tolist() == pytest.approx([0.3, 0.35, 0])
    assert table.loc["first two", "mean_amount"] == pytest.approx(150)
    assert table["money"].tolist() == pytest.approx([1000 * 30 / 4, 1000 * (-75 + 20) / 4, 0])
    assert table.loc["none", ["event_rate", "event_rate_by_amount", "mean_amount"]].isna().all()
    assert drawn.total["first two gain"] == pytest.approx(30)


def test_event_rates_have_wilsons_interval(many: pd.DataFrame, costs, quick) -> None:
    book = open_book(many, costs())
    safe = (book["probability"] < 0.1).to_numpy(dtype=float)
    row = hold(book, {"safe": safe}, quick, seed=1)[0].iloc[0]
    low, high = wilson_interval(np.array([row["events"]]), np.array([row["n"]]), quick.confidence)
    assert (row["event_rate_low"], row["event_rate_high"]) == pytest.approx((low[0], high[0]))


def test_twins_make_intervals_wider(many: pd.DataFrame, costs, quick) -> None:
    book = open_book(many, costs())
    pairs = pd.concat([book, book], ignore_index=True).assign(twin_group=np.tile(np.arange(len(book)), 2))
    everyone = {"all": np.ones(len(pairs))}
    as_twins, as_strangers = (
        hold(rows, everyone, quick, seed=1)[0].iloc[0] for rows in (pairs, pairs.drop(columns="twin_group"))
    )
    for name in ("event_rate", "money"):
        wide, narrow = (row[f"{name}_high"] - row[f"{name}_low"] for row in (as_twins, as_strangers))
        assert wide == pytest.approx(narrow * 2**0.5, rel=0.25)


def test_difference_of_two_rates(four: pd.DataFrame, costs, quick) -> None:
    sets = {"a": np.array([1.0, 1, 0, 0]), "b": np.array([0, 0, 1.0, 1]), "none": np.zeros(4)}
    drawn = hold(open_book(four, costs()), sets, quick, seed=1)[1]
    estimate, low, high = drawn.difference(("b events", "b n"), ("a events", "a n"))
    assert estimate == 0.5
    assert low <= estimate <= high
    assert np.isnan(drawn.difference(("a events", "a n"), ("none events", "none n"))).all()
