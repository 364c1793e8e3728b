from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from pydantic import ValidationError

from loan_default.evaluation.value.settings import ValueSettings

CONF = Path(__file__).resolve().parents[3] / "conf"


@pytest.mark.parametrize("portfolio", ["base", "lending_club"])
def test_what_is_shipped_is_valid(portfolio: str) -> None:
    base, own = (
        yaml.safe_load((CONF / folder / "parameters_value.yml").read_text())["value"]
        for folder in ("base", portfolio)
    )
    assert ValueSettings.model_validate({**base, **own}).margin < 1


@pytest.mark.parametrize(
    "wrong",
    [{"loss_given_default": 1.2}, {"margin": 0}, {"interest_earned": 0}, {"flat_within": 1}, {"lgd": 0.5}],
)
def test_impossible_costs_are_refused(costs, wrong: dict[str, float]) -> None:
    with pytest.raises(ValidationError, match=next(iter(wrong))):
        costs(**wrong)
