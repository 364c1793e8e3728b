"""Shapley values, against a definition written out."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest

from loan_default.scoring import shapley
from loan_default.scoring.shapley import Coalitions, coalitions


def by_definition(worth: dict[int, float], players: int) -> np.ndarray:
    """Mean over all orders of what each player adds when joining."""
    shares = np.zeros(players)
    orders = list(permutations(range(players)))
    for order in orders:
        inside = 0
        for player in order:
            shares[player] += worth[inside | 1 << player] - worth[inside]
            inside |= 1 << player
    return shares / len(orders)


def a_game(codes: np.ndarray, seed: int) -> dict[int, float]:
    """Single effects, effects of pairs, and a little of everything."""
    rng = np.random.default_rng(seed)
    single, pair = rng.normal(size=20), rng.normal(size=(20, 20)) / 4
    worth = {}
    for code in codes.tolist():
        member = np.array([code >> player & 1 for player in range(20)])
        worth[code] = float(single @ member + member @ pair @ member + 0.05 * np.sin(code))
    return worth


def shares(team: Coalitions, worth: dict[int, float]) -> np.ndarray:
    return team.weights @ np.array([worth[code] for code in team.codes.tolist()])


@pytest.mark.parametrize("players", [1, 2, 3, 6])
def test_few_players_are_exact(players: int) -> None:
    team = coalitions(players)
    worth = a_game(team.codes, players)
    np.testing.assert_allclose(shares(team, worth), by_definition(worth, players), atol=1e-12)


def test_a_game_worked_out_by_hand() -> None:
    # a alone 10, b alone 20, both 50: the 20 they gain together are halved.
    np.testing.assert_allclose(shares(coalitions(2), {0: 0, 1: 10, 2: 20, 3: 50}), [20, 30])


def test_no_player_makes_no_difference() -> None:
    team = coalitions(0)
    assert team.codes.tolist() == [0]
    assert team.weights.shape == (0, 1)


@pytest.mark.parametrize("players", [4, 10, 13, 18])
def test_shares_add_up(players: int) -> None:
    team = coalitions(players)
    worth = a_game(team.codes, 1)
    assert team.codes[0] == 0
    assert team.codes[-1] == 2**players - 1
    assert shares(team, worth).sum() == pytest.approx(worth[2**players - 1] - worth[0], abs=1e-10)


def test_sampled_shares_are_close_to_exact_ones_and_right_for_pairs() -> None:
    players = 12
    exact, sampled = shapley._exact(players), shapley._sampled(players)
    worth = a_game(exact.codes, 3)
    np.testing.assert_allclose(shares(sampled, worth), shares(exact, worth), atol=0.05)

    rng = np.random.default_rng(0)
    single, pair = rng.normal(size=players), rng.normal(size=(players, players))
    member = (exact.codes[:, None] >> np.arange(players)) & 1
    values = member @ single + np.einsum("ci,ij,cj->c", member, pair, member)
    in_pairs = dict(zip(exact.codes.tolist(), values.tolist(), strict=True))
    np.testing.assert_allclose(shares(sampled, in_pairs), shares(exact, in_pairs), atol=1e-9)


def test_the_same_players_give_the_same_coalitions() -> None:
    again = shapley._sampled(13)
    np.testing.assert_array_equal(again.codes, coalitions(13).codes)
    np.testing.assert_array_equal(again.weights, coalitions(13).weights)


def test_patterns_tell_which_of_some_players_are_in() -> None:
    team = coalitions(3)
    patterns, of_coalition = team.patterns((2, 0))
    # Coalitions 0..7: player 2 is bit 2 of the code and becomes bit 0, player 0 becomes bit 1.
    assert patterns[of_coalition].tolist() == [0, 2, 0, 2, 1, 3, 1, 3]
