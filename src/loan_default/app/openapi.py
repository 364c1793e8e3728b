"""The OpenAPI document, with the fields of the portfolio in service."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from loan_default.scoring.fields import LARGEST_NUMBER, Field

_TYPES = {"number": "number", "label": "string", "boolean": "boolean", "date": "string", "text": "string"}


def application_schema(fields: Sequence[Field]) -> dict[str, Any]:
    """Return the JSON schema of one application."""
    return {
        "type": "object",
        "title": "Application",
        "properties": {field.name: _property(field) for field in fields},
        "required": [field.name for field in fields if field.required],
    }


def example(fields: Sequence[Field]) -> dict[str, Any]:
    """Return a typical application; texts and dates without a typical value are left out."""
    return {
        field.name: int(field.typical) if field.whole and isinstance(field.typical, float) else field.typical
        for field in fields
        if field.typical is not None
    }


def openapi(app: FastAPI, fields: Sequence[Field], max_batch: int) -> dict[str, Any]:
    """Return the document of the app's routes, with `fields` as the body of a prediction."""
    document = get_openapi(title=app.title, version=app.version, summary=app.summary, routes=app.routes)
    document["components"]["schemas"]["Application"] = application_schema(fields)
    one = {"$ref": "#/components/schemas/Application"}
    document["paths"]["/api/predict"]["post"]["requestBody"] = {
        "required": True,
        "description": f"One application, or an array of at most {max_batch:,}.",
        "content": {
            "application/json": {
                "schema": {"anyOf": [one, {"type": "array", "items": one}]},
                "examples": {
                    "one": {"summary": "One application", "value": example(fields)},
                    "several": {"summary": "Several applications", "value": [example(fields)] * 2},
                },
            }
        },
    }
    return document


def _property(field: Field) -> dict[str, Any]:
    kind = _TYPES[field.kind]
    described: dict[str, Any] = {
        "type": kind if field.required else [kind, "null"],
        "title": f"{field.label} ({field.unit})" if field.unit else field.label,
    }
    if typical := example([field]):
        described["examples"] = list(typical.values())
    if field.kind == "date":
        described["format"] = "date"
    elif field.kind == "number":
        described["minimum"] = -LARGEST_NUMBER if field.minimum is None else field.minimum
        described["maximum"] = LARGEST_NUMBER if field.maximum is None else field.maximum
    elif field.labels:
        described["enum"] = [*field.labels] if field.required else [*field.labels, None]
    if not field.required:
        described["description"] = f"If missing: {field.shown(field.default)}."
    return described
