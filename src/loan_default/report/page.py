"""The report as one HTML file that needs nothing beside itself."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from loan_default.report.content import Report, worst_finding
from loan_default.report.pictures import embed
from loan_default.report.section import Section, Verdict
from loan_default.report.writing import write_beginning, write_cell, write_heading, write_number, write_text

if TYPE_CHECKING:
    from jinja2 import Environment

VERDICTS: dict[Verdict, str] = {
    "good": "In order",
    "attention": "Attention",
    "bad": "Objection",
    "none": "For information",
}
LINE = 230
"""Characters that a chapter has on the first page, if its sentences allow."""

UNKNOWN = "limits"
"""The section whose findings are what is not known."""


def render_page(report: Report, figures: Mapping[str, bytes]) -> str:
    """Lay a report out.

    Args:
        report: What it says.
        figures: PNG by the name that findings give.

    Returns:
        One HTML document with style and pictures inside, no script.

    Raises:
        KeyError: A finding names a figure that is not there.
    """
    environment = open_templates(report.subject.currency, report.names)
    shown = first_shown(report.sections)
    return environment.get_template("report.html.j2").render(
        report=report,
        footer=css_text(f"{report.subject.portfolio_title}, {report.subject.model_title}"),
        subject=report.subject,
        pictures={name: embed(figures[name]) for name in shown},
        first_shown=shown,
        verdicts=VERDICTS,
        lines=[(section, *_line(section)) for section in report.sections if section.key != UNKNOWN],
        unknown=next((section for section in report.sections if section.key == UNKNOWN), None),
    )


def open_templates(currency: str | None, names: Mapping[str, str]) -> Environment:
    """Open the templates with the filters by which values, headings and sentences are written.

    Args:
        currency: Unit of amounts.
        names: Names of models as they are written on the page, by name in the data.
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("loan_default.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "cell": write_cell,
        "heading": partial(write_heading, currency=currency),
        "number": write_number,
        "prose": partial(_prose, names=names),
        "plain": partial(write_text, names=names),
        "day": _day,
    }
    return environment


def _prose(text: str, names: Mapping[str, str]) -> Markup:
    """Write a sentence as HTML: what stands in backticks is code."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(write_text(text, names)))))


def first_shown(sections: Iterable[Section]) -> dict[str, str]:
    """Return by the name of each picture the id of the first finding that has it: it is shown only there."""
    first: dict[str, str] = {}
    for section in sections:
        for place, finding in enumerate(section.findings, start=1):
            if finding.figure:
                first.setdefault(finding.figure, f"{section.key}-{place}")
    return first


def _line(section: Section) -> tuple[str, Verdict, str]:
    """Return link, verdict and sentence by which the first page speaks of a section."""
    found = worst_finding(section)
    if found is None:
        return f"#{section.key}", section.verdict, write_beginning(section.summary, LINE)
    place, finding = found
    return f"#{section.key}-{place + 1}", finding.verdict, write_beginning(finding.found, LINE)


def css_text(text: str) -> Markup:
    """Write a text as the inside of a CSS string."""
    return Markup(re.sub(r"[^\w ,.:()-]", " ", text))


def _day(stamp: str) -> str:
    moment = datetime.fromisoformat(stamp)
    return f"{moment.day} {moment:%B %Y, %H:%M} UTC"
