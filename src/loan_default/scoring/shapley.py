"""Shapley values: how much each of several players contributes to the difference they make together.

Exact for few players. For more, the mean over random orders of joining, each order used forwards and
backwards, which gets the interplay of any two players exactly right (Castro, Gomez, Tejada, "Polynomial
calculation of the Shapley value based on sampling", 2009; Mitchell et al., "Sampling permutations for Shapley
value estimation", 2022). Either way the values add up to the difference.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from math import factorial

import numpy as np

EXACT_UP_TO = 10
"""Players for which all coalitions (1,024) are worked out."""
_PAIRS = 64
_SEED = 20260715


class Coalitions:
    """The coalitions to work out for so many players, and how their values make the players' shares.

    Attributes:
        codes: Each coalition as a number, player i being bit i; the first is empty, the last is full.
        weights: Shape (players, coalitions): times the coalitions' values gives the Shapley values.
    """

    def __init__(self, codes: np.ndarray, weights: np.ndarray) -> None:
        self.codes = codes
        self.weights = weights
        self._patterns: dict[tuple[int, ...], tuple[np.ndarray, np.ndarray]] = {}

    def patterns(self, players: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
        """Return which of some players are in the coalitions.

        Args:
            players: The players looked at.

        Returns:
            The distinct combinations as numbers, bit j being `players[j]`, and for each coalition the
            position of its combination among them.
        """
        if players not in self._patterns:
            code = np.zeros_like(self.codes)
            for bit, player in enumerate(players):
                code |= ((self.codes >> player) & 1) << bit
            self._patterns[players] = np.unique(code, return_inverse=True)
        return self._patterns[players]


@lru_cache(maxsize=64)
def coalitions(players: int) -> Coalitions:
    """Return the coalitions for so many players; the same ones at every call."""
    return _exact(players) if players <= EXACT_UP_TO else _sampled(players)


def _exact(players: int) -> Coalitions:
    codes = np.arange(2**players, dtype=np.int64)
    size = np.array([int(code).bit_count() for code in codes])
    # A player joins a coalition of n others in n! (players - n - 1)! of the players! orders.
    share = [factorial(n) * factorial(players - n - 1) / factorial(players) for n in range(players)]
    joins = np.array([*share, 0.0])
    leaves = np.array([0.0, *share])
    member = (codes[None, :] >> np.arange(players)[:, None]) & 1
    return Coalitions(codes, np.where(member == 1, leaves[size], -joins[size]))


def _sampled(players: int) -> Coalitions:
    rng = np.random.default_rng(_SEED)
    orders = [order for _ in range(_PAIRS) for order in _antithetic(rng.permutation(players))]
    paths = [np.concatenate([[0], np.cumsum(2 ** order.astype(object))]).tolist() for order in orders]
    codes = sorted({code for path in paths for code in path})
    place = {code: position for position, code in enumerate(codes)}
    weights = np.zeros((players, len(codes)))
    for order, path in zip(orders, paths, strict=True):
        for player, (before, after) in zip(order, pairwise(path), strict=True):
            weights[player, place[after]] += 1 / len(orders)
            weights[player, place[before]] -= 1 / len(orders)
    return Coalitions(np.array(codes, dtype=np.int64), weights)


def _antithetic(order: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return order, order[::-1]
