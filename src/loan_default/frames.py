"""The frame that flows between pipelines: a row id, its part, its outcome, and features.

One frame with row identity instead of an X/y quadruple, so that every later analysis can find its rows.
"""

from __future__ import annotations

import hashlib

import numpy as np
import pandas as pd

ROW_ID = "row_id"
PART = "part"
DEFAULT = "default"
TWIN_GROUP = "twin_group"

TRAIN = "train"
VALIDATION = "validation"
TEST = "test"
PARTS = (TRAIN, VALIDATION, TEST)

KEYS = (ROW_ID, PART, DEFAULT, TWIN_GROUP)
"""Columns that identify a row; none of them is ever a feature."""


def feature_names(frame: pd.DataFrame) -> list[str]:
    """Name the feature columns of a frame, in order."""
    return [name for name in frame.columns if name not in KEYS]


def in_part(frame: pd.DataFrame, part: str) -> pd.DataFrame:
    """Return the rows of one part."""
    return frame.loc[frame[PART] == part]


def feature_matrix(frame: pd.DataFrame, part: str | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Return features and outcome of one part, or of every row.

    Args:
        frame: Model input: keys and float32 features.
        part: One of `PARTS`; every row where it is None.

    Returns:
        X, float32 of shape (rows, features), and y, int8 of shape (rows,) with 1 = default.
    """
    rows = frame if part is None else in_part(frame, part)
    X = np.ascontiguousarray(rows[feature_names(frame)].to_numpy(dtype=np.float32))
    return X, rows[DEFAULT].to_numpy(dtype=np.int8)


def fingerprint(frame: pd.DataFrame) -> str:
    """Return 16 hex digits that change with any value, row, order of rows, or column of a frame."""
    digest = hashlib.sha256("\x1f".join(frame.columns).encode())
    digest.update(pd.util.hash_pandas_object(frame, index=False).to_numpy().tobytes())
    return digest.hexdigest()[:16]
