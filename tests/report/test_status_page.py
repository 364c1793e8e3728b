"""The page on how something in service is doing, made up."""

from __future__ import annotations

import pytest

from loan_default.report.section import Finding, Section
from loan_default.report.status_page import Check, StatusPage, render_status

WORDS = {"good": "Green", "attention": "Amber", "bad": "Red", "none": "Not judged"}


@pytest.fixture
def page() -> StatusPage:
    finding = Finding(
        title="Drift", look_for="Bars.", found="`income` of ann moved by 25%.", verdict="bad", figure="bars"
    )
    return StatusPage(
        kind="Monitoring",
        title="Loans <b>",
        facts=(("Model", "ANN"), ("Read", "a & b")),
        verdict="bad",
        words=WORDS,  # type: ignore[arg-type]
        sentence="1 of 2 checks is red.",
        checks_title="Checks",
        checks_note="How they count.",
        checks=(
            Check(key="a", title="Score", verdict="good", found="PSI 0.01.", marks="amber 0.1"),
            Check(key="b", title="Inputs", verdict="bad", found="1 input."),
        ),
        sections=(Section(key="inputs", title="Inputs", summary="One.", verdict="bad", findings=(finding,)),),
        names={"ann": "ANN"},
        currency="EUR",
    )


def test_checks_come_first_and_everything_is_escaped(page: StatusPage, png: bytes) -> None:
    html = render_status(page, {"bars": png})
    assert "<title>Monitoring: Loans &lt;b&gt;</title>" in html
    assert "<h2>Red</h2>" in html
    assert '<span class="chip good">Green</span>' in html
    assert '<span class="note">amber 0.1</span>' in html
    assert "<code>income</code> of ANN moved by 25\N{NO-BREAK SPACE}%." in html
    assert html.index("How they count.") < html.index('id="inputs"') < html.index("data:image/png")
    assert "signature" not in html.split("<body>")[1], "nothing of the model report"
    assert "<script" not in html


def test_a_picture_that_is_not_there(page: StatusPage) -> None:
    with pytest.raises(KeyError, match="bars"):
        render_status(page, {})
