"""What can be set is checked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pydantic import ValidationError


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"source": "file"}, "'log' or 'batch'"),
        ({"since": "2026-02-01", "until": "2026-01-01"}, "until .2026-01-01. lies before since"),
        ({"marks": {}}, "psi"),
        ({"marks": {"psi": {"amber": 0.3, "red": 0.25}}}, r"red \(0.25\) must be above amber \(0.3\)"),
    ],
)
def test_wrong_settings(settings: Callable[..., Any], changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        settings(**changes)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, ""),
        ({"since": "2026-01-01"}, "from 2026-01-01"),
        ({"until": "2026-01-31"}, "to 2026-01-31"),
        ({"since": "2026-01-01", "until": "2026-01-31"}, "from 2026-01-01 to 2026-01-31"),
    ],
)
def test_the_period_in_words(settings: Callable[..., Any], changes: dict[str, Any], words: str) -> None:
    assert settings(**changes).period == words
