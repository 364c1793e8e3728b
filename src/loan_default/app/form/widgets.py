"""A widget for each field of an application, and what people put into it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import gradio as gr

from loan_default.scoring.fields import Field, Value

NOT_GIVEN = ""
_YES_NO = {"yes": True, "no": False}
_SEARCHABLE_FROM = 8
# With or without commas between the thousands; a decimal comma is not guessed at.
_NUMBER = re.compile(r"[+-]?(\d+|\d{1,3}(,\d{3})+)(\.\d*)?")


def widget(field: Field) -> gr.components.Component:
    """Return the widget of a field, inside the block that is being built."""
    options: dict[str, Any] = {
        "label": field.label if not field.unit or _names_unit(field) else f"{field.label} ({field.unit})",
        "info": info(field),
        "elem_id": f"field-{field.name}",
        "elem_classes": ["field"],
    }
    if field.kind == "number":
        # Not gr.Number: what is left empty there arrives as 0, and a wrong entry not at all.
        return gr.Textbox(max_lines=1, **options)
    if field.kind == "label":
        labels = field.labels or tuple(str(value) for value in (field.typical,) if value is not None)
        choices = [(_sentence(field.shown(label)), label) for label in labels]
        return gr.Dropdown(
            [*_not_given(field), *choices],
            value=None,
            allow_custom_value=field.open,
            filterable=field.open or len(labels) >= _SEARCHABLE_FROM,
            **options,
        )
    if field.kind == "boolean":
        choices = [(_sentence(answer), answer) for answer in _YES_NO]
        return gr.Radio([*_not_given(field), *choices], value=None, **options)
    if field.kind == "date":
        return gr.Textbox(placeholder="YYYY-MM-DD", max_lines=1, **options)
    return gr.Textbox(lines=3, **options)


def info(field: Field) -> str:
    """Return the help text under a field's name: its range, and what happens if it is left empty."""
    parts = []
    if field.labels:
        parts.append(f"One of {len(field.labels)}")
    if field.kind == "boolean":
        parts.append("Yes or no")
    if field.training_low is not None and field.training_high is not None:
        parts.append(f"{_end(field, field.training_low)} to {_end(field, field.training_high)} in training")
    if field.open:
        parts.append("Choose or type")
    if not field.required:
        parts.append("optional" if parts else "Optional")
    return ", ".join(parts)


def fault_marks(fields: Sequence[Field], faults: Mapping[str, str]) -> list[Any]:
    """Return an update for each widget: the fault at the field, or its usual help."""
    return [
        gr.update(info=f"⚠ {faults[field.name]}", elem_classes=["field", "faulty"])
        if field.name in faults
        else gr.update(info=info(field), elem_classes=["field"])
        for field in fields
    ]


def application(fields: Sequence[Field], entries: Sequence[Any]) -> dict[str, Any]:
    """Return the application that people entered, as JSON would hold it; what is empty is left out."""
    given = {}
    for field, entry in zip(fields, entries, strict=True):
        # Half of a character, as a browser may send it, cannot be written as JSON.
        text = entry.encode(errors="replace").decode().strip() if isinstance(entry, str) else entry
        if text is None or text == NOT_GIVEN:
            continue
        if field.kind == "number":
            given[field.name] = _number(text)
        else:
            given[field.name] = _YES_NO.get(text, text) if field.kind == "boolean" else text
    return given


def entries(fields: Sequence[Field], values: Mapping[str, Value]) -> list[Any]:
    """Return what to put into the widgets for an application."""
    return [_entry(field, values.get(field.name)) for field in fields]


def _entry(field: Field, value: Value) -> Any:
    if value is None:
        return None if field.required or field.kind == "number" else NOT_GIVEN
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:,.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else value


def _number(text: str) -> float | str:
    """Return the number in a text; the text itself if it is none, for the check to refuse."""
    return float(text.replace(",", "")) if _NUMBER.fullmatch(text) else text


def _names_unit(field: Field) -> bool:
    """Tell whether the name has the unit in it, such as years in the job."""
    return str(field.unit).casefold() in field.label.casefold().split()


def _not_given(field: Field) -> list[tuple[str, str]]:
    return [] if field.required else [("Not given", NOT_GIVEN)]


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _end(field: Field, end: float | str) -> str:
    return field.model_copy(update={"unit": None}).shown(end)
