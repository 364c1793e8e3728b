"""Frames that must not pass from one pipeline to the next; all made up."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from loan_default.errors import InputError
from loan_default.frame_checks import check_clean_applications, check_model_input, check_predictions


def keys() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "row_id": [1, 2, 3, 4],
            "part": ["train", "train", "validation", "test"],
            "default": np.array([0, 1, 0, 1], dtype=np.int8),
            "twin_group": [0, 1, 2, 3],
        }
    )


def model_input() -> pd.DataFrame:
    return keys().assign(income=np.arange(4, dtype=np.float32))


def predictions() -> pd.DataFrame:
    return keys().assign(probability=[0.1, 0.2, 0.3, 0.9], prediction=[0, 0, 0, 1])


def test_sound_frames_pass() -> None:
    check_clean_applications(keys())
    check_model_input(model_input())
    check_predictions(predictions())


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (keys().drop(columns="twin_group"), "twin_group missing"),
        (keys().assign(row_id=1), "row id occurs twice"),
        (keys().assign(part="train"), r"parts are \['train'\]"),
        (keys().assign(default=2), "neither 0 nor 1"),
    ],
)
@pytest.mark.parametrize("check", [check_clean_applications, check_model_input, check_predictions])
def test_keys_are_checked(check: Callable[[pd.DataFrame], None], frame: pd.DataFrame, message: str) -> None:
    with pytest.raises(InputError, match=message):
        check(frame)


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (model_input().astype({"income": "float64"}), "income must be float32"),
        (
            model_input().assign(income=np.array([1, np.nan, 2, 3], dtype=np.float32)),
            "missing or infinite values in income",
        ),
        (
            model_input().assign(income=np.array([1, np.inf, 2, 3], dtype=np.float32)),
            "missing or infinite values in income",
        ),
        (keys(), "no feature"),
    ],
)
def test_features_are_checked(frame: pd.DataFrame, message: str) -> None:
    with pytest.raises(InputError, match=message):
        check_model_input(frame)


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (predictions().drop(columns="probability"), "probability missing"),
        (predictions().assign(probability=[0.1, 0.2, 0.3, 1.0]), "inside"),
        (predictions().assign(probability=[0.1, 0.2, 0.3, np.nan]), "inside"),
        (predictions().assign(prediction=2), "neither 0 nor 1"),
    ],
)
def test_probabilities_are_checked(frame: pd.DataFrame, message: str) -> None:
    with pytest.raises(InputError, match=message):
        check_predictions(frame)
