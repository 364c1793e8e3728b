"""Markdown of the pages that the benchmarks write."""

from __future__ import annotations


def grid(headings: list[str], rows: list[list[str]], right: int = 0) -> str:
    """Write a table.

    Args:
        headings: One for each column.
        rows: The cells.
        right: How many columns, from the last on, are set to the right.
    """
    rule = ["---"] * (len(headings) - right) + ["---:"] * right
    return "\n".join(f"| {' | '.join(cells)} |" for cells in [headings, rule, *rows])
