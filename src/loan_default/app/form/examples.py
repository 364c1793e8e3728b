"""Applications to click: a typical one and variations of it, made of the fields alone. Nobody's own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from loan_default.scoring import Scorer
from loan_default.scoring.fields import Field, Value

_CHANGES = 3
_SHARE_OF_RANGE = 0.05


@dataclass(frozen=True, slots=True)
class Example:
    """One application with a name for people."""

    name: str
    values: dict[str, Value]


def make_examples(scorer: Scorer) -> list[Example]:
    """Return the typical application; one less and one more risky; one with only what is required.

    The risk varies by the three fields whose change, each alone, moves the probability most.
    """
    typical = {field.name: field.typical for field in scorer.fields}
    changes = [(field.name, value) for field in scorer.fields for value in _others(field)]
    checked = [scorer.check(_given(typical | {name: value})) for name, value in changes]
    sound = [
        (change, one)
        for change, one in zip(changes, checked, strict=True)
        if not one.faults and not one.warnings
    ]
    decisions = scorer.decide([one for _, one in sound])
    ranked = sorted(
        zip((change for change, _ in sound), (one.probability_of_default for one in decisions), strict=True),
        key=lambda entry: entry[1],
    )
    order = [change for change, _ in ranked]
    examples = [
        Example("Typical", typical),
        Example("Lower risk", typical | _first_fields(order)),
        Example("Higher risk", typical | _first_fields(order[::-1])),
    ]
    if not all(field.required for field in scorer.fields):
        required = {field.name: field.typical for field in scorer.fields if field.required}
        examples.append(Example("Only what is required", required))
    return [one for one in examples if not scorer.check(_given(one.values)).faults]


def _others(field: Field) -> Iterator[Value]:
    """Return values apart from the typical one but within what is common."""
    low, high, typical = field.training_low, field.training_high, field.typical
    if isinstance(low, float) and isinstance(high, float) and isinstance(typical, float):
        if typical <= 0:
            values = [low + _SHARE_OF_RANGE * (high - low)]
        else:
            values = [max(low, typical / 2), min(high, typical * 2)]
        yield from (float(round(value)) if field.whole else round(value, 2) for value in values)
    elif isinstance(typical, bool):
        yield not typical
    elif not field.ordered:  # grades hang together with one another
        yield from (label for label in field.labels if label != typical)


def _first_fields(changes: list[tuple[str, Value]]) -> dict[str, Value]:
    chosen: dict[str, Value] = {}
    for name, value in changes:
        if len(chosen) < _CHANGES:
            chosen.setdefault(name, value)
    return chosen


def _given(values: dict[str, Value]) -> dict[str, Value]:
    return {name: value for name, value in values.items() if value is not None}
