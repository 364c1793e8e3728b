from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from loan_default.evaluation.value.book import open_book
from loan_default.evaluation.value.policies import band_sets, policy_of, policy_table, segments
from loan_default.evaluation.value.settings import PolicySettings

BANDS = [("low", 0.2), ("medium", 0.5), ("high", 1.0)]


def test_a_cutoff_belongs_to_what_begins_there() -> None:
    policy = PolicySettings(refer_from=0.2, decline_from=0.4)
    said = [policy_of(p, policy) for p in (0.0, 0.19, 0.2, 0.39, 0.4, 1.0)]
    assert said == ["accept", "accept", "refer", "refer", "decline", "decline"]


def test_equal_cutoffs_refer_nobody() -> None:
    policy = PolicySettings(refer_from=0.3, decline_from=0.3)
    assert segments(BANDS, policy)["policy"].tolist() == ["accept", "accept", "decline", "decline"]


def test_bands_are_cut_where_the_policy_changes() -> None:
    pieces = segments(BANDS, PolicySettings(refer_from=0.2, decline_from=0.4))
    assert list(pieces.itertuples(index=False, name=None)) == [
        ("low", "accept", 0.0, 0.2, False),
        ("medium", "refer", 0.2, 0.4, True),
        ("medium", "decline", 0.4, 0.5, True),
        ("high", "decline", 0.5, 1.0, False),
    ]


def test_what_each_policy_holds_by_hand(four: pd.DataFrame, costs, quick) -> None:
    table = policy_table(open_book(four, costs()), BANDS, costs(), quick, seed=1)
    whole = table[table["band"] == "all"].set_index("policy")
    assert whole["n"].to_dict() == {"accept": 1, "refer": 2, "decline": 1}
    assert whole.loc["refer", "event_rate"] == 0.5
    assert whole.loc["refer", "money"] == pytest.approx(1000 * (20 - 150) / 4)
    assert whole.loc["refer", "loss"] == pytest.approx(1000 * 150 / 4)
    # Half of the applications at a hundredth of the mean amount of 250.
    assert whole["referral_cost"].to_dict() == {"accept": 0, "refer": 500 * 2.5, "decline": 0}


def test_policies_and_pieces_each_hold_every_loan_once(many: pd.DataFrame, costs, quick) -> None:
    book = open_book(many, costs())
    table = policy_table(book, BANDS, costs(), quick, seed=1)
    for rows in (table[table["band"] == "all"], table[table["band"] != "all"]):
        assert rows["n"].sum() == len(book)
        assert rows["money"].sum() == pytest.approx(1000 * book["gain"].mean())
        assert rows["referral_cost"].sum() == pytest.approx(
            1000 * 0.01 * book["exposure"].mean() * book["probability"].between(0.2, 0.4, "left").mean()
        )


def test_the_last_band_holds_certainty_too() -> None:
    sets = band_sets(np.array([0.0, 0.2, 0.5, 1.0]), BANDS)
    assert {name: inside.tolist() for name, inside in sets.items()} == {
        "low": [1, 0, 0, 0],
        "medium": [0, 1, 0, 0],
        "high": [0, 0, 1, 1],
    }
