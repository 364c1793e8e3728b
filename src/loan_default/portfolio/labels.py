"""One spelling per label and per column name."""

from __future__ import annotations

import re

_FOOTNOTE = re.compile(r"\[[^\]]*\]")
_NOT_WORD = re.compile(r"[^0-9a-z]+")


def snake_case(text: str) -> str:
    """Return a label in snake_case, without footnote marks.

    Args:
        text: A label as the lender wrote it, such as ``"Mysore[7][8][9]"``.

    Returns:
        Lower case words joined by underscores, such as ``"mysore"``; signs that carry meaning at
        either end of a number (``10+``, ``<1``) are lost, so spellings of those belong to the description.
    """
    return _NOT_WORD.sub("_", _FOOTNOTE.sub("", text).lower()).strip("_")
