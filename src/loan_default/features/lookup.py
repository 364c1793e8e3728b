"""Look labels up in a table: once per label, not once per row."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd


def look_up(labels: pd.Series, table: Mapping[str, float], otherwise: float) -> np.ndarray:
    """Replace each label by its number.

    Args:
        labels: Column of labels.
        table: Number of each known label.
        otherwise: Number of labels not in the table, and of missing ones.

    Returns:
        float64 of shape (rows,).
    """
    codes, distinct = pd.factorize(labels)
    # A missing label has code -1, which finds the last entry.
    numbers = np.array([*(table.get(label, otherwise) for label in distinct), otherwise], dtype=np.float64)
    return numbers[codes]
