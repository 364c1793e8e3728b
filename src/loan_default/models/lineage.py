"""What a model was trained on, so that nothing mixes it with data of another run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from loan_default.errors import InputError
from loan_default.frames import fingerprint


def trained_on(model_input: pd.DataFrame) -> dict[str, str]:
    """Record what a model is trained on."""
    return {"model_input": fingerprint(model_input)}


def check_trained_on(record: Mapping[str, Any], model_input: pd.DataFrame) -> None:
    """Refuse a model that was trained on other features or rows.

    Args:
        record: Of `trained_on`, made when the model was trained.
        model_input: What it is to score.

    Raises:
        InputError: They differ.
    """
    if record["model_input"] != fingerprint(model_input):
        raise InputError(
            "The model on disk was trained on another model_input than the one there is now. Train it again: "
            "`kedro run --pipeline ann_training` for the ANN, `random_forest_comparison` for the others."
        )


def check_same_training(records: Mapping[str, Mapping[str, Any]]) -> None:
    """Refuse to compare models that were trained on different model input.

    Args:
        records: Of `trained_on`, by model.

    Raises:
        InputError: They are not all the same.
    """
    names = list(records)
    inputs = {name: record["model_input"] for name, record in records.items()}
    odd = [name for name in names if inputs[name] != inputs[names[-1]]]
    if odd:
        raise InputError(
            f"{', '.join(odd)} and {names[-1]} were trained on different model input and cannot be compared. "
            "Run `kedro run --pipeline ann_training` and then `random_forest_comparison`."
        )
