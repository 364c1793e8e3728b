"""From one application to a model's features without pandas: a flat plan, compiled once at load.

A frame of one row costs milliseconds, this plan some twenty microseconds. Tests hold it equal to the
vectorised path.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from loan_default.errors import InputError
from loan_default.features.plan import ROW_OUTLIER
from loan_default.features.transformer import FeatureTransformer
from loan_default.portfolio.applications import known_columns
from loan_default.portfolio.cleaner import ApplicationCleaner
from loan_default.scoring.fields import Value
from loan_default.scoring.row_cleaning import Row, Step, clean_step, outlier_flag
from loan_default.scoring.row_derived import row_function
from loan_default.scoring.row_encoding import Encode, encode_step


@dataclass(frozen=True)
class Block:
    """The features of one encoder.

    Attributes:
        sources: Fields they come from.
        start: Position of the first.
        width: How many.
        derive: Derived features to compute first, each after those it reads.
        encode: Writes them.
    """

    sources: tuple[str, ...]
    start: int
    width: int
    derive: tuple[tuple[str, Callable[[Row], float]], ...]
    encode: Encode


class RowPlan:
    """Cleaner and transformer as look-ups and plain arithmetic.

    Args:
        cleaner: Fitted cleaner.
        transformer: Fitted features.

    Raises:
        InputError: They hold a step that cannot be done for a single application.
    """

    def __init__(self, cleaner: ApplicationCleaner, transformer: FeatureTransformer) -> None:
        derived: dict[str, Callable[[Row], float]] = {}
        if ROW_OUTLIER in transformer.inputs and cleaner.isolation is not None:
            derived[ROW_OUTLIER] = outlier_flag(cleaner.isolation)
        derived |= {name: row_function(name, feature) for name, feature in transformer.derived.items()}
        read = set(transformer.inputs)
        if ROW_OUTLIER in derived and cleaner.isolation is not None:
            read |= set(cleaner.isolation.columns)
        self._clean: tuple[tuple[str, Step], ...] = tuple(
            (name, clean_step(name, cleaner, read))
            for name in known_columns(cleaner.portfolio)
            if name in read | set(transformer.groups())
        )
        self._derive = tuple(derived.items())
        self.width = len(transformer.features)
        blocks: list[Block] = []
        start = 0
        for encoder in transformer.encoders:
            width = len(encoder.features)
            needed = _lineage(encoder.column, transformer)
            blocks.append(
                Block(
                    sources=encoder.sources,
                    start=start,
                    width=width,
                    derive=tuple((name, function) for name, function in derived.items() if name in needed),
                    encode=encode_step(encoder),
                )
            )
            start += width
        self.blocks = tuple(blocks)
        self._encode = tuple((block.encode, block.start) for block in blocks)

    def clean(self, values: Mapping[str, Value]) -> Row:
        """Clean one application: canonical values by field, absent ones count as missing."""
        row: Row = {}
        for name, step in self._clean:
            step(values.get(name), row)
        return row

    def features(self, values: Mapping[str, Value]) -> list[float]:
        """Return the features of one application, in the transformer's order."""
        row = self.clean(values)
        for name, function in self._derive:
            row[name] = function(row)
        features = [0.0] * self.width
        for encode, start in self._encode:
            encode(row, features, start)
        return features


def as_matrix(rows: list[list[float]]) -> np.ndarray:
    """Return features as float32 of shape (rows, features).

    Raises:
        InputError: A feature is infinite or missing.
    """
    with np.errstate(over="ignore"):  # beyond float32: refused below
        matrix = np.array(rows, dtype=np.float32)
    if not np.isfinite(matrix).all():
        raise InputError("A feature comes out missing or infinite: a number is far too large.")
    return matrix


def _lineage(name: str, transformer: FeatureTransformer) -> set[str]:
    """Name a column or derived feature and all derived features on the way to it."""
    found = {name}
    for read in getattr(transformer.derived.get(name), "inputs", ()):
        found |= _lineage(read, transformer)
    return found
