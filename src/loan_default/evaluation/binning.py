"""Put the values of one column into bins: quantiles of numbers, levels of categories, missing apart."""

from __future__ import annotations

from collections.abc import Callable
from typing import Self

import numpy as np
import pandas as pd
from pandas.api import types
from pydantic import BaseModel, ConfigDict, Field

from loan_default.errors import InputError

MISSING = "missing"
NEVER_SEEN = "never seen"
OTHERS = "other labels"


def quantile_edges(numbers: np.ndarray, bins: int) -> np.ndarray:
    """Find the inner edges of equal-count bins; the outermost bins are open.

    A value that fills more than one bin (zero, very often) gets a bin of its own instead of swallowing
    everything below it.

    Args:
        numbers: float64 of shape (rows,); nan is ignored.
        bins: Number of bins wanted; fewer come out where values repeat.

    Returns:
        Strictly increasing edges; bin i holds edge[i - 1] < value <= edge[i].
    """
    known = numbers[~np.isnan(numbers)]
    if known.size == 0:
        return np.empty(0)
    marks = np.arange(1, bins) / bins
    # An observed value at each mark, not one between two: infinite values then do no harm.
    edges, repeats = np.unique(np.quantile(known, marks, method="inverted_cdf"), return_counts=True)
    return np.unique(np.concatenate([np.nextafter(edges[repeats > 1], -np.inf), edges]))


class Bins(BaseModel):
    """The bins of one column, as plain data: where every value goes, with nothing else needed.

    The last bin is the missing values. Of labels, the one before it is labels never seen; known labels
    without a bin of their own share the one before that.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    edges: tuple[float, ...] | None = Field(
        description="Inner edges of numbers, of dates as days since 1970; null for labels."
    )
    dates: bool = Field(default=False, description="Edges are dates.")
    levels: tuple[str, ...] = Field(default=(), description="Labels with a bin of their own.")
    others: tuple[str, ...] | None = Field(
        default=(),
        description="Known labels that share a bin; null where the list is not closed: then every other "
        "label goes there, and none counts as never seen.",
    )

    @classmethod
    def learn(cls, reference: pd.Series, bins: int) -> Self:
        """Learn the bins of a column: quantiles of numbers, booleans and dates; a bin for each label."""
        if is_numeric(reference):
            edges = quantile_edges(as_numbers(reference), bins)
            return cls(edges=tuple(edges.tolist()), dates=types.is_datetime64_any_dtype(reference.dtype))
        return cls(edges=None, levels=tuple(sorted(reference.dropna().astype(str).unique())))

    @property
    def labels(self) -> list[str]:
        """Names of the bins, in order."""
        if self.edges is not None:
            return [*_interval_labels(np.array(self.edges), self.dates), MISSING]
        shared = [] if self.others == () else [OTHERS]
        return [*self.levels, *shared, *([] if self.others is None else [NEVER_SEEN]), MISSING]

    def place(self, values: pd.Series) -> np.ndarray:
        """Return the bin number of each row, int of shape (rows,)."""
        if self.edges is not None:
            numbers = as_numbers(values)
            return np.where(np.isnan(numbers), len(self.edges) + 1, np.searchsorted(self.edges, numbers))
        names = self.labels
        found = pd.Index(self.levels, dtype="str").get_indexer(pd.Index(values.astype(str)))
        if self.others is None:
            strange: int | np.ndarray = names.index(OTHERS)
        elif self.others:
            strange = np.where(values.isin(self.others), len(self.levels), len(self.levels) + 1)
        else:
            strange = len(self.levels)
        known = np.where(found < 0, strange, found)
        return np.where(values.isna().to_numpy(), len(names) - 1, known)


def learn_bins(reference: pd.Series, bins: int) -> tuple[Callable[[pd.Series], np.ndarray], list[str]]:
    """Learn the bins of a column.

    Args:
        reference: Numbers, booleans or dates (binned by quantile) or categories (a bin for each level).
        bins: Number of quantile bins, at least 2; not used for categories.

    Returns:
        A function from a column to the bin number of each row, int of shape (rows,), and the bins' labels.
        The last bin is the missing values; for categories the one before it is levels never seen.

    Raises:
        InputError: If fewer than two bins are asked for.
    """
    if bins < 2:
        raise InputError(f"bins is {bins}: ask for 2 bins or more.")
    learnt = Bins.learn(reference, bins)
    return learnt.place, learnt.labels


def is_numeric(values: pd.Series) -> bool:
    """Say whether a column has an order and distances: numbers, booleans, dates."""
    return types.is_numeric_dtype(values.dtype) or types.is_datetime64_any_dtype(values.dtype)


def as_numbers(values: pd.Series) -> np.ndarray:
    """Turn a numeric column into float64 of shape (rows,), missing as nan; dates are days since 1970."""
    if types.is_datetime64_any_dtype(values.dtype):
        values = (values - pd.Timestamp(0, tz=getattr(values.dtype, "tz", None))) / pd.Timedelta(days=1)
    return values.to_numpy(dtype=np.float64, na_value=np.nan)


def _interval_labels(edges: np.ndarray, dates: bool) -> list[str]:
    if edges.size == 0:
        return ["every value"]
    shown = [str(pd.Timestamp(edge, unit="D").date()) if dates else f"{edge:.6g}" for edge in edges.tolist()]
    # A value with a bin of its own lies between two neighbouring numbers; the lower one is for no reader.
    alone = {i for i in range(1, len(edges)) if edges[i - 1] == np.nextafter(edges[i], -np.inf)}
    shown = [shown[i + 1] if i + 1 in alone else text for i, text in enumerate(shown)]
    inner = [
        shown[i] if i in alone else f"({shown[i - 1]}, {shown[i]}{')' if i + 1 in alone else ']'}"
        for i in range(1, len(edges))
    ]
    return [f"{'<' if 1 in alone else '<='} {shown[0]}", *inner, f"> {shown[-1]}"]
