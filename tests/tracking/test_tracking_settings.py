from __future__ import annotations

from pathlib import Path

import pytest

from loan_default.errors import InputError
from loan_default.tracking.settings import TrackingSettings, tracking_uri


def test_environment_variable_goes_before_the_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    project, settings = Path("/project"), TrackingSettings(tracking_uri="http://team:5000")
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://mine:5000")
    assert tracking_uri(settings, project) == "http://mine:5000"
    monkeypatch.delenv("MLFLOW_TRACKING_URI")
    assert tracking_uri(settings, project) == "http://team:5000"
    assert tracking_uri(TrackingSettings(), project) == "sqlite:////project/mlflow.db"


def test_wrong_key_is_named_with_the_allowed_ones() -> None:
    with pytest.raises(InputError, match=r"mlflow.yml.*enable = True.*Allowed keys: enabled, tracking_uri"):
        TrackingSettings.from_config({"enable": True})


def test_shipped_settings_are_the_defaults() -> None:
    import yaml

    shipped = Path(__file__).parents[2] / "conf/base/mlflow.yml"
    assert TrackingSettings.from_config(yaml.safe_load(shipped.read_text())) == TrackingSettings()
