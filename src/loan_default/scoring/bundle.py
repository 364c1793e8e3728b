"""The files of a scoring bundle: all that turns a raw application into a probability, nothing pickled."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from loan_default.errors import InputError
from loan_default.features.transformer import FeatureTransformer
from loan_default.portfolio.cleaner import ApplicationCleaner
from loan_default.portfolio.parsing import write_number

RECORD = "champion.json"
CLEANER = "application_cleaner.json"
TRANSFORMER = "feature_transformer.json"
CALIBRATOR = "calibrator.json"
THRESHOLD = "threshold.json"
MODEL = "model.onnx"
EXAMPLE = "input_example.json"

FILES = (RECORD, CLEANER, TRANSFORMER, CALIBRATOR, THRESHOLD, MODEL, EXAMPLE)


def build_bundle(
    name: str,
    champion: Mapping[str, Any],
    application_cleaner: Mapping[str, Any],
    feature_transformer: Mapping[str, Any],
    model: bytes,
    calibrator: Mapping[str, Any],
    threshold: Mapping[str, Any],
) -> dict[str, bytes]:
    """Pack a model for service.

    Args:
        name: Name of the model.
        champion: The record of how the champion was chosen.
        application_cleaner: Fitted cleaner, as plain data.
        feature_transformer: Fitted features, as plain data.
        model: The model as ONNX.
        calibrator: Its calibrator, as plain data.
        threshold: Its threshold.

    Returns:
        Relative file name to content.
    """
    cleaner = ApplicationCleaner.from_dict(dict(application_cleaner))
    fields = FeatureTransformer.from_dict(dict(feature_transformer)).groups()
    records = {
        RECORD: {"model": name, **champion},
        CLEANER: application_cleaner,
        TRANSFORMER: feature_transformer,
        CALIBRATOR: calibrator,
        THRESHOLD: threshold,
        EXAMPLE: typical_application(cleaner, fields),
    }
    files = {file: json.dumps(record, indent=2).encode() for file, record in records.items()}
    return {**files, MODEL: model}


def typical_application(cleaner: ApplicationCleaner, fields: Collection[str]) -> dict[str, str]:
    """Return an application of fill values, as text: nobody's own, written as in the lender's file.

    Args:
        cleaner: Knows the fill values and the file's header.
        fields: Columns to give.

    Returns:
        Header name to value; dates and texts, which have no fill value, are empty.
    """
    example: dict[str, str] = {}
    for field in fields:
        part = cleaner.portfolio.columns[field].part_of
        fill = cleaner.fills.get(field, "")
        if field not in cleaner.header and part is not None:
            example[cleaner.header[part.column]] = ""
        elif isinstance(fill, float):
            number = fill / 100 if field in cleaner.fractions else fill
            example[cleaner.header[field]] = write_number(round(number, 4), cleaner.portfolio.file.decimal)
        else:
            example[cleaner.header[field]] = fill
    return example


def read_record(folder: Path, name: str) -> Any:
    """Read one record of a bundle.

    Raises:
        InputError: The folder is no complete bundle.
    """
    absent = [file for file in FILES if not (folder / file).is_file()]
    if absent:
        raise InputError(
            f"{folder} is not a complete scoring bundle: {', '.join(absent)} missing. "
            "Run `kedro run --pipeline random_forest_comparison` to write it again."
        )
    return json.loads((folder / name).read_text(encoding="utf-8"))
