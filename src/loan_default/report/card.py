"""The model card, in the format of the Hugging Face Hub: YAML for machines, Markdown for people."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field

from loan_default.report.content import Report
from loan_default.report.section import Section
from loan_default.report.writing import write_number, write_text

METRICS = ("roc_auc", "gini", "ks", "average_precision", "brier", "log_loss", "calibration_error", "f1")
"""Metrics listed in the front matter."""

TAGS = ("credit-risk", "probability-of-default", "loan-default", "tabular-classification", "onnx")


class CardSettings(BaseModel):
    """What only the owner of a model can say of it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    license: str = Field(
        min_length=1, description="Licence of the model: an identifier of the Hugging Face Hub, or `other`."
    )
    contact: str = Field(default="", description="Whom to ask, in words; empty: nobody is named.")


def render_card(
    report: Report, metrics: Mapping[str, float], limits: tuple[str, ...], settings: CardSettings
) -> str:
    """Write the model card.

    Args:
        report: What the page shows.
        metrics: Flat metrics of the model on test rows.
        limits: How not to use it, in words.
        settings: Licence and contact.

    Returns:
        Markdown with YAML front matter.
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("loan_default.report"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {"number": write_number, "plain": partial(write_text, names=report.names)}
    sections = {section.key: section for section in report.sections}
    return environment.get_template("model_card.md.j2").render(
        front_matter=yaml.safe_dump(
            _front_matter(report, metrics, settings), sort_keys=False, allow_unicode=True
        ),
        report=report,
        subject=report.subject,
        limits=limits,
        settings=settings,
        others=[section for key, section in sections.items() if key != "limits"],
        unknown=_findings(sections.get("limits")),
    )


def _front_matter(report: Report, metrics: Mapping[str, float], settings: CardSettings) -> dict[str, Any]:
    subject = report.subject
    dataset = {"name": subject.portfolio_title, "type": subject.portfolio, "split": "test"}
    return {
        "license": settings.license,
        "library_name": "loan-default",
        "language": "en",
        "pipeline_tag": "tabular-classification",
        "tags": list(TAGS),
        "metrics": list(METRICS),
        "model-index": [
            {
                "name": f"{subject.portfolio}-{subject.model}",
                "results": [
                    {
                        "task": {"type": "tabular-classification", "name": "Probability of default"},
                        "dataset": dataset,
                        "metrics": [
                            {"type": name, "name": name, "value": round(float(metrics[name]), 6)}
                            for name in METRICS
                        ],
                    }
                ],
            }
        ],
    }


def _findings(section: Section | None) -> list[str]:
    return (
        [] if section is None else [f"**{finding.title}.** {finding.found}" for finding in section.findings]
    )
