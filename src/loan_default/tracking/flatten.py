"""Nested values as flat, dotted keys."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

# What MLflow allows in the name of a parameter, metric or tag.
_NOT_ALLOWED = re.compile(r"[^\w\-./: ]")


def plain(value: Any) -> Any:
    """Turn Pydantic models, also nested ones, into what JSON can hold."""
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(inner) for inner in value]
    return value


def flatten(values: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Flatten nested mappings and Pydantic models: `{"a": {"b": 1}}` becomes `{"a.b": 1}`."""
    flat: dict[str, Any] = {}
    for key, value in plain(values).items():
        name = prefix + _NOT_ALLOWED.sub("_", key)
        if isinstance(value, dict) and value:
            flat.update(flatten(value, prefix=f"{name}."))
        else:
            flat[name] = value
    return flat


def shorten(value: Any, limit: int) -> str:
    """Write a value as text of at most `limit` characters, marked where it was cut."""
    text = str(value)
    mark = " ... (cut)"
    return text if len(text) <= limit else text[: limit - len(mark)] + mark
