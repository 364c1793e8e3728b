"""The fitted cleaner: what was learnt on train, and how it is applied to any row.

It keeps plain numbers and labels only, so that it is stored as JSON and applied without scikit-learn.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Self

import pandas as pd

from loan_default.errors import InputError
from loan_default.frames import PART, TRAIN
from loan_default.portfolio.applications import known_columns
from loan_default.portfolio.description import Portfolio
from loan_default.portfolio.isolation import IsolationTrees
from loan_default.portfolio.parsing import TEXT, parse_column

FORMAT = 1


@dataclass(frozen=True)
class Bounds:
    """Outlier bounds of one numeric column.

    Attributes:
        low: Smallest value that is no outlier.
        high: Largest value that is no outlier.
        action: cap, flag, or drop (train rows only).
    """

    low: float
    high: float
    action: str

    def outside(self, values: pd.Series) -> pd.Series:
        """Tell which values are outliers; missing ones are none."""
        return (values < self.low) | (values > self.high)


@dataclass(frozen=True)
class ApplicationCleaner:
    """What cleaning learnt on train.

    Attributes:
        portfolio: The description, as it holds for the training file.
        header: Column to its name in the training file's header.
        fractions: Percent columns that the training file writes as fractions.
        leaks: Columns that the leak scan took out of the features.
        fills: Column to the value that replaces a missing one.
        flagged: Columns that get a `_missing` flag.
        bounds: Column to its outlier bounds.
        isolation: Trees that find odd rows, with what is done to them (flag or drop).
    """

    portfolio: Portfolio
    header: dict[str, str]
    fractions: tuple[str, ...]
    leaks: tuple[str, ...]
    fills: dict[str, float | str]
    flagged: tuple[str, ...]
    bounds: dict[str, Bounds] = field(default_factory=dict)
    isolation: IsolationTrees | None = None
    isolation_action: str = "flag"

    def apply(self, typed: pd.DataFrame) -> pd.DataFrame:
        """Clean typed applications.

        Args:
            typed: Known columns, typed; others (row id, part, outcome) pass through. One that is not there
                counts as missing in every row.

        Returns:
            A new frame: outliers capped or flagged, missing values filled, flag columns (0.0 / 1.0) added.
        """
        absent = [name for name in known_columns(self.portfolio) if name not in typed]
        typed = typed.assign(**{name: self._all_missing(name, typed.index) for name in absent})
        clean = typed.copy()
        flags: dict[str, pd.Series] = {}
        for name, bounds in self.bounds.items():
            if bounds.action == "flag":
                flags[f"{name}_outlier"] = bounds.outside(typed[name]).astype("float64")
            elif bounds.action == "cap":
                clean[name] = typed[name].clip(bounds.low, bounds.high)
        for name in self.flagged:
            flags[f"{name}_missing"] = typed[name].isna().astype("float64")
        for name, fill in self.fills.items():
            clean[name] = clean[name].fillna(fill)
        if self.isolation is not None and self.isolation_action == "flag":
            flags["outlier"] = pd.Series(self.isolation.outliers(clean), index=clean.index, dtype="float64")
        return pd.concat([clean, pd.DataFrame(flags, index=clean.index)], axis=1)

    def apply_to_parts(self, dealt: pd.DataFrame) -> pd.DataFrame:
        """Clean rows of every part, and leave outliers out of train where the settings say so.

        Args:
            dealt: Typed applications with `part`.

        Returns:
            The cleaned rows that stay, numbered from 0.
        """
        dropped = self.dropped_from_train(dealt) & (dealt[PART] == TRAIN)
        return self.apply(dealt.loc[~dropped]).reset_index(drop=True)

    def _all_missing(self, name: str, index: pd.Index) -> pd.Series:
        values = pd.Series("", index=index, dtype=TEXT)
        return parse_column(values, self.portfolio.columns[name], self.portfolio.missing_values)[0]

    def dropped_from_train(self, typed: pd.DataFrame) -> pd.Series:
        """Tell which rows are outliers that the settings leave out of train, shape (rows,), bool."""
        dropped = pd.Series(False, index=typed.index)
        for name, bounds in self.bounds.items():
            if bounds.action == "drop":
                dropped |= bounds.outside(typed[name])
        if self.isolation is not None and self.isolation_action == "drop":
            dropped |= self.isolation.outliers(self.apply(typed))
        return dropped

    def to_dict(self) -> dict[str, Any]:
        """Return the cleaner as plain data for JSON."""
        return {
            "format": FORMAT,
            "portfolio": self.portfolio.model_dump(mode="json"),
            "header": dict(self.header),
            "fractions": list(self.fractions),
            "leaks": list(self.leaks),
            "fills": dict(self.fills),
            "flagged": list(self.flagged),
            "bounds": {
                name: [bounds.low, bounds.high, bounds.action] for name, bounds in self.bounds.items()
            },
            "isolation": None if self.isolation is None else self.isolation.to_dict(),
            "isolation_action": self.isolation_action,
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """Rebuild a cleaner from `to_dict`.

        Raises:
            InputError: The data was written by a newer version.
        """
        if data["format"] > FORMAT:
            raise InputError(
                f"application_cleaner has format {data['format']}, this version reads up to {FORMAT}."
            )
        return cls(
            portfolio=Portfolio.model_validate(data["portfolio"]),
            header=dict(data["header"]),
            fractions=tuple(data["fractions"]),
            leaks=tuple(data["leaks"]),
            fills=dict(data["fills"]),
            flagged=tuple(data["flagged"]),
            bounds={name: Bounds(*bounds) for name, bounds in data["bounds"].items()},
            isolation=None if data["isolation"] is None else IsolationTrees.from_dict(data["isolation"]),
            isolation_action=data["isolation_action"],
        )
