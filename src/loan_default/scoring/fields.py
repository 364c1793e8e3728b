"""The fields of an application: what a person or a program is asked for."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict
from pydantic import Field as Described

from loan_default.portfolio.parsing import LARGEST_NUMBER

__all__ = ["LARGEST_NUMBER", "Field", "Kind", "Value", "write_for_people"]

Kind = Literal["number", "label", "boolean", "date", "text"]
Value = float | str | bool | None
"""A field's value in its canonical form: a number in its unit (percentages in per cent), a label as it is
after cleaning, a date as YYYY-MM-DD, a text; None where it was not given."""

_MANY_DIGITS = 10_000


class Field(BaseModel):
    """One field of an application, with what the train rows held in it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Described(description="Key in an application.")
    header: str = Described(description="Name of the column in the training file.")
    label: str = Described(description="Name for people.")
    unit: str | None = Described(description="Unit for people.")
    kind: Kind = Described(description="What its values are.")
    required: bool = Described(description="An application without it is refused.")
    whole: bool = Described(description="A number that is always whole in train: others are rounded.")
    minimum: float | str | None = Described(description="Smallest plausible number or earliest date.")
    maximum: float | str | None = Described(description="Largest plausible number or latest date.")
    training_low: float | str | None = Described(description="Smallest number or earliest date of train.")
    training_high: float | str | None = Described(description="Largest number or latest date of train.")
    labels: tuple[str, ...] = Described(
        description="Labels of train, after cleaning; in order if they have one."
    )
    ordered: bool = Described(description="The labels go from low to high.")
    open: bool = Described(description="New labels keep turning up (job titles): one never seen is scored.")
    default: Value = Described(description="What cleaning fills in where it is missing.")
    typical: Value = Described(description="Median number or date, commonest label of train.")

    def shown(self, value: Value) -> str:
        """Write a canonical value for people, with its unit."""
        if value is None:
            return "not given"
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, float | int):
            return f"{write_for_people(value)} {self.unit or ''}".rstrip()
        if self.kind == "label":
            return value.replace("_", " ")
        return f"of {len(value):,} characters" if self.kind == "text" else value


def write_for_people(number: float) -> str:
    """Write a number with thousands separators and no more digits than people read."""
    if number == int(number):
        return f"{int(number):,}"
    if abs(number) >= _MANY_DIGITS:
        return f"{number:,.0f}"
    return f"{number:,.2f}".rstrip("0").rstrip(".") if abs(number) >= 1 else f"{number:.3g}"
