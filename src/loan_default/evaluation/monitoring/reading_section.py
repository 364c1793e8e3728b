"""The chapter on what was read, written from its numbers."""

from __future__ import annotations

from loan_default.evaluation.monitoring.facts import Reading
from loan_default.evaluation.phrases import listed
from loan_default.report.section import Finding, Section
from loan_default.report.status_page import Check


def describe_reading(reading: Reading, check: Check) -> Section:
    """Write the chapter on what was read, and what could not be."""
    findings = []
    if reading.broken:
        findings.append(
            Finding(
                title="Broken lines",
                look_for="None; a disk that was full leaves some.",
                found=f"{reading.broken:,} of {reading.records:,} lines are no entry of a prediction log and "
                f"were passed over; the first are {listed(reading.broken_at)}.",
                verdict=check.verdict,
            )
        )
    files = f" in {reading.files} files" if reading.files > 1 else ""
    left_out = [
        f"{count:,} {words}."
        for count, words in (
            (reading.outside, "lie outside the days that were asked for"),
            (reading.repeated, "predictions are there twice and count once"),
        )
        if count
    ]
    return Section(
        key="reading",
        title="What was read",
        summary=" ".join(
            [f"{reading.source.capitalize()} `{reading.where}`{files}: {check.found}", *left_out]
            + ([reading.other_rows] if reading.other_rows else [])
        ),
        verdict=check.verdict,
        findings=tuple(findings),
        values={"records": float(reading.records), "broken": float(reading.broken)},
    )
