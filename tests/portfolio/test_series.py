"""Repeated monthly columns in a description."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from loan_default.features.plan import plan_features
from loan_default.features.settings import FeatureSettings
from loan_default.portfolio.description import Portfolio

ROOT = Path(__file__).parents[2]


@pytest.fixture
def cards() -> dict[str, Any]:
    return yaml.safe_load((ROOT / "conf/credit_card_clients/portfolio.yml").read_text())["portfolio"]


def test_series_stand_for_derived_features(cards: dict[str, Any]) -> None:
    derived = Portfolio.model_validate(cards).derived
    assert set(derived) == {
        *(f"{name}_{what}" for name in cards["series"] for what in ("level", "trend", "volatility")),
        *(f"status_{what}" for what in ("worst", "months_late", "since_late", "late_streak")),
        *(f"{name}_{what}to_limit" for name in ("bill", "payment") for what in ("", "level_", "trend_")),
        "payment_to_bill",
    }  # fmt: skip
    assert derived["bill_to_limit"].inputs == ("bill_september", "limit")
    assert derived["payment_to_bill"].inputs == ("payment_level", "bill_level")
    assert derived["status_since_late"].label == "Repayment status, months since the last one late"


def test_a_description_reads_the_same_after_a_round_trip(cards: dict[str, Any]) -> None:
    portfolio = Portfolio.model_validate(cards)
    assert Portfolio.model_validate(portfolio.model_dump(mode="json")) == portfolio


def test_a_derived_feature_of_the_same_name_goes_before(cards: dict[str, Any]) -> None:
    own = {"kind": "ratio", "numerator": "bill_august", "denominator": "limit"}
    portfolio = Portfolio.model_validate({**cards, "derived": {"bill_to_limit": own}})
    assert portfolio.derived["bill_to_limit"].inputs == ("bill_august", "limit")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"columns": ["bill_april", "bill_may", "bill_jun"]}, "series.bill names bill_jun"),
        ({"limit": "limits"}, "series.bill names limits"),
        ({"pays": "rent"}, "series.bill.pays names 'rent'"),
        ({"pays": "bill"}, "series.bill.pays names 'bill'"),
        ({"columns": ["bill_april", "bill_may"]}, "at least 3"),
        ({"columns": ["bill_april", "bill_may", "sex"]}, "reads column sex of kind category"),
        ({"late": 1}, "Extra inputs"),
    ],
)
def test_what_cannot_be_a_series_is_refused(
    cards: dict[str, Any], change: dict[str, Any], message: str
) -> None:
    cards["series"]["bill"] |= change
    with pytest.raises(ValidationError, match=message):
        Portfolio.model_validate(cards)


def test_one_switch_leaves_out_what_series_come_to(cards: dict[str, Any]) -> None:
    portfolio = Portfolio.model_validate(cards)
    decisions = plan_features(
        portfolio, list(portfolio.columns), (), FeatureSettings(use_series=False)
    ).decisions
    off = {decision.name for decision in decisions if decision.reason == "of a series"}
    assert off == set(portfolio.derived)
