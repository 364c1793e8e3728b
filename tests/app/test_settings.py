"""The settings and their environment variables."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from loan_default.app import Settings

KEY = "a key of the service"


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"LOAN_DEFAULT_{name.upper()}", raising=False)


def test_the_defaults_are_those_of_the_documentation() -> None:
    settings = Settings()
    assert settings.bundle == "data/06_models/lending_club/scoring_bundle"
    assert (settings.port, settings.workers, settings.max_batch) == (7860, 1, 10_000)
    assert settings.log_inputs


def test_the_environment_sets_them(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "BUNDLE": "b",
        "PORT": "81",
        "LOG_PATH": "none",
        "LOG_INPUTS": "no",
        "HOST": "",
    }.items():
        monkeypatch.setenv(f"LOAN_DEFAULT_{name}", value)
    settings = Settings()
    assert (settings.bundle, settings.port, settings.log_path) == ("b", 81, None)
    assert not settings.log_inputs
    assert settings.host is None, "an empty variable is none"


@pytest.mark.parametrize(
    ("host", "key", "listens_on"),
    [
        (None, None, "127.0.0.1"),
        (None, KEY, "0.0.0.0"),
        ("0.0.0.0", None, "0.0.0.0"),
        ("127.0.0.1", KEY, "127.0.0.1"),
    ],
)
def test_without_a_key_it_stays_on_this_machine_unless_told(
    host: str | None, key: str | None, listens_on: str
) -> None:
    assert Settings(host=host, api_key=key).listen_on == listens_on


@pytest.mark.parametrize(("name", "value"), [("PORT", "99999"), ("WORKERS", "0"), ("API_KEY", "short")])
def test_values_out_of_range_are_refused(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"LOAN_DEFAULT_{name}", value)
    with pytest.raises(ValidationError):
        Settings()


def test_the_key_is_not_shown() -> None:
    assert KEY not in repr(Settings(api_key=KEY))
