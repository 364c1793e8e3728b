"""What must hold of a frame whenever it is saved or loaded between pipelines.

The catalog names these functions as validators, so that a file from another run, or one damaged on disk, is
refused before a model learns from it.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from loan_default.errors import InputError
from loan_default.frames import DEFAULT, KEYS, PART, PARTS, ROW_ID, feature_names

PREDICTED = ("probability", "prediction")


def check_clean_applications(frame: pd.DataFrame) -> None:
    """Check keys, parts and outcome."""
    _check_keys(frame, "clean_applications")


def check_model_input(frame: pd.DataFrame) -> None:
    """Check keys, and that every feature is float32 and finite."""
    _check_keys(frame, "model_input")
    features = frame[feature_names(frame)]
    wrong = [name for name, dtype in features.dtypes.items() if dtype != np.float32]
    if wrong:
        raise InputError(f"model_input: {', '.join(map(str, wrong[:5]))} must be float32. {_AGAIN}")
    if features.empty:
        raise InputError(f"model_input has no feature or no row. {_AGAIN}")
    finite = np.isfinite(features.to_numpy()).all(axis=0)
    if not finite.all():
        bad = features.columns[~finite][:5]
        raise InputError(f"model_input: missing or infinite values in {', '.join(map(str, bad))}. {_AGAIN}")


def check_predictions(frame: pd.DataFrame) -> None:
    """Check keys, probabilities inside (0, 1), and decisions that are 0 or 1."""
    _check_keys(frame, "predictions")
    absent = [name for name in PREDICTED if name not in frame]
    if absent:
        raise InputError(f"predictions: {', '.join(absent)} missing. {_AGAIN}")
    if not frame["probability"].between(0, 1, inclusive="neither").all():
        raise InputError(f"predictions: a probability is missing or not inside (0, 1). {_AGAIN}")
    if not frame["prediction"].isin([0, 1]).all():
        raise InputError(f"predictions: a prediction is neither 0 nor 1. {_AGAIN}")


_AGAIN = "Run the pipeline that makes it again."


def _check_keys(frame: pd.DataFrame, name: str) -> None:
    absent = [key for key in KEYS if key not in frame]
    if absent:
        raise InputError(f"{name}: {', '.join(absent)} missing. {_AGAIN}")
    if not frame[ROW_ID].is_unique:
        raise InputError(f"{name}: a row id occurs twice. {_AGAIN}")
    parts = set(frame[PART])
    if parts != set(PARTS):
        raise InputError(f"{name}: the parts are {sorted(map(str, parts))}, not {list(PARTS)}. {_AGAIN}")
    if not frame[DEFAULT].isin([0, 1]).all():
        raise InputError(f"{name}: `default` is neither 0 nor 1 somewhere. {_AGAIN}")
