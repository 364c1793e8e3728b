"""What a whole report is made of: sections, and what stands on its first page."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from loan_default.report.section import Finding, Section, Verdict

GateOutcome = Literal["passed", "refused", "not asked", "not measured"]


class Gate(BaseModel):
    """One criterion of admission and what it said."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(description="Key of the criterion in the parameters.")
    title: str = Field(description="What is asked about, in words.")
    demand: str = Field(description="What is asked for, in words: at least 0.6.")
    found: str = Field(description="What was found, in words: 0.7061.")
    value: float | None = Field(description="What was found; null where it cannot be measured.")
    limit: float | None = Field(description="The limit; null where nothing is asked.")
    outcome: GateOutcome = Field(description="What it means for admission.")
    note: str = Field(default="", description="What the reader must know of it.")


class Headline(BaseModel):
    """One of the few numbers on the first page."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str = Field(description="Name of the metric.")
    label: str = Field(description="Name for people.")
    value: float = Field(description="On test rows.")
    low: float = Field(description="Lower end of its interval.")
    high: float = Field(description="Upper end of its interval.")
    meaning: str = Field(description="What it says, in words of the business.")


class Subject(BaseModel):
    """What the report is about."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    portfolio: str = Field(description="Name of the portfolio's folder.")
    portfolio_title: str = Field(description="Its name for people.")
    currency: str | None = Field(description="Unit of amounts.")
    model: str = Field(description="Name of the model in the comparison.")
    model_title: str = Field(description="Its name for people.")
    version: str = Field(description="Names the content of the bundle, packed with the settings of today.")
    created: str = Field(description="When the report was made, ISO 8601, UTC.")
    trained: str = Field(description="When the run began that trained the model, ISO 8601, UTC; or empty.")
    run_id: str = Field(description="MLflow run that trained the model, or `not tracked`.")
    commit: str = Field(description="Commit of the code that trained the model, or that there is none.")
    data_file: str = Field(description="The lender's file.")
    data_fingerprint: str = Field(description="Its fingerprint.")
    train_rows: int = Field(description="Rows it learnt from.")
    test_rows: int = Field(description="Rows it is judged by.")
    test_events: int = Field(description="Defaults among them.")
    period: str = Field(description="Application dates of the train rows, in words; empty without dates.")


class Report(BaseModel):
    """Everything on the page but the pictures."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    subject: Subject
    admitted: bool = Field(description="It passed every gate that was asked.")
    packed: bool = Field(
        description="A run packs it for service: as champion, or because it is asked for by name."
    )
    service_changed: bool = Field(
        description="Settings of service changed since the models were compared, so a bundle packed "
        "then has another version."
    )
    verdict: str = Field(description="What the gates said, in plain words.")
    reason: str = Field(description="Why this model, in words.")
    names: dict[str, str] = Field(
        default={}, description="Names of models as they are written on the page, by name in the data."
    )
    confidence: float = Field(description="Coverage of the intervals, as a share.")
    headlines: tuple[Headline, ...] = Field(description="The numbers of the first page.")
    gates: tuple[Gate, ...] = Field(description="Of this model.")
    sections: tuple[Section, ...] = Field(description="In the order they are read.")


_WORST_FIRST: tuple[Verdict, ...] = ("bad", "attention", "good", "none")


def worst_finding(section: Section) -> tuple[int, Finding] | None:
    """Find the finding to name on the first page.

    Returns:
        The first of the gravest findings with its place in the section; None where no finding has a verdict
        that is graver than good: then the section's summary says more.
    """
    grave = [
        (i, finding) for i, finding in enumerate(section.findings) if finding.verdict in ("bad", "attention")
    ]
    return min(grave, key=lambda pair: _WORST_FIRST.index(pair[1].verdict), default=None)
