"""Numbers as the page prints them: what is judged by them must agree with what is read."""

from __future__ import annotations


def as_printed(value: float, form: str = ".3f") -> float:
    """Round a number to the digits that are printed.

    Args:
        value: The number; missing stays missing.
        form: Format it is printed in, as of `with_interval`; one that ends in % prints percent.

    Returns:
        The number that is read; a share where percent is printed.
    """
    if not form.endswith("%"):
        return float(format(value, form))
    decimals = int(form.strip(".%"))
    return round(float(format(100 * value, f".{decimals}f")) / 100, decimals + 2)
