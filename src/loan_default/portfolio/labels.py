"""One spelling per label and per column name."""

from __future__ import annotations

import re
import unicodedata

_FOOTNOTE = re.compile(r"\[[^\]]*\]")
_NOT_WORD = re.compile(r"[\W_]+")
# Signs that tell labels apart: AA+ from AA, <1 from >1.
_SIGNS = (
    (re.compile(r"<="), " le "),
    (re.compile(r">="), " ge "),
    (re.compile(r"<"), " lt "),
    (re.compile(r">"), " gt "),
    (re.compile(r"\+"), " plus "),
    (re.compile(r"^-(?=\d)|(?<=\w)-$"), " minus "),
)


def snake_case(text: str) -> str:
    """Return a label in snake_case, without footnote marks.

    Args:
        text: A label as the lender wrote it, such as ``"Mysore[7][8][9]"``.

    Returns:
        Lower case words joined by underscores, such as ``"mysore"``; letters of any script stay. Signs that
        carry meaning become words: ``"AA+"`` is ``"aa_plus"``, ``"< 1 year"`` is ``"lt_1_year"``.
    """
    label = unicodedata.normalize("NFC", _FOOTNOTE.sub("", text)).strip().lower()
    for sign, word in _SIGNS:
        label = sign.sub(word, label)
    return _NOT_WORD.sub("_", label).strip("_")


def fold(text: str) -> str:
    """Return the form in which spellings are compared: without case and superfluous spaces."""
    return " ".join(text.split()).casefold()
