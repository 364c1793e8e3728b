"""What a report is made of: sections of findings, each a picture or a table with what it says.

Whoever measures something writes its section; the page lays sections out and adds nothing of its own.
Sections are plain data, so that they lie in the catalog as JSON.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

Verdict = Literal["good", "attention", "bad", "none"]
Cell = str | int | float | bool | None


class Column(BaseModel):
    """One column of a table on the page."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(description="Heading, in words for people.")
    format: Literal["text", "count", "number", "share", "money"] = Field(
        default="text",
        description="How values are written: as they are; 1,234; 3 decimals; 12.3 %; 1,234 and currency.",
    )


class Table(BaseModel):
    """A small table for people; long ones belong in a file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    columns: tuple[Column, ...] = Field(description="Headings and formats.")
    rows: tuple[tuple[Cell, ...], ...] = Field(description="Cells by row; null is a gap.")
    caption: str = Field(
        default="", description="What the reader must know of it, such as the rows it rests on."
    )


class Finding(BaseModel):
    """One thing that was looked at: what to look for, what was found, the picture or table that shows it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str = Field(description="What is seen, in a few words.")
    look_for: str = Field(description="One sentence: what the reader should look for.")
    found: str = Field(description="One or two sentences written from the numbers: what was found.")
    verdict: Verdict = Field(default="none", description="What it means for the model's use, if anything.")
    figure: str | None = Field(default=None, description="Name of the catalog dataset with the picture.")
    table: Table | None = Field(default=None, description="The numbers, where people want to read them.")


class Section(BaseModel):
    """One chapter of the report."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str = Field(pattern=r"^[a-z_]+$", description="Name in links, file names and the catalog.")
    title: str = Field(description="Heading.")
    summary: str = Field(
        description="One or two sentences with the numbers that matter most; the executive page quotes them."
    )
    verdict: Verdict = Field(default="none", description="The section's bottom line.")
    findings: tuple[Finding, ...] = Field(default=(), description="In the order they are read.")
    values: dict[str, float] = Field(
        default={}, description="Numbers for machines, by snake_case name; validation.json holds them."
    )


def table_of(frame: pd.DataFrame, columns: Mapping[str, Column], caption: str = "") -> Table:
    """Take columns of a frame as a table for people.

    Args:
        frame: The numbers.
        columns: Heading and format by column of the frame, in the order wanted; others are left out.
        caption: See `Table`.

    Returns:
        The table; missing values are gaps.
    """
    cells = frame[list(columns)].astype(object)
    cells = cells.where(cells.notna(), None)
    return Table(
        columns=tuple(columns.values()),
        rows=tuple(tuple(map(_plain, row)) for row in cells.itertuples(index=False, name=None)),
        caption=caption,
    )


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """Return the gravest of several verdicts; `none` if there are none."""
    order: tuple[Verdict, ...] = ("none", "good", "attention", "bad")
    return max(verdicts, key=order.index, default="none")


def _plain(value: object) -> Cell:
    if value is None or isinstance(value, str | bool | int | float):
        return value
    item = getattr(value, "item", None)
    return item() if item is not None else str(value)
