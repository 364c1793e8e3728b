"""Exact repeats and twins: rows that would let a model remember instead of predict."""

from __future__ import annotations

import pandas as pd

from loan_default.errors import InputError
from loan_default.frames import DEFAULT, ROW_ID, TWIN_GROUP


def find_repeats(raw: pd.DataFrame, rows: pd.Index, row_id: str | None) -> pd.Index:
    """Find exact repeats: rows equal to an earlier one in every column of the file but the row id.

    Args:
        raw: The file, every column as text.
        rows: Index of the rows to look at.
        row_id: Header name of the row id column, if there is one.

    Returns:
        Index of the later copies; the first of each stays.
    """
    content = raw.loc[rows].drop(columns=[row_id] if row_id else [])
    return rows[content.duplicated().to_numpy()]


def check_row_ids(applications: pd.DataFrame, column: str | None) -> None:
    """Refuse row ids that name two different rows.

    Raises:
        InputError: A row id occurs twice.
    """
    repeated = applications[ROW_ID].duplicated()
    if repeated.any():
        raise InputError(
            f"Row id column {column!r}: {int(repeated.sum()):,} rows have the id of an earlier one, first "
            f"{str(applications.loc[repeated, ROW_ID].iloc[0])!r}. Set portfolio.row_id to null to number "
            "the rows."
        )


def group_twins(applications: pd.DataFrame) -> pd.DataFrame:
    """Number the twin groups: rows equal in every known column, whatever their outcome.

    Args:
        applications: `row_id`, `default` and the typed columns known at application.

    Returns:
        The applications with `twin_group` (int64) after `default`; a row without a twin is a group of one.
    """
    known = applications.drop(columns=[ROW_ID, DEFAULT])
    keys = pd.util.hash_pandas_object(known, index=False)
    grouped = applications.copy()
    grouped.insert(2, TWIN_GROUP, pd.factorize(keys)[0].astype("int64"))
    return grouped


def twin_statistics(applications: pd.DataFrame) -> dict[str, int | float]:
    """Count rows with a twin, groups of twins, the largest group, and groups whose outcomes differ."""
    groups = applications.groupby(TWIN_GROUP)[DEFAULT].agg(["size", "mean"])
    twins = groups[groups["size"] > 1]
    rows = int(twins["size"].sum())
    return {
        "rows_with_a_twin": rows,
        "share_with_a_twin": rows / len(applications),
        "twin_groups": len(twins),
        "largest_twin_group": int(groups["size"].max()),
        "twin_groups_with_both_outcomes": int(twins["mean"].between(0, 1, inclusive="neither").sum()),
    }
