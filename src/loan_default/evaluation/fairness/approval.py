"""The approval ratio: how often the policy accepts a group, against the group it accepts most."""

from __future__ import annotations

import numpy as np
import pandas as pd

FOUR_FIFTHS = 0.8
"""Mark of the US guidelines on employee selection, 29 CFR 1607.4(D); in lending it is a custom, not law."""


def approval_ratios(groups: pd.DataFrame, accepted: np.ndarray, min_rows: int) -> pd.DataFrame:
    """Compare the approval rates of groups.

    Args:
        groups: Labels of shape (rows, protected columns), as in `groups.Groups.labels`; a row with a missing
            label is left out of that column.
        accepted: Whether each row is accepted, bool of shape (rows,); who is referred to a person is not.
        min_rows: Fewest rows of a group that is compared.

    Returns:
        One row per protected column and group, in the order of the labels: `column`, `group`, `n`,
        `approval_rate`, `ratio` (approval rate over that of the group with the highest rate among those
        with enough rows; missing for groups with too few rows, where no two groups have enough, and where
        nobody is accepted).
    """
    approved = np.asarray(accepted, dtype=bool)
    tables = []
    for name in groups.columns:
        counted = pd.Series(approved).groupby(groups[name].to_numpy(), dropna=True)
        table = pd.DataFrame({"n": counted.size(), "approval_rate": counted.mean()})
        enough = table["n"] >= min_rows
        best = table["approval_rate"].where(enough).max()
        comparable = enough & (enough.sum() > 1) & (best > 0)
        table["ratio"] = (table["approval_rate"] / best).where(comparable)
        tables.append(table.rename_axis("group").reset_index().assign(column=name))
    if not tables:
        return pd.DataFrame(columns=["column", "group", "n", "approval_rate", "ratio"])
    shown = pd.concat(tables, ignore_index=True)
    return shown[["column", "group", "n", "approval_rate", "ratio"]]
