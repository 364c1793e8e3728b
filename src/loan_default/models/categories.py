"""Categories among numeric features: what was one column before it was spread over columns of 0 and 1."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def find_categories(X: np.ndarray) -> list[list[int]]:
    """Find the features that are categories in disguise.

    Args:
        X: Features, shape (rows, features).

    Returns:
        Positions of the features by category: adjacent columns of 0 and 1 of which every row has exactly one
        at 1 (a category, one-hot), and each other column of at most two values by itself (a flag).
    """
    two = [column for column in range(X.shape[1]) if len(np.unique(X[:, column])) <= 2]
    found: list[list[int]] = []
    while two:
        category = _one_hot(X, two) or two[:1]
        found.append(category)
        two = two[len(category) :]
    return found


def fold(X: np.ndarray, categories: Sequence[list[int]]) -> np.ndarray:
    """Return the other columns in order, and after them one column of codes for each category."""
    codes = [X[:, c].argmax(axis=1) if len(c) > 1 else X[:, c[0]] for c in categories]
    return np.column_stack([X[:, _others(X.shape[1], categories)], *codes])


def unfold(folded: np.ndarray, categories: Sequence[list[int]]) -> np.ndarray:
    """Take back `fold`: every row has exactly one of the columns of a category at 1."""
    alone = folded.shape[1] - len(categories)
    features = alone + sum(map(len, categories))
    X = np.zeros((len(folded), features), dtype=folded.dtype)
    X[:, _others(features, categories)] = folded[:, :alone]
    for place, category in enumerate(categories, start=alone):
        codes = folded[:, place]
        if len(category) == 1:
            X[:, category[0]] = codes
        else:
            X[np.arange(len(X)), np.take(category, codes.astype(int))] = 1
    return X


def _one_hot(X: np.ndarray, columns: list[int]) -> list[int]:
    """Return the first columns, adjacent, of which every row has exactly one at 1, if there are any."""
    taken = np.zeros(len(X))
    for count, column in enumerate(columns):
        if column != columns[0] + count or not np.isin(X[:, column], (0, 1)).all():
            return []
        taken += X[:, column]
        if taken.max() > 1:
            return []
        if taken.min() == 1:
            return columns[: count + 1]
    return []


def _others(features: int, categories: Sequence[list[int]]) -> list[int]:
    within = {column for category in categories for column in category}
    return [column for column in range(features) if column not in within]
