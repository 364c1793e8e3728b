"""How inputs and scores were distributed in training: what goes with a model so that drift can be seen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

from loan_default.evaluation.binning import Bins, is_numeric

BINS = 10
"""Quantile bins of numbers, dates and probabilities."""

MAX_LEVELS = 20
"""Labels with a bin of their own; the rarer ones share one, so that chance has fewer places to play."""

LEAST_SHARE = 0.01
"""Share of rows from which a label gets a bin of its own."""


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ColumnReference(_Record):
    """The distribution of one column."""

    bins: Bins = Field(description="Where values go.")
    counts: tuple[int, ...] = Field(description="Rows of the reference in each bin.")

    @classmethod
    def learn(cls, values: pd.Series, *, closed: bool) -> Self:
        """Learn the distribution of a column.

        Args:
            values: Numbers, dates or labels.
            closed: For labels: those seen here are all there are, so that another one is news. Labels of a
                list that is not closed are named only if common: nobody's own.
        """
        bins = Bins.learn(values, BINS)
        if not is_numeric(values):
            shares = values.value_counts(normalize=True)
            common = shares.index[shares >= LEAST_SHARE][:MAX_LEVELS].astype(str)
            rare = tuple(sorted(set(bins.levels) - set(common))) if closed else None
            bins = Bins(edges=None, levels=tuple(sorted(common)), others=rare)
        counts = np.bincount(bins.place(values), minlength=len(bins.labels))
        return cls(bins=bins, counts=tuple(counts.tolist()))

    @property
    def rows(self) -> int:
        """Rows of the reference."""
        return sum(self.counts)

    @property
    def missing_share(self) -> float:
        """Share of missing values."""
        return self.counts[-1] / self.rows


class ScoreReference(_Record):
    """The scores of rows that the model did not learn from, of the run that made it."""

    probability: ColumnReference = Field(description="Of default.")
    mean_probability: float = Field(description="Mean probability of default.")
    share_refused: float = Field(description="Share predicted to default.")
    bands: dict[str, int] = Field(description="Rows by risk band, lowest risk first.")

    @classmethod
    def learn(cls, probability: pd.Series, refused: pd.Series, band: Sequence[str], names: list[str]) -> Self:
        """Learn the distribution of scores.

        Args:
            probability: Of default, shape (rows,).
            refused: 1 where default is predicted, shape (rows,).
            band: Risk band of each row.
            names: All risk bands, lowest risk first.
        """
        counts = pd.Series(band).value_counts()
        return cls(
            probability=ColumnReference.learn(probability, closed=True),
            mean_probability=float(probability.mean()),
            share_refused=float(refused.mean()),
            bands={name: int(counts.get(name, 0)) for name in names},
        )


class Reference(_Record):
    """What new predictions of one model are held against."""

    inputs: dict[str, ColumnReference] = Field(description="Train rows, before cleaning, by input.")
    score: ScoreReference
