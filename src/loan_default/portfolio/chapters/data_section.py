"""The chapter on data: from the lender's file to the rows and columns that a model sees."""

from __future__ import annotations

from loan_default.evaluation.phrases import percent
from loan_default.frames import TEST, TRAIN
from loan_default.portfolio.chapters.data_columns import drift_in_words, on_drift, on_missing, on_unused
from loan_default.portfolio.chapters.data_rows import on_event, on_parts, on_rejects, on_rows
from loan_default.portfolio.chapters.data_tables import MOVED, DataFacts
from loan_default.portfolio.description import Portfolio
from loan_default.portfolio.settings import SplitSettings
from loan_default.report.section import Section, worst


def write_data_section(facts: DataFacts, portfolio: Portfolio, split: SplitSettings) -> Section:
    """Write the chapter.

    Args:
        facts: The numbers.
        portfolio: The lender's book, described.
        split: How rows were dealt to parts.
    """
    findings = (
        on_event(facts, portfolio),
        on_rows(facts),
        on_rejects(facts),
        on_parts(facts, split),
        on_drift(facts),
        on_missing(facts, portfolio),
        on_unused(facts),
    )
    parts = facts.report["parts"]
    used, events = (sum(part[key] for part in parts.values()) for key in ("rows", "events"))
    return Section(
        key="data",
        title="Portfolio and data",
        summary=(
            f"{portfolio.title}: {used:,} of {facts.rows_in_file:,} rows of the file are used, "
            f"{percent(events / used)} of them in default; the model is judged on {parts[TEST]['rows']:,} "
            f"test rows with {parts[TEST]['events']:,} defaults. {drift_in_words(facts)}"
        ),
        verdict=worst(finding.verdict for finding in findings),
        findings=findings,
        values={
            "rows_in_file": float(facts.rows_in_file),
            "rows_used": float(used),
            "rows_rejected": float(facts.taken_away("rejected")),
            "event_rate": events / used,
            "event_rate_test_minus_train": facts.rates[TEST].minus(facts.rates[TRAIN]).value,
            "max_psi": float(facts.drift["psi"].max()) if len(facts.drift) else 0.0,
            "inputs_moved": float((facts.drift["verdict"] == MOVED).sum()),
        },
    )
