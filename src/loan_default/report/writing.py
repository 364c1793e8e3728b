"""How values are written for people."""

from __future__ import annotations

import re
from collections.abc import Mapping

from loan_default.report.section import Cell, Column

GAP = "–"  # noqa: RUF001
MINUS = "\N{MINUS SIGN}"


def write_cell(value: Cell, column: Column) -> str:
    """Write one cell of a table by its column's format."""
    if value is None:
        return GAP
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return value
    match column.format:
        case "count" | "money":
            text = f"{value:,.0f}"
        case "number":
            text = f"{value:,.3f}"
        case "share":
            text = f"{100 * value:.1f} %"
        case _:
            return str(value)
    is_zero = not text.strip("-0.,% ")
    return text.removeprefix("-") if is_zero else text.replace("-", MINUS, 1)


def write_heading(column: Column, currency: str | None) -> str:
    """Write a column's heading, with the unit of money."""
    if column.format == "money" and currency and currency not in column.name:
        return f"{column.name} ({currency})"
    return column.name


def write_text(text: str, names: Mapping[str, str]) -> str:
    """Write a sentence as it is set: names of models, true minus signs, the space before a percent sign.

    Args:
        text: The sentence; what stands in backticks stays as it is.
        names: How names of models are written, by name in the data.
    """
    return "".join(
        part if part.startswith("`") else _set(part, names) for part in re.split(r"(`[^`]+`)", text)
    )


def _set(text: str, names: Mapping[str, str]) -> str:
    for name, title in names.items():
        text = re.sub(rf"(?<![\w./-]){name}(?![\w/-])", title, text)
    text = re.sub(r"(?<![\w.)])-(?=\d)", MINUS, text)
    return re.sub(r"(?<=\d) ?%", "\N{NO-BREAK SPACE}%", text)


def write_beginning(text: str, at_most: int) -> str:
    """Keep as many whole sentences from the beginning as have room, one at least."""
    first, *others = re.split(r"(?<=[.!?]) (?=[A-Z0-9])", text)
    for sentence in others:
        if len(first) + 1 + len(sentence) > at_most:
            break
        first = f"{first} {sentence}"
    return first


def write_number(value: float, decimals: int = 3) -> str:
    """Write a number with a true minus sign."""
    text = f"{value:.{decimals}f}"
    return text.replace("-", MINUS, 1)
