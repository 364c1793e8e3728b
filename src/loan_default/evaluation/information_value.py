"""Weight of evidence and information value: what one column alone says about default."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from loan_default.errors import InputError
from loan_default.evaluation.binning import learn_bins

EMPTY_CELL = 0.5
"""Added to goods and events of a bin that lacks one of them, so that its weight is finite."""


def weight_of_evidence(values: pd.Series, default: pd.Series | np.ndarray, bins: int = 20) -> pd.DataFrame:
    """Tabulate the weight of evidence of a column's bins.

    WoE = ln(share of all goods / share of all events) in the bin: higher is safer. A bin without goods or
    without events counts half a row more of each. Numbers and dates are cut at quantiles, each category is
    a bin, missing is a bin of its own.

    Args:
        values: The column.
        default: Outcome of the same rows in the same order, 1 = default.
        bins: Number of quantile bins.

    Returns:
        One row per bin that has rows, in order of value (missing last): `bin` (label), `n`, `events`,
        `event_rate`, `woe`, `iv` (the bin's share of the information value).

    Raises:
        InputError: If the lengths differ, or the outcome is not 0/1 with both values present.
    """
    outcome = np.asarray(default)
    if len(outcome) != len(values):
        raise InputError(f"Column {values.name!r} has {len(values)} rows, its outcome {len(outcome)}.")
    events_all = int(np.sum(outcome == 1))
    goods_all = int(np.sum(outcome == 0))
    if events_all + goods_all != len(outcome) or not events_all or not goods_all:
        raise InputError(
            f"The outcome beside column {values.name!r} has the values {pd.unique(outcome)[:5].tolist()}: "
            "weight of evidence needs 0 and 1 (1 = default), both present."
        )
    to_bins, labels = learn_bins(values, bins)
    return evidence_of_bins(to_bins(values), outcome, labels)


def evidence_of_bins(codes: np.ndarray, outcome: np.ndarray, labels: Sequence[str]) -> pd.DataFrame:
    """Tabulate the weight of evidence of bins that are given; see `weight_of_evidence`.

    Args:
        codes: Bin of each row, int of shape (rows,).
        outcome: 0/1 of shape (rows,), 1 = default; both present.
        labels: Name of each bin.

    Returns:
        One row per bin that has rows, as `weight_of_evidence` returns them.
    """
    events_all, goods_all = int(np.sum(outcome == 1)), int(np.sum(outcome == 0))
    n = np.bincount(codes, minlength=len(labels))
    events = np.bincount(codes, weights=outcome == 1, minlength=len(labels))
    filled = n > 0
    n, events = n[filled], events[filled]
    goods = n - events
    lacking = EMPTY_CELL * ((events == 0) | (goods == 0))
    share_of_goods = (goods + lacking) / goods_all
    share_of_events = (events + lacking) / events_all
    woe = np.log(share_of_goods / share_of_events)
    return pd.DataFrame(
        {
            "bin": np.asarray(labels, dtype=object)[filled],
            "n": n,
            "events": events.astype(np.int64),
            "event_rate": events / n,
            "woe": woe,
            "iv": (share_of_goods - share_of_events) * woe,
        }
    )


def information_value(table: pd.DataFrame) -> float:
    """Sum the information value of a column over the bins of its weight-of-evidence table.

    Usual marks: below 0.02 says nothing, 0.1 to 0.3 medium, above 0.5 too good to be true.

    Args:
        table: What `weight_of_evidence` returns.

    Returns:
        The information value, 0 or more.
    """
    return float(table["iv"].sum())
