"""Settings of the service."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from loan_default.scoring.settings import ServiceSettings, bands_of

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
        ServiceSettings.model_validate(
            {"bands": [{"name": name, "up_to": end, "policy": "accept"} for name, end in bands]}
        )


def with_policies(*policies: str) -> ServiceSettings:
    ends = [place / len(policies) for place in range(1, len(policies) + 1)]
    bands = zip(ends, policies, strict=True)
    return ServiceSettings.model_validate(
        {"bands": [{"name": f"to {end:.2f}", "up_to": end, "policy": policy} for end, policy in bands]}
    )


def test_bands_with_their_policies_run_from_0_to_1() -> None:
    bands = bands_of(with_policies("accept", "accept", "refer", "decline"))
    assert [(band.name, band.low, band.high, band.policy) for band in bands] == [
        ("to 0.25", 0, 0.25, "accept"),
        ("to 0.50", 0.25, 0.5, "accept"),
        ("to 0.75", 0.5, 0.75, "refer"),
        ("to 1.00", 0.75, 1, "decline"),
    ]


@pytest.mark.parametrize(
    "policies", [("accept",), ("refer",), ("accept", "decline"), ("accept", "refer"), ("refer", "decline")]
)
def test_a_policy_need_not_be_used(policies: tuple[str, ...]) -> None:
    assert [band.policy for band in with_policies(*policies).bands] == list(policies)


@pytest.mark.parametrize(
    ("policies", "message"),
    [
        (("accept", "decline", "refer"), "'to 1.00' is refer above 'to 0.67', which is decline"),
        (("refer", "accept"), "from accept over refer to decline .* 'to 1.00' is accept above 'to 0.50'"),
        (("accept", "ask"), "Input should be 'accept', 'refer' or 'decline'"),
    ],
)
def test_a_riskier_band_never_has_a_milder_policy(policies: tuple[str, ...], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        with_policies(*policies)


def test_two_bands_of_one_name_are_refused() -> None:
    bands = [{"name": "low", "up_to": end, "policy": "accept"} for end in (0.2, 1)]
    with pytest.raises(ValidationError, match="two bands are called 'low'; give each a name of its own"):
        ServiceSettings.model_validate({"bands": bands})


def test_a_band_without_a_policy_is_refused() -> None:
    with pytest.raises(ValidationError, match=r"bands\.0\.policy"):
        ServiceSettings.model_validate({"bands": [{"name": "all", "up_to": 1}]})


def test_a_model_that_there_is_not_is_refused() -> None:
    with pytest.raises(ValidationError, match="random_forest"):
        ServiceSettings.model_validate(
            {"bands": [{"name": "all", "up_to": 1, "policy": "accept"}], "model": "xgboost"}
        )


@pytest.mark.parametrize(
    "portfolio", ["lending_club", "customer_behavior", "consumer_credit", "credit_card_clients"]
)
def test_what_the_shipped_settings_name_is_described(portfolio: str) -> None:
    file = CONF / portfolio / "parameters_scoring.yml"
    own = yaml.safe_load(file.read_text())["service"] if file.is_file() else {}
    base = yaml.safe_load((CONF / "base" / "parameters_scoring.yml").read_text())["service"]
    described = yaml.safe_load((CONF / portfolio / "portfolio.yml").read_text())["portfolio"]["columns"]
    settings = ServiceSettings.model_validate(base | own)
    assert settings.limits
    assert {band.policy for band in settings.bands} == {"accept", "refer", "decline"}
    for rule in settings.consistency:
        for name in rule.not_above:
            assert described[name]["kind"] in ("amount", "percent", "number", "duration", "date")
