from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from loan_default.evaluation.value.book import open_book
from loan_default.evaluation.value.policies import band_sets, policy_sets, policy_table


def test_what_each_policy_holds_by_hand(four: pd.DataFrame, bands, costs, quick) -> None:
    table = policy_table(open_book(four, costs()), bands, costs(), quick, seed=1)
    assert table[["band", "policy", "low", "high"]].head(3).to_numpy().tolist() == [
        ["low", "accept", 0, 0.2],
        ["medium", "refer", 0.2, 0.4],
        ["high", "decline", 0.4, 1],
    ]
    whole = table[table["band"].isna()].set_index("policy")
    assert whole["n"].to_dict() == {"accept": 1, "refer": 2, "decline": 1}
    assert whole.loc["refer", "event_rate"] == 0.5
    assert whole.loc["refer", "money"] == pytest.approx(1000 * (20 - 150) / 4)
    assert whole.loc["refer", "loss"] == pytest.approx(1000 * 150 / 4)
    # Half of the applications at a hundredth of the mean amount of 250.
    assert whole["referral_cost"].to_dict() == {"accept": 0, "refer": 500 * 2.5, "decline": 0}


def test_policies_and_pieces_each_hold_every_loan_once(many: pd.DataFrame, bands, costs, quick) -> None:
    book = open_book(many, costs())
    table = policy_table(book, bands, costs(), quick, seed=1)
    for rows in (table[table["band"].isna()], table[table["band"].notna()]):
        assert rows["n"].sum() == len(book)
        assert rows["money"].sum() == pytest.approx(1000 * book["gain"].mean())
        assert rows["referral_cost"].sum() == pytest.approx(
            1000 * 0.01 * book["exposure"].mean() * book["probability"].between(0.2, 0.4, "left").mean()
        )


def test_a_policy_over_several_bands_is_their_sum(many: pd.DataFrame, bands, costs, quick) -> None:
    mild = (*(band.model_copy(update={"policy": "accept"}) for band in bands[:2]), bands[2])
    book = open_book(many, costs())
    table = policy_table(book, mild, costs(), quick, seed=1)
    assert table["policy"].tolist() == ["accept", "accept", "decline", "accept", "decline"]
    assert table.loc[3, ["low", "high"]].tolist() == [0, 0.4]
    for column in ("n", "events", "money", "loss"):
        assert table.loc[3, column] == pytest.approx(table.loc[:1, column].sum())
    assert table["referral_cost"].eq(0).all()


def test_a_band_may_be_called_as_a_policy_or_all(four: pd.DataFrame, bands, costs, quick) -> None:
    names = ("all", "accept", "nan")
    named = tuple(band.model_copy(update={"name": name}) for band, name in zip(bands, names, strict=True))
    table = policy_table(open_book(four, costs()), named, costs(), quick, seed=1)
    assert table["n"].tolist() == [1, 2, 1, 1, 2, 1]


def test_the_last_band_holds_certainty_too(bands) -> None:
    p = np.array([0.0, 0.2, 0.4, 1.0])
    expected = [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 1]]
    assert [inside.tolist() for inside in band_sets(p, bands).values()] == expected
    assert list(band_sets(p, bands)) == ["low", "medium", "high"]
    assert [inside.tolist() for inside in policy_sets(p, bands).values()] == expected
    assert list(policy_sets(p, bands)) == ["accept", "refer", "decline"]
    assert list(policy_sets(p, bands[:1])) == ["accept"]
