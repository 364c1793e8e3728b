"""What the chapter on fairness is written from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True)
class FairnessFacts:
    """What was measured, and what is known of the protected columns.

    Attributes:
        described: Protected columns by name, in the portfolio's order, with their names for people.
        present: Those of them that the file has.
        used: Names for people of those whose values, themselves or derived, are among the model's features.
        notes: By column, which groups were gathered or left out.
        groups: Table of `measure_groups`.
        features: Table of `compare_blind`, empty where no protected column can be a feature.
        proxies: Table of `measure_proxies`.
        mitigation: Table of `rule_effects`, empty where none was asked for.
    """

    described: Mapping[str, str]
    present: Sequence[str]
    used: Sequence[str]
    notes: Mapping[str, str]
    groups: pd.DataFrame
    features: pd.DataFrame
    proxies: pd.DataFrame
    mitigation: pd.DataFrame

    def named(self, table: pd.DataFrame) -> pd.DataFrame:
        """Return a table with columns named for people."""
        return table.assign(column=table["column"].map(dict(self.described)))
