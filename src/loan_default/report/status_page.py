"""A page on how something in service is doing: checks first, then sections, in the layout of the report."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict, Field

from loan_default.report.page import css_text, first_shown, open_templates
from loan_default.report.pictures import embed
from loan_default.report.section import Section, Verdict


class Check(BaseModel):
    """One thing that was judged."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str = Field(description="Name for machines.")
    title: str = Field(description="What is judged.")
    verdict: Verdict = Field(description="What it means.")
    found: str = Field(description="What was found, in words.")
    marks: str = Field(default="", description="What it was held against, in words.")


class StatusPage(BaseModel):
    """Everything on the page but the pictures."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: str = Field(description="What kind of page it is.")
    title: str = Field(description="What it is about.")
    facts: tuple[tuple[str, str], ...] = Field(description="Name and value of what the reader must know.")
    verdict: Verdict = Field(description="The bottom line.")
    words: dict[Verdict, str] = Field(description="How verdicts are called here.")
    sentence: str = Field(description="The bottom line in words.")
    checks_title: str = Field(description="Heading of the checks.")
    checks_note: str = Field(description="What the reader must know of them.")
    checks: tuple[Check, ...] = Field(description="In the order they are read.")
    sections: tuple[Section, ...] = Field(description="In the order they are read.")
    names: dict[str, str] = Field(description="Names of models as they are written, by name in the data.")
    currency: str | None = Field(description="Unit of amounts.")


def render_status(page: StatusPage, figures: Mapping[str, bytes]) -> str:
    """Lay the page out.

    Args:
        page: What it says.
        figures: PNG by the name that findings give.

    Returns:
        One HTML document with style and pictures inside, no script.

    Raises:
        KeyError: A finding names a figure that is not there.
    """
    shown = first_shown(page.sections)
    template = open_templates(page.currency, page.names).get_template("status.html.j2")
    return template.render(
        report=page,
        footer=css_text(f"{page.kind}: {page.title}"),
        pictures={name: embed(figures[name]) for name in shown},
        first_shown=shown,
        verdicts=page.words,
    )
