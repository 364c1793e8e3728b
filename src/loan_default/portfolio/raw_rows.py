"""From row ids back to the lender's file."""

from __future__ import annotations

import pandas as pd

from loan_default.portfolio.description import Portfolio
from loan_default.portfolio.resolve import resolve_columns


def raw_rows(raw: pd.DataFrame, portfolio: Portfolio, row_ids: pd.Series) -> pd.DataFrame:
    """Find rows of the file.

    Args:
        raw: The file, every column as text, index `row_number`.
        portfolio: Its description.
        row_ids: Row ids of cleaned applications, shape (rows,).

    Returns:
        Their rows in the file, in the order of `row_ids`, which become the index. Of exact repeats it is the
        first, as in cleaning.
    """
    if portfolio.row_id is None:
        return raw.loc[row_ids].set_axis(row_ids.to_numpy())
    header = resolve_columns(raw, portfolio).header[portfolio.row_id]
    return raw.drop_duplicates(header).set_index(header, drop=False).loc[row_ids].rename_axis(None)
