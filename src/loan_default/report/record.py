"""The report for machines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from loan_default.report.content import Report

FORMAT = 1


def validation_record(
    report: Report,
    metrics: Mapping[str, float],
    gates: Mapping[str, Mapping[str, Any]],
    provenance: Mapping[str, Any],
) -> dict[str, Any]:
    """Write everything that the report says as plain data.

    Args:
        report: What the page shows.
        metrics: Flat metrics of the reported model.
        gates: By model and criterion, every model of the comparison.
        provenance: Where the model comes from: commit, command, versions, seed, parameters; and the report.

    Returns:
        Plain data for JSON, with the keys `format`, `subject`, `admitted`, `verdict`, `gates` (of the
        reported model), `gates_by_model`, `metrics`, `sections` (by key), `provenance`.
    """
    return {
        "format": FORMAT,
        "subject": report.subject.model_dump(mode="json"),
        "admitted": report.admitted,
        "verdict": report.verdict,
        "gates": {gate.name: gate.model_dump(mode="json", exclude={"name"}) for gate in report.gates},
        "gates_by_model": gates,
        "metrics": dict(metrics),
        "sections": {
            section.key: {
                "title": section.title,
                "verdict": section.verdict,
                "summary": section.summary,
                "values": section.values,
                "findings": [
                    {"title": finding.title, "verdict": finding.verdict, "found": finding.found}
                    for finding in section.findings
                ],
            }
            for section in report.sections
        },
        "provenance": provenance,
    }
