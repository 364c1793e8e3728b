"""A made-up lender, and the descriptions and settings that are shipped."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml

from loan_default.portfolio.description import Portfolio
from loan_default.portfolio.reading import read_text_table
from loan_default.portfolio.settings import CleaningSettings

ROOT = Path(__file__).resolve().parents[2]
TEXT = pd.StringDtype(na_value=np.nan)

DESCRIPTION: dict[str, Any] = {
    "name": "made_up",
    "title": "Made up",
    "currency": "EUR",
    "file": {"path": "made_up.csv", "source": "nowhere, it is made up"},
    "outcome": {"column": "outcome", "default": ["bad"], "paid": ["good"], "unresolved": ["running"]},
    "columns": {
        "amount": {"kind": "amount", "minimum": 1, "maximum": 100000},
        "rate": {"kind": "percent", "required": False},
        "job": {"kind": "category"},
        "applied": {"kind": "date", "required": False},
    },
    "derived": {"rate_per_amount": {"kind": "ratio", "numerator": "rate", "denominator": "amount"}},
}


def _changed(settings: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """Return settings with some values replaced, by dotted key."""
    result = {**settings}
    for key, value in changes.items():
        head, _, rest = key.partition("__")
        result[head] = _changed(result[head], {rest: value}) if rest else value
    return result


@pytest.fixture(scope="session")
def describe() -> Callable[..., Portfolio]:
    """The made-up lender's description; `outcome__paid=["ok"]` replaces a value."""

    def make(**changes: Any) -> Portfolio:
        return Portfolio.model_validate(_changed(DESCRIPTION, changes))

    return make


@pytest.fixture(scope="session")
def cleaning() -> Callable[..., CleaningSettings]:
    """The settings of conf/base; `split__test=0.2` replaces a value."""
    base = yaml.safe_load((ROOT / "conf/base/parameters_cleaning.yml").read_text())["cleaning"]

    def make(**changes: Any) -> CleaningSettings:
        return CleaningSettings.model_validate(_changed(base, changes))

    return make


@pytest.fixture(scope="session")
def shipped() -> Callable[..., Portfolio]:
    """A description of conf, with values replaced as in `describe`."""

    def load(name: str, **changes: Any) -> Portfolio:
        text = (ROOT / f"conf/{name}/portfolio.yml").read_text()
        return Portfolio.model_validate(_changed(yaml.safe_load(text)["portfolio"], changes))

    return load


@pytest.fixture(scope="session")
def read() -> Callable[..., pd.DataFrame]:
    """Read a file as a portfolio says; a relative path is one of the project."""

    def load(path: str | Path, portfolio: Portfolio) -> pd.DataFrame:
        return read_text_table(ROOT / path, portfolio.file)

    return load


@pytest.fixture(scope="session")
def table() -> Callable[..., pd.DataFrame]:
    """A file as it is after reading: columns of text, row numbers from 1."""

    def make(**columns: Any) -> pd.DataFrame:
        texts = {name: [str(value) for value in values] for name, values in columns.items()}
        frame = pd.DataFrame(texts, dtype=TEXT)
        frame.index = pd.RangeIndex(1, len(frame) + 1, name="row_number")
        return frame

    return make


@pytest.fixture(scope="session")
def book(table: Callable[..., pd.DataFrame]) -> Callable[..., pd.DataFrame]:
    """A made-up book of so many loans with outcomes by chance, as text."""

    def make(rows: int, seed: int = 0, event_rate: float = 0.3) -> pd.DataFrame:
        rng = np.random.default_rng(seed)
        days = np.datetime64("2015-01-01") + rng.integers(0, 1000, rows)
        return table(
            amount=rng.integers(100, 5000, rows),
            rate=rng.uniform(5, 25, rows).round(2),
            job=rng.choice(["clerk", "Farmer", "nurse", ""], rows),
            applied=days,
            outcome=np.where(rng.random(rows) < event_rate, "bad", "good"),
        )

    return make
