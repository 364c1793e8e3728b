"""Applications with errors and gaps, as a lender's file would hold them.

Changes are made to typed values, where a percentage or a duration is a number, and written back as text: what
is scored goes the way of every file.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, Self

import numpy as np
import pandas as pd

from loan_default.portfolio.applications import raw_values, type_columns
from loan_default.portfolio.cleaner import ApplicationCleaner
from loan_default.portfolio.parsing import write_number
from loan_default.portfolio.resolve import match_applications
from loan_default.scoring.fields import Field

IQR_OF_NORMAL = 1.349
"""Interquartile range of a normal distribution in standard deviations."""

FEW_VALUES = 20
"""A number with no more values than this (a term, a count) keeps to the values it has."""


class Change(NamedTuple):
    """Applications after one change.

    Attributes:
        kind: What was done.
        name: How it is called for people.
        text: The applications, every field as text.
    """

    kind: Literal["noise", "swap", "missing", "all missing"]
    name: str
    text: pd.DataFrame


@dataclass(frozen=True)
class Applications:
    """Applications to be changed.

    Attributes:
        text: One column per field, by its name, as text.
        fields: What the model reads.
        cleaner: The description of the file, and which percentages it writes as fractions.
    """

    text: pd.DataFrame
    fields: tuple[Field, ...]
    cleaner: ApplicationCleaner

    @classmethod
    def of_file(cls, raw: pd.DataFrame, fields: tuple[Field, ...], cleaner: ApplicationCleaner) -> Self:
        """Take the fields out of rows of the lender's file, every column as text."""
        resolved = match_applications(raw, cleaner.portfolio, [field.name for field in fields])
        text = pd.DataFrame({field.name: raw_values(raw, resolved, field.name) for field in fields})
        return cls(text, fields, cleaner)

    def typed(self) -> pd.DataFrame:
        """Read every field."""
        names = [field.name for field in self.fields]
        resolved = match_applications(self.text, self.cleaner.portfolio, names)
        return type_columns(self.text, resolved, self.cleaner.fractions)[0]


def changes(
    applications: Applications, noise: Collection[float], swapped: Collection[float], seed: int
) -> Iterator[Change]:
    """Change applications in every way, one way at a time.

    Args:
        applications: The applications.
        noise: See `with_noise`; one change each, if there is a number.
        swapped: See `with_swapped_labels`; one change each, if there is a label.
        seed: Seed of the draws.

    Yields:
        Noise and swapped labels, the least first, each field missing in turn, and all fields missing that may
        be missing.
    """
    rng = np.random.default_rng(seed)
    kinds = {field.kind for field in applications.fields}
    if "number" in kinds:
        for share in sorted(noise):
            yield Change("noise", f"noise of {share:g} spreads", with_noise(applications, share, rng))
    if kinds & {"label", "boolean"}:
        for share in sorted(swapped):
            text = with_swapped_labels(applications, share, rng)
            yield Change("swap", f"{100 * share:g} % of labels swapped", text)
    for field in applications.fields:
        yield Change("missing", f"without {field.label}", without(applications, [field.name]))
    optional = [field.name for field in applications.fields if not field.required]
    if len(optional) > 1:
        text = without(applications, optional)
        yield Change("all missing", f"without all {len(optional)} optional fields", text)


def score_together(
    texts: Sequence[pd.DataFrame], score: Callable[[pd.DataFrame], pd.Series]
) -> list[np.ndarray]:
    """Score several frames as one: text that occurs in many of them is read once.

    Args:
        texts: Applications with the same columns, and as many rows each.
        score: From applications to the probability of default.

    Returns:
        The probabilities of each frame, shape (rows,).
    """
    return np.split(score(pd.concat(texts, ignore_index=True)).to_numpy(), len(texts))


def with_noise(applications: Applications, share: float, rng: np.random.Generator) -> pd.DataFrame:
    """Add normal noise to every number.

    Whole numbers stay whole, fields with few values (`FEW_VALUES`) keep to these, and plausible bounds are
    kept, so that no application is refused for its noise.

    Args:
        applications: The applications.
        share: Standard deviation of the noise, in spreads of the field: its interquartile range over 1.349,
            or its standard deviation where half of the values are equal.
        rng: Source of the noise.

    Returns:
        The text with these columns rewritten; gaps stay gaps.
    """
    typed, cleaner = applications.typed(), applications.cleaner
    decimal = cleaner.portfolio.file.decimal
    written = {}
    for field in applications.fields:
        if field.kind != "number":
            continue
        values = typed[field.name]
        noisy = values + rng.normal(size=len(values)) * share * _spread(values)
        known = np.unique(values.dropna())
        if len(known) <= FEW_VALUES:
            noisy = _nearest(noisy, known)
        elif field.whole:
            noisy = noisy.round()
        # A number's bounds are numbers; other kinds of field have dates.
        low, high = (None if end is None else float(end) for end in (field.minimum, field.maximum))
        noisy = noisy.clip(low, high) / (100.0 if field.name in cleaner.fractions else 1.0)
        text = [write_number(number, decimal) for number in noisy.fillna(0.0)]
        written[field.name] = pd.Series(text, index=values.index, dtype="str").mask(values.isna(), "")
    return applications.text.assign(**written)


def with_swapped_labels(applications: Applications, share: float, rng: np.random.Generator) -> pd.DataFrame:
    """Give a share of the labels, and of yes and no, of each field the value of an applicant drawn at random.

    Args:
        applications: The applications.
        share: Share of the applications, drawn for each field anew.
        rng: Source of the draws.
    """
    written = {}
    for field in applications.fields:
        if field.kind in ("label", "boolean"):
            values = applications.text[field.name]
            others = values.iloc[rng.integers(len(values), size=len(values))].set_axis(values.index)
            written[field.name] = values.mask(rng.random(len(values)) < share, others)
    return applications.text.assign(**written)


def without(applications: Applications, names: Collection[str]) -> pd.DataFrame:
    """Leave fields empty in every application."""
    return applications.text.assign(**dict.fromkeys(names, ""))


def _spread(values: pd.Series) -> float:
    low, high = values.quantile([0.25, 0.75])
    spread = float(high - low) / IQR_OF_NORMAL
    return spread if spread > 0 else float(values.std(ddof=0))


def _nearest(values: pd.Series, known: np.ndarray) -> pd.Series:
    """Move every value to the nearest one that is known; gaps stay gaps."""
    if not len(known):
        return values
    middles = (known[1:] + known[:-1]) / 2
    return pd.Series(known[np.searchsorted(middles, values)], index=values.index).where(values.notna())
