"""Put people into groups by protected columns: numbers in round bands, labels as they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from loan_default.errors import InputError
from loan_default.evaluation.binning import as_numbers, is_numeric
from loan_default.frames import TWIN_GROUP

NOT_STATED = "not stated"
OTHER = "other"
ROUND_STEPS = (1, 2, 5, 10)
BANDS_WANTED = 5
_ROUNDING = 1e-6
"""Thirds of a row do not add up to a whole one."""


@dataclass(frozen=True)
class Groups:
    """People by group.

    Attributes:
        labels: One column per protected column, the label of each row's group; None where the row is left
            out because its group is too small to be judged.
        order: The groups of each column as they are shown: bands upwards, labels by name, gathered ones last.
        notes: By column, what was gathered or left out, in a sentence; only where there is something to say.
    """

    labels: pd.DataFrame
    order: dict[str, tuple[str, ...]]
    notes: dict[str, str]


def band_columns(
    clean: pd.DataFrame,
    columns: Sequence[str],
    min_rows: int,
    max_groups: int = 30,
    edges: Mapping[str, Sequence[float]] | None = None,
    judged: np.ndarray | None = None,
) -> Groups:
    """Band protected columns.

    Numbers are cut at round steps, or at the edges given, dates by their year; a band with too few rows joins
    its smaller neighbour. Rows whose value was filled in (flag `{column}_missing`) are `not stated`. Labels
    with too few rows, and the smallest ones beyond `max_groups`, are gathered as `other`; where even these
    are too few together, or no label has enough, they are left out. Twins (`twin_group`) count once: copies
    of one application say no more than it does.

    Args:
        clean: Cleaned applications, with the columns and, where there are, their flags and `twin_group`.
        columns: Protected columns to band; one that `clean` lacks is an error.
        min_rows: Fewest rows of a group that is judged by itself.
        max_groups: Most groups of a column, `other` not counted.
        edges: Lower ends of the bands by column, increasing, where the round ones are not wanted.
        judged: The rows that are counted, bool of shape (rows,); every row where it is None. The others get
            the labels that these give rise to.

    Returns:
        The groups, with the index of `clean`.

    Raises:
        InputError: If a column is absent, or edges are given for a column without numbers or do not increase.
    """
    counted = np.ones(len(clean), dtype=bool) if judged is None else np.asarray(judged, dtype=bool)
    worth = _worth(clean, counted)
    labels: dict[str, np.ndarray] = {}
    order: dict[str, tuple[str, ...]] = {}
    notes: dict[str, str] = {}
    for name in columns:
        if name not in clean:
            raise InputError(f"The cleaned applications lack the protected column {name!r}.")
        flag = f"{name}_missing"
        unstated = clean[name].isna().to_numpy()
        if flag in clean:
            unstated = unstated | (clean[flag].to_numpy() == 1)
        banded, names = _band(clean[name], np.where(unstated, 0.0, worth), (edges or {}).get(name), min_rows)
        banded[unstated] = NOT_STATED
        names = list(dict.fromkeys([*names, NOT_STATED]))
        labels[name], order[name], note = _gather(banded, worth, names, min_rows, max_groups)
        if note:
            notes[name] = note
    return Groups(pd.DataFrame(labels, index=clean.index, dtype=object), order, notes)


def _worth(clean: pd.DataFrame, counted: np.ndarray) -> np.ndarray:
    """Return what each row counts, float of shape (rows,): its counted twins and it together 1."""
    rows = counted.astype(float)
    if TWIN_GROUP not in clean:
        return rows
    copies = pd.Series(rows).groupby(clean[TWIN_GROUP].to_numpy()).transform("sum").to_numpy()
    return np.divide(rows, copies, out=np.zeros(len(rows)), where=copies > 0)


def _band(
    values: pd.Series, worth: np.ndarray, edges: Sequence[float] | None, min_rows: int
) -> tuple[np.ndarray, list[str]]:
    """Return the label of each row and all labels in order."""
    if not is_numeric(values):
        if edges is not None:
            raise InputError(f"Bands are given for {values.name!r}, which holds labels, not numbers.")
        text = values.astype("object").str.replace("_", " ")
        return text.to_numpy(dtype=object, copy=True), sorted(map(str, text.dropna().unique()))
    if pd.api.types.is_datetime64_any_dtype(values.dtype):
        values = values.dt.year.rename(values.name)
    numbers = as_numbers(values)
    known = numbers[worth > 0]
    if edges is None and np.isin(known, (0.0, 1.0)).all():
        return np.where(numbers == 1, "yes", "no").astype(object), ["no", "yes"]
    cuts = _round_edges(known) if edges is None else np.asarray(edges, dtype=float)
    if not (np.diff(cuts) > 0).all():
        raise InputError(f"The bands of {values.name!r} must increase, not {cuts.tolist()}.")
    cuts = _merge_small(cuts, known, worth[worth > 0], min_rows)
    names = _band_names(cuts, whole=bool((known == np.round(known)).all() and (cuts == np.round(cuts)).all()))
    place = np.searchsorted(cuts, np.nan_to_num(numbers), side="right")
    return np.asarray(names, dtype=object)[place], names


def _round_edges(known: np.ndarray) -> np.ndarray:
    """Find lower ends at multiples of a round step, about `BANDS_WANTED` bands over the middle 95 %."""
    if known.size == 0:
        return np.empty(0)
    low, high = np.quantile(known, [0.025, 0.975])
    if high == low:
        return np.empty(0)
    wanted = (high - low) / BANDS_WANTED
    scale = 10.0 ** np.floor(np.log10(wanted))
    step = scale * min(ROUND_STEPS, key=lambda size: abs(np.log(size * scale / wanted)))
    return np.arange(np.floor(low / step) + 1, np.ceil(high / step)) * step


def _merge_small(cuts: np.ndarray, known: np.ndarray, worth: np.ndarray, min_rows: int) -> np.ndarray:
    """Take away edges until every band has enough rows or one band is left."""
    while cuts.size:
        place = np.searchsorted(cuts, known, side="right")
        counts = np.bincount(place, weights=worth, minlength=cuts.size + 1)
        least = int(np.argmin(counts))
        if counts[least] >= min_rows - _ROUNDING:
            break
        # Band i lies between edges i - 1 and i.
        beside = [i for i in (least - 1, least + 1) if 0 <= i <= cuts.size]
        joined = min(beside, key=lambda i: counts[i])
        cuts = np.delete(cuts, min(least, joined))
    return cuts


def _band_names(cuts: np.ndarray, *, whole: bool) -> list[str]:
    if cuts.size == 0:
        return ["every value"]
    inner = []
    for low, high in pairwise(cuts.tolist()):
        if not whole:
            inner.append(f"{low:.6g} to under {high:.6g}")
        else:
            inner.append(f"{low:.0f} to {high - 1:.0f}" if high - low > 1 else f"{low:.0f}")
    return [f"under {cuts[0]:.6g}", *inner, f"{cuts[-1]:.6g} and over"]


def _gather(
    banded: np.ndarray, worth: np.ndarray, names: list[str], min_rows: int, max_groups: int
) -> tuple[np.ndarray, tuple[str, ...], str]:
    """Gather small groups; return labels, groups in order, and what to say of it."""
    counted = worth > 0
    counts = pd.Series(worth[counted]).groupby(banded[counted]).sum()
    counts = counts.sort_values(ascending=False, kind="stable")
    kept = set(counts[counts >= min_rows - _ROUNDING].index[:max_groups])
    small = [name for name in names if name in counts.index and name not in kept]
    shown = tuple(name for name in names if name in kept)
    gathered = pd.Series(banded, dtype=object)
    in_none = ~gathered.isin(kept)
    together = round(float(counts[small].sum()))
    once = ", twins counted once," if counts.sum() < counted.sum() - _ROUNDING else ""
    if together < min_rows:
        gathered[in_none] = None
        fewer = f"{together:,} rows together{once or ','} fewer than {min_rows:,}."
        return gathered.to_numpy(), shown, f"{_name_some(small)} left out: {fewer}" if small else ""
    if not kept and len(small) > 1:
        gathered[in_none] = None
        none = f"none of {len(small)} groups has {min_rows:,} rows{once.rstrip(',')}."
        return gathered.to_numpy(), (), none
    label = OTHER if OTHER not in kept else f"{OTHER} (gathered)"
    gathered[in_none] = label
    rows = int(np.isin(banded[counted], small).sum())
    note = f"{_name_some(small)} gathered as '{label}' ({rows:,} of {int(counted.sum()):,} rows)."
    if rows > counted.sum() / 2:
        note += " That is more than half of the rows: this column is too fine for them."
    return gathered.to_numpy(), (*shown, label), note


def _name_some(groups: list[str]) -> str:
    return f"{len(groups)} groups" if len(groups) > 3 else ", ".join(groups)
