"""An isolation forest as plain arrays, applied without scikit-learn.

Source: Liu, Ting, Zhou, "Isolation Forest", ICDM 2008.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class IsolationTrees:
    """Fitted trees.

    Attributes:
        columns: Numeric columns, in the order the trees number them.
        trees: For each tree the arrays feature (-1 at a leaf), threshold, left, right and, at a leaf, path.
        expected_path: Mean path length by which depths are scaled.
        offset: Rows whose score falls below it are outliers.
    """

    columns: tuple[str, ...]
    trees: tuple[dict[str, np.ndarray], ...]
    expected_path: float
    offset: float

    def outliers(self, clean: pd.DataFrame) -> np.ndarray:
        """Tell which rows are outliers, shape (rows,), bool; the columns must have no missing value."""
        values = clean[list(self.columns)].to_numpy(dtype=np.float32)
        depth = np.zeros(len(values))
        for tree in self.trees:
            depth += _path_length(tree, values)
        score = -(2.0 ** (-depth / (len(self.trees) * self.expected_path)))
        return score < self.offset

    def to_dict(self) -> dict[str, Any]:
        """Return the trees as plain data for JSON."""
        return {
            "columns": list(self.columns),
            "trees": [{name: array.tolist() for name, array in tree.items()} for tree in self.trees],
            "expected_path": self.expected_path,
            "offset": self.offset,
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """Rebuild the trees from `to_dict`."""
        return cls(
            columns=tuple(data["columns"]),
            trees=tuple({name: np.asarray(array) for name, array in tree.items()} for tree in data["trees"]),
            expected_path=data["expected_path"],
            offset=data["offset"],
        )


def _path_length(tree: dict[str, np.ndarray], values: np.ndarray) -> np.ndarray:
    node = np.zeros(len(values), dtype=np.intp)
    rows = np.arange(len(values))
    inner = tree["feature"][node] >= 0
    while inner.any():
        at, who = node[inner], rows[inner]
        goes_left = values[who, tree["feature"][at]] <= tree["threshold"][at]
        node[inner] = np.where(goes_left, tree["left"][at], tree["right"][at])
        inner = tree["feature"][node] >= 0
    return tree["path"][node]
