"""Encoding of one application without pandas; see `loan_default.features.encoders` for what it means."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from statistics import NormalDist

import numpy as np

from loan_default.errors import InputError
from loan_default.features.encoders import OneHot, Ordinal, PassedThrough, Scaled, TargetEncoded
from loan_default.features.scaling import _END, MinMax, NormalScore, ZScore
from loan_default.scoring.row_cleaning import Row

Encode = Callable[[Row, list[float], int], None]
"""Reads a row and writes features into a list, from a position on; the list holds zeros there."""


def encode_step(encoder: object) -> Encode:
    """Return the step that turns one column into features.

    Raises:
        InputError: The encoder is of a kind for which there is no step.
    """
    match encoder:
        case PassedThrough():
            return _pass_through(encoder)
        case Scaled():
            return _scaled(encoder)
        case Ordinal():
            # Scaled at once, by the very function that training applied.
            places = np.array([*range(len(encoder.order)), encoder.fill], dtype=np.float64)
            *scaled, fill = encoder.scaling.scale(places).tolist()
            return _table(
                encoder.column, dict(zip(encoder.order, scaled, strict=True)), fill, encoder.flag_missing
            )
        case TargetEncoded():
            rates = np.array([*encoder.table.values(), encoder.target_mean], dtype=np.float64)
            *scaled, otherwise = encoder.scaling.scale(rates).tolist()
            return _table(encoder.column, dict(zip(encoder.table, scaled, strict=True)), otherwise, False)
        case OneHot():
            return _one_hot(encoder)
        case _:
            kind = getattr(encoder, "kind", type(encoder).__name__)
            raise InputError(
                f"A feature encoded as {kind!r} cannot be made for a single application. Update loan-default."
            )


def _pass_through(encoder: PassedThrough) -> Encode:
    column = encoder.column

    def step(row: Row, features: list[float], at: int) -> None:
        features[at] = row[column]

    return step


def _scaled(encoder: Scaled) -> Encode:
    column, flag_missing = encoder.column, encoder.flag_missing
    scale = scale_function(encoder.scaling)
    fill = scale(encoder.fill)

    def step(row: Row, features: list[float], at: int) -> None:
        number = row[column]
        if not math.isnan(number):
            features[at] = scale(number)
        else:
            features[at] = fill
            if flag_missing:
                features[at + 1] = 1.0

    return step


def _table(column: str, table: dict[str, float], otherwise: float, flag_missing: bool) -> Encode:
    def step(row: Row, features: list[float], at: int) -> None:
        number = table.get(row[column])
        if number is not None:
            features[at] = number
        else:
            features[at] = otherwise
            if flag_missing:
                features[at + 1] = 1.0

    return step


def _one_hot(encoder: OneHot) -> Encode:
    column, places = encoder.column, {level: place for place, level in enumerate(encoder.levels)}
    rare = len(encoder.levels) if encoder.rare else None

    def step(row: Row, features: list[float], at: int) -> None:
        place = places.get(row[column], rare)
        if place is not None:
            features[at + place] = 1.0

    return step


def scale_function(scaling: object) -> Callable[[float], float]:
    """Return the function that scales one number.

    Raises:
        InputError: The scaling is of a kind for which there is no function.
    """
    match scaling:
        case ZScore():
            mean, deviation = scaling.mean, scaling.deviation
            return lambda value: (value - mean) / deviation
        case MinMax():
            minimum, width = scaling.minimum, scaling.maximum - scaling.minimum
            return lambda value: (value - minimum) / width
        case NormalScore():
            return _normal_score(scaling)
        case _:
            method = getattr(scaling, "method", type(scaling).__name__)
            raise InputError(
                f"A number cannot be scaled by {method!r} for a single application. Update loan-default."
            )


def _normal_score(scaling: NormalScore) -> Callable[[float], float]:
    quantiles = list(scaling.quantiles)
    first, last = quantiles[0], quantiles[-1]
    ranks = np.linspace(0, 1, len(quantiles)).tolist()
    ends = scaling.scale(np.array([-math.inf, math.inf]))
    lowest, highest = float(ends[0]), float(ends[1])
    inverse = NormalDist().inv_cdf

    def scale(value: float) -> float:
        if value - _END < first:
            return lowest
        if value + _END > last:
            return highest
        low, high = bisect_left(quantiles, value), bisect_right(quantiles, value)
        if low != high:
            # A repeated value spans a run of quantiles: its middle.
            rank = (ranks[low] + ranks[high - 1]) / 2
        else:
            below, above = quantiles[low - 1], quantiles[low]
            rank = ranks[low - 1] + (ranks[low] - ranks[low - 1]) * ((value - below) / (above - below))
        return min(max(inverse(rank), lowest), highest)

    return scale
