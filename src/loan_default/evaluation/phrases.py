"""Pieces of sentences, so that every chapter writes numbers alike."""

from __future__ import annotations

from collections.abc import Sequence


def with_interval(value: float, low: float, high: float, form: str = ".3f") -> str:
    """Write a number with its interval: 0.706 [0.697, 0.715], or in percent 18.7 % [18.2, 19.2].

    Args:
        value: The number.
        low: Lower end.
        high: Upper end.
        form: Format of the number; one that ends in % writes percent.
    """
    if form.endswith("%"):
        inner = form[:-1] + "f"
        return f"{100 * value:{inner}} % [{100 * low:{inner}}, {100 * high:{inner}}]"
    return f"{value:{form}} [{low:{form}}, {high:{form}}]"


def percent(share: float, decimals: int = 1) -> str:
    """Write a share in percent: 18.7 %."""
    return f"{100 * share:.{decimals}f} %"


def listed(names: Sequence[str], at_most: int = 5) -> str:
    """List names in a sentence: a, b and c; what is beyond `at_most` is counted."""
    shown = list(names[:at_most])
    if len(names) > at_most:
        shown.append(f"{len(names) - at_most} more")
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"


def sentence(text: str) -> str:
    """Begin with a capital letter."""
    return text[:1].upper() + text[1:]
