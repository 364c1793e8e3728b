"""Settings of the service."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from loan_default.scoring.settings import ServiceSettings

CONF = Path(__file__).parents[2] / "conf"


@pytest.mark.parametrize(
    ("bands", "message"),
    [
        ([("a", 0.5), ("b", 0.2), ("c", 1)], "bands must go up, but their up_to are 0.5, 0.2, 1.0"),
        ([("a", 0.5), ("b", 0.5), ("c", 1)], "bands must go up"),
        ([("a", 0.5)], "the last band must end at 1, not at 0.5"),
        ([], "at least 1 item"),
    ],
)
def test_bands_go_up_to_one(bands: list[Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        ServiceSettings.model_validate({"bands": [{"name": name, "up_to": end} for name, end in bands]})


def test_a_model_that_there_is_not_is_refused() -> None:
    with pytest.raises(ValidationError, match="random_forest"):
        ServiceSettings.model_validate({"bands": [{"name": "all", "up_to": 1}], "model": "xgboost"})


@pytest.mark.parametrize("portfolio", ["lending_club", "customer_behavior", "consumer_credit"])
def test_what_the_shipped_settings_name_is_described(portfolio: str) -> None:
    file = CONF / portfolio / "parameters_scoring.yml"
    own = yaml.safe_load(file.read_text())["service"] if file.is_file() else {}
    base = yaml.safe_load((CONF / "base" / "parameters_scoring.yml").read_text())["service"]
    described = yaml.safe_load((CONF / portfolio / "portfolio.yml").read_text())["portfolio"]["columns"]
    settings = ServiceSettings.model_validate(base | own)
    assert settings.limits
    for rule in settings.consistency:
        for name in rule.not_above:
            assert described[name]["kind"] in ("amount", "percent", "number", "duration", "date")
