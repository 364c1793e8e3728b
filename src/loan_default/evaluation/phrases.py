"""Pieces of sentences, so that every chapter writes numbers alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


def with_interval(value: float, low: float, high: float, form: str = ".3f") -> str:
    """Write a number with its interval: 0.706 [0.697, 0.715], or in percent 18.7 % [18.2, 19.2].

    Args:
        value: The number.
        low: Lower end.
        high: Upper end.
        form: Format of the number; one that ends in % writes percent.
    """
    # z: a number that rounds to nothing has no minus sign.
    sign = form[:1] if form[:1] in "+- " else ""
    signless = f"{sign}z{form.removeprefix(sign)}"
    if form.endswith("%"):
        inner = signless[:-1] + "f"
        return f"{100 * value:{inner}} % [{100 * low:{inner}}, {100 * high:{inner}}]"
    return f"{value:{signless}} [{low:{signless}}, {high:{signless}}]"


def percent(share: float, decimals: int = 1) -> str:
    """Write a share in percent: 18.7 %."""
    return f"{100 * share:.{decimals}f} %"


def chance_in_calibration(metrics: Mapping[str, float]) -> str:
    """Say how much of a calibration error chance explains.

    Args:
        metrics: `calibration_error_low` and `calibration_error_by_chance`, in probability.
    """
    by_chance = f"{100 * metrics['calibration_error_by_chance']:.1f} points"
    beyond = metrics["calibration_error_low"]
    told = f"at least {100 * beyond:.2f} points are more than that" if beyond > 0 else "no more is shown"
    return (
        f"Gaps count without sign, so a perfectly calibrated model would show {by_chance} by chance; {told}."
    )


def listed(names: Sequence[str], at_most: int = 5, joint: str = "and") -> str:
    """List names in a sentence: a, b and c; what is beyond `at_most` is counted."""
    shown = list(names[:at_most])
    if len(names) > at_most:
        shown.append(f"{len(names) - at_most} more")
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} {joint} {shown[-1]}"


def plural(count: int, noun: str) -> str:
    """Write a count with its noun: 1 row, 2,000 rows."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def sentence(text: str) -> str:
    """Begin with a capital letter."""
    return text[:1].upper() + text[1:]
