"""A made-up report on a made-up portfolio."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest

from loan_default.report.content import Gate, Headline, Report, Subject
from loan_default.report.section import Column, Finding, Section, Table


@pytest.fixture(scope="session")
def png() -> bytes:
    """A picture of 40 x 20 pixels with as many colours."""
    from PIL import Image

    image = Image.new("RGBA", (40, 20), (255, 255, 255, 0))
    for x in range(40):
        for y in range(10):
            image.putpixel((x, y), (x * 6, y * 20, 100, 255))
    content = io.BytesIO()
    image.save(content, "PNG")
    return content.getvalue()


@pytest.fixture(scope="session")
def make_report() -> Callable[..., Report]:
    def make(**changes: Any) -> Report:
        table = Table(
            columns=(
                Column(name="Group"),
                Column(name="Loans", format="count"),
                Column(name="Rate", format="share"),
                Column(name="Profit", format="money"),
            ),
            rows=(("a <b>", 12345, 0.1234, -1500.4), ("c", 2, None, 20.0)),
            caption="Two groups.",
        )
        fairness = Section(
            key="fairness",
            title="Fairness",
            summary="Level in all groups.",
            verdict="attention",
            findings=(
                Finding(
                    title="Groups", look_for="Bars alike.", found="They are.", verdict="good", table=table
                ),
                Finding(
                    title="Ratios",
                    look_for="Above the mark.",
                    found="ann approves <young> people 25% less often.",
                    verdict="attention",
                    figure="ratio_plot",
                ),
            ),
            values={"lowest_ratio": 0.75},
        )
        value = Section(key="value", title="Value", summary="It earns money.", verdict="good")
        limits = Section(
            key="limits",
            title="Known limits",
            summary="One limit.",
            findings=(Finding(title="Time is not known", look_for="A date.", found="There is no date."),),
        )
        subject = Subject(
            portfolio="made_up",
            portfolio_title="Made-up loans",
            currency="EUR",
            model="ann",
            model_title="ANN",
            version="0123456789ab",
            created="2026-03-04T05:06:07+00:00",
            trained="2026-03-03T08:00:00+00:00",
            run_id="run1",
            commit="abc",
            data_file="data/made_up.csv",
            data_fingerprint="feed",
            train_rows=7000,
            test_rows=1000,
            test_events=150,
            period="",
        )
        gates = (
            Gate(
                name="min_roc_auc", title="ROC AUC", demand="at least 0.6", found="0.7000", value=0.7,
                limit=0.6, outcome="passed",
            ),
            Gate(
                name="max_psi", title="PSI", demand="only reported", found="not measured", value=None,
                limit=None, outcome="not asked", note="No train rows.",
            ),
        )  # fmt: skip
        headline = Headline(
            key="roc_auc", label="ROC AUC", value=0.7, low=0.68, high=0.72, meaning="70 of 100 pairs."
        )
        values: dict[str, Any] = {
            "subject": subject,
            "admitted": True,
            "packed": True,
            "service_changed": False,
            "verdict": "It passed.",
            "reason": "ann is best.",
            "names": {"ann": "ANN"},
            "confidence": 0.95,
            "headlines": (headline,),
            "gates": gates,
            "sections": (fairness, value, limits),
        }
        return Report(**(values | changes))

    return make
