"""Cut the loans into slices by their raw inputs, one at a time and in pairs."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np
import pandas as pd

from loan_default.evaluation.binning import learn_bins
from loan_default.evaluation.weak_spots.settings import WeakSpotSettings

Slices = dict[str, np.ndarray]
"""Name of each slice, for people, and which rows are in it, bool of shape (rows,)."""


def cut_slices(
    clean: pd.DataFrame, labels: Mapping[str, str], paired: Sequence[str], settings: WeakSpotSettings
) -> Slices:
    """Cut rows by each input, and by pairs of the inputs named.

    Numbers are cut at quantiles, dates by year; a filled-in value (flag `{input}_missing`) counts as missing.
    Slices with fewer than `settings.min_rows` rows, of all rows, or of the same rows as an earlier one are
    left out.

    Args:
        clean: Cleaned applications to be judged, with the inputs and, where there are, their flags.
        labels: Name for people by input.
        paired: Inputs whose pairs are cut too.
        settings: Bins and fewest rows.
    """
    cut: Slices = {}
    for name, label in labels.items():
        for words, rows in _bins(clean, name, settings.bins).items():
            cut[f"{label}: {words}"] = rows
    for first, second in combinations(paired, 2):
        for one, of_first in _bins(clean, first, settings.pair_bins).items():
            for two, of_second in _bins(clean, second, settings.pair_bins).items():
                cut[f"{labels[first]}: {one} & {labels[second]}: {two}"] = of_first & of_second
    kept: Slices = {}
    seen: set[bytes] = set()
    for name, rows in cut.items():
        key = np.packbits(rows).tobytes()
        if settings.min_rows <= rows.sum() < len(clean) and key not in seen:
            seen.add(key)
            kept[name] = rows
    return kept


def _bins(clean: pd.DataFrame, name: str, bins: int) -> Slices:
    """Cut by one input; bins without rows are left out."""
    values = clean[name]
    if f"{name}_missing" in clean:
        values = values.mask(clean[f"{name}_missing"] == 1)
    if pd.api.types.is_datetime64_any_dtype(values.dtype):
        values = values.dt.year.astype("Int64").astype("str").where(values.notna())
    elif pd.api.types.is_numeric_dtype(values.dtype) and values.dropna().isin([0, 1]).all():
        values = values.map({1.0: "yes", 0.0: "no"})
    to_bins, words = learn_bins(values, bins)
    place = to_bins(values)
    return {_for_people(words[at]): place == at for at in np.unique(place)}


_BEYOND = {"<=": "up to", "<": "under", ">": "over"}


def _for_people(words: str) -> str:
    """Write a bin's label without mathematical signs."""
    between = re.fullmatch(r"\((\S+), (\S+)([\])])", words)
    if between:
        low, high = _number(between[1]), _number(between[2])
        if between[3] == ")":
            return f"over {low} to under {high}"
        # Ends that look alike hold a single value.
        return high if low == high else f"over {low} to {high}"
    beyond = re.fullmatch(r"(<=|<|>) (\S+)", words)
    if beyond:
        return f"{_BEYOND[beyond[1]]} {_number(beyond[2])}"
    return words.replace("_", " ")


def _number(text: str) -> str:
    value = float(text)
    # Large ones come rounded to six digits, with an exponent.
    return f"{value:,.0f}" if value == round(value) else f"{value:,.6g}"
