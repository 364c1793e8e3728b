"""Categories are found among columns of 0 and 1, folded to codes and unfolded again."""

from __future__ import annotations

import numpy as np

from loan_default.models.categories import find_categories, fold, unfold


def made_up() -> np.ndarray:
    """A number, a category of three levels, a flag, another of two levels, a number of two values."""
    rng = np.random.default_rng(1)
    three, two = np.eye(3)[rng.integers(0, 3, 50)], np.eye(2)[rng.integers(0, 2, 50)]
    flag, half = rng.integers(0, 2, 50), rng.choice([-0.5, 0.5], 50)
    return np.column_stack([rng.normal(size=50), three, flag, two, half]).astype(np.float32)


def test_categories_are_adjacent_columns_of_which_one_is_one() -> None:
    assert find_categories(made_up()) == [[1, 2, 3], [4], [5, 6], [7]]


def test_a_row_without_a_level_makes_them_flags() -> None:
    X = made_up()
    X[0, 1:4] = 0
    assert find_categories(X)[:3] == [[1], [2], [3]]


def test_unfolding_takes_folding_back() -> None:
    X = made_up()
    categories = find_categories(X)
    folded = fold(X, categories)
    assert folded.shape == (50, 5)
    np.testing.assert_array_equal(folded[:, 1], X[:, 1:4].argmax(axis=1))
    np.testing.assert_array_equal(unfold(folded, categories), X)
