"""Turns of phrase in which numbers and names are put."""

from __future__ import annotations

from collections.abc import Sequence


def plural(count: int, noun: str) -> str:
    """Return the count with its noun: 1 row, 2,000 rows."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def listed(names: Sequence[str], joint: str, at_most: int = 5) -> str:
    """Return names as people list them: a, b and c; those beyond `at_most` are counted.

    Args:
        names: At least one.
        joint: and, or.
        at_most: Names written out.
    """
    shown = list(names[:at_most])
    if len(names) > at_most:
        shown.append(f"{len(names) - at_most} more")
    return f" {joint} ".join(filter(None, (", ".join(shown[:-1]), shown[-1])))
