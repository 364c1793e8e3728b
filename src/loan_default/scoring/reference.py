"""The reference that goes into a bundle: how inputs and scores were distributed where the model was made."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from pydantic import ValidationError

from loan_default.errors import InputError
from loan_default.evaluation.monitoring.reference import ColumnReference, Reference, ScoreReference
from loan_default.evaluation.risk_bands import Bands
from loan_default.frames import PART, TRAIN
from loan_default.portfolio.cleaner import ApplicationCleaner
from loan_default.portfolio.description import Portfolio
from loan_default.scoring.bundle import REFERENCE
from loan_default.scoring.fields import Field
from loan_default.scoring.settings import ServiceSettings, bands_of
from loan_default.scoring.training_facts import train_rows_as_given


def describe_reference(
    raw: pd.DataFrame,
    clean: pd.DataFrame,
    portfolio: Portfolio,
    cleaner: ApplicationCleaner,
    fields: Sequence[Field],
    predictions: Mapping[str, pd.DataFrame],
    service: ServiceSettings,
) -> dict[str, Any]:
    """Describe the inputs of the train rows, and the scores of the others by model.

    Scores are those of validation and test rows: of rows it learnt from a model is too sure.

    Args:
        raw: The lender's file, every column as text, index `row_number`.
        clean: The cleaned applications, for which rows are train rows.
        portfolio: The description of the file.
        cleaner: Fitted cleaner.
        fields: What an application consists of.
        predictions: `part`, `probability`, `prediction` by model.
        service: Risk bands.

    Returns:
        Plain data for JSON: `inputs` by field and `scores` by model; bins and counts, nobody's own values.
    """
    # The application date is later for every new application: no drift.
    watched = [field for field in fields if field.name != cleaner.portfolio.application_date]
    names = tuple(field.name for field in watched)
    columns = as_columns(train_rows_as_given(raw, clean, portfolio, cleaner, names), watched)
    return {
        "inputs": {
            field.name: ColumnReference.learn(columns[field.name], closed=not field.open).model_dump(
                mode="json"
            )
            for field in watched
        },
        "scores": {
            model: _score(rows.loc[rows[PART] != TRAIN], service).model_dump(mode="json")
            for model, rows in predictions.items()
        },
    }


def as_columns(given: pd.DataFrame, fields: Sequence[Field]) -> pd.DataFrame:
    """Turn inputs into what a reference holds: numbers, dates and labels; of a text its length.

    Args:
        given: Typed columns, or canonical values as the prediction log has them.
        fields: What an application consists of.
    """
    return pd.DataFrame({field.name: _as_column(given[field.name], field) for field in fields})


def read_reference(folder: Path) -> Reference:
    """Read the reference of a bundle that `read_bundle` has checked.

    Raises:
        InputError: The bundle has none, as it was packed by an earlier version.
    """
    file = folder / REFERENCE
    if not file.is_file():
        raise InputError(
            f"The scoring bundle {folder} holds no reference for monitoring: it was packed by an earlier "
            "version. Run `kedro run --pipeline random_forest_comparison` to pack it again."
        )
    try:
        return Reference.model_validate(json.loads(file.read_bytes()))
    except (ValueError, ValidationError) as error:
        raise InputError(f"{file} cannot be read as a reference for monitoring: {error}") from error


def _as_column(values: pd.Series, field: Field) -> pd.Series:
    match field.kind:
        case "number":
            # The log holds canonical values; one that was edited by hand counts as missing.
            return pd.to_numeric(values, errors="coerce").astype("float64")
        case "date":
            return pd.to_datetime(values, errors="coerce")
        case "boolean":
            return values.map(lambda value: "yes" if value else "no", na_action="ignore").astype("str")
        case "text":
            return values.str.len().astype("float64")
    return values.astype("str")


def _score(rows: pd.DataFrame, service: ServiceSettings) -> ScoreReference:
    bands = bands_of(service)
    return ScoreReference.learn(
        rows["probability"].reset_index(drop=True),
        rows["prediction"],
        Bands(bands).names(rows["probability"].to_numpy()).tolist(),
        [band.name for band in bands],
    )
