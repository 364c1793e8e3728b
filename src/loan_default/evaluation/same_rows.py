"""Make sure that models are compared on the same rows."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from loan_default.errors import InputError
from loan_default.frames import DEFAULT, PART, ROW_ID, TWIN_GROUP

PIPELINES = {"ann": "ann_training"}
OTHER_PIPELINE = "random_forest_comparison"


def align_predictions(
    predictions: Mapping[str, pd.DataFrame], reference: str, pipeline: str | None = None
) -> dict[str, pd.DataFrame]:
    """Sort each model's predictions by row id, having checked that they cover the same rows.

    Where models disagree, the one that differs from most of the models other than `reference` is named: the
    reference comes from an earlier pipeline and is the one likely to be out of date.

    Args:
        predictions: `row_id`, `part`, `default`, `probability` by model.
        reference: Model that every other is compared with.
        pipeline: What made them all; None: each model's own pipeline.

    Returns:
        The frames with equal row ids, parts, outcomes and twin groups at equal positions.

    Raises:
        InputError: If a row id repeats, or rows, parts or outcomes differ: says for which model, and which
            pipeline to run again.
    """
    for name, frame in predictions.items():
        repeats = int(frame[ROW_ID].duplicated().sum())
        if repeats:
            raise InputError(
                f"{repeats} row ids occur twice in the predictions of {name!r}. {_remedy(name, pipeline)}"
            )
    ordered = {name: frame.sort_values(ROW_ID, ignore_index=True) for name, frame in predictions.items()}
    voters = [name for name in ordered if name != reference] or list(ordered)
    agreed = max(
        voters, key=lambda name: sum(not _difference(ordered[v], ordered[name], name) for v in voters)
    )
    for name, frame in ordered.items():
        difference = _difference(frame, ordered[agreed], agreed)
        if difference:
            raise InputError(
                f"The predictions of {name!r} cannot be compared with those of {agreed!r}: {difference}. "
                f"{_remedy(name, pipeline)}"
            )
    return ordered


def _difference(frame: pd.DataFrame, other: pd.DataFrame, other_name: str) -> str:
    """Say in words how the rows differ; empty where they do not."""
    if not np.array_equal(other[ROW_ID], frame[ROW_ID]):
        missing = int((~other[ROW_ID].isin(frame[ROW_ID])).sum())
        extra = int((~frame[ROW_ID].isin(other[ROW_ID])).sum())
        return f"{missing} rows of {other_name!r} are absent and {extra} rows are in no other model"
    for column in (PART, DEFAULT, TWIN_GROUP):
        if (column in frame) != (column in other):
            return f"only one of the two has the column {column!r}"
        if column in frame:
            unequal = int(np.sum(np.asarray(frame[column]) != np.asarray(other[column])))
            if unequal:
                return f"{unequal} of {len(frame)} rows differ in {column!r}"
    return ""


def _remedy(name: str, pipeline: str | None) -> str:
    maker = pipeline or PIPELINES.get(name, OTHER_PIPELINE)
    return f"They stem from different data: run the pipeline `{maker}` again."
