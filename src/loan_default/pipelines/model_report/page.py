"""The page, the model card and the record for machines: all chapters together."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import Any

from kedro.pipeline import Pipeline, node
from pydantic_core import to_jsonable_python

from loan_default.evaluation.gates import CRITERIA, demand, outcome_of, refusals, shown
from loan_default.evaluation.headlines import headlines
from loan_default.evaluation.origin import Origin, changed_service, code_of
from loan_default.evaluation.words import MODEL_TITLES
from loan_default.pipelines.random_forest_comparison.nodes import packed_as
from loan_default.report.card import CardSettings, render_card
from loan_default.report.content import Gate, Report, Subject
from loan_default.report.page import render_page
from loan_default.report.record import validation_record
from loan_default.report.section import Section
from loan_default.scoring.manifest import Manifest
from loan_default.scoring.scorer import Scorer
from loan_default.scoring.settings import ServiceSettings

logger = logging.getLogger(__name__)

EARLIER_FIGURES = (
    "cleaning_figure",
    "feature_figure",
    "comparison_figure",
    "roc_figure",
    "precision_recall_figure",
    "calibration_figure",
    "score_band_figure",
)
"""Pictures of earlier pipelines that a finding may name."""


def compose_report(
    reported_scorer: Scorer,
    champion: dict[str, Any],
    reported_origin: Origin,
    service: ServiceSettings,
    current_settings: dict[str, Any],
    *sections: dict[str, Any],
) -> dict[str, Any]:
    """Put the first page before the sections."""
    manifest = reported_scorer.manifest
    report = Report(
        subject=_subject(manifest, reported_origin),
        admitted=manifest.admitted,
        packed=packed_as("champion", champion, service) == manifest.model,
        service_changed=bool(changed_service(reported_origin, current_settings)),
        verdict=_verdict(manifest, champion),
        reason=champion["reason"],
        names=MODEL_TITLES,
        confidence=manifest.metrics["confidence"],
        headlines=headlines(manifest.metrics),
        gates=_gates(champion["criteria"][manifest.model]),
        sections=tuple(Section.model_validate(section) for section in sections),
    )
    logger.info("Report on %s: %s", manifest.model, report.verdict)
    return report.model_dump(mode="json")


def lay_out_page(names: tuple[str, ...]) -> Callable[..., str]:
    """Return the node function that lays the report out with the pictures of these datasets."""

    def lay_out_page(model_report: dict[str, Any], *pictures: bytes) -> str:
        page = render_page(Report.model_validate(model_report), dict(zip(names, pictures, strict=True)))
        logger.info("The page has %.1f MB.", len(page) / 1e6)
        return page

    return lay_out_page


def write_card(model_report: dict[str, Any], reported_scorer: Scorer, model_card: CardSettings) -> str:
    """Write the model card."""
    manifest = reported_scorer.manifest
    return render_card(Report.model_validate(model_report), manifest.metrics, manifest.limits, model_card)


def write_record(
    model_report: dict[str, Any],
    reported_scorer: Scorer,
    champion: dict[str, Any],
    reported_origin: Origin,
    run_provenance: dict[str, str],
    parameters: dict[str, Any],
) -> dict[str, Any]:
    """Write the report for machines; its provenance is that of the model, the report's own stands below."""
    manifest = reported_scorer.manifest
    provenance = {
        **reported_origin.training.run,
        "parameters": reported_origin.settings,
        "steps": {step.name: dict(step.run) for step in reported_origin.all_steps},
        "report": {
            **run_provenance,
            "versions": manifest.versions,
            "parameters": to_jsonable_python(parameters),
        },
    }
    return validation_record(
        Report.model_validate(model_report), manifest.metrics, champion["criteria"], provenance
    )


def finish_report(page: str, card: str, record: dict[str, Any]) -> str:
    """Say that every file of the report is there; only then a run packs what goes into service."""
    return "all files of the report"


def _subject(manifest: Manifest, origin: Origin) -> Subject:
    training, run = manifest.training, origin.training.run
    return Subject(
        portfolio=manifest.portfolio.name,
        portfolio_title=manifest.portfolio.title,
        currency=manifest.portfolio.currency,
        model=manifest.model,
        model_title=MODEL_TITLES[manifest.model],
        version=manifest.version,
        created=manifest.created,
        trained=run.get("started", ""),
        run_id=run.get("run_id", "not tracked"),
        commit=code_of(run),
        data_file=origin.data["data_file"],
        data_fingerprint=origin.data["data_fingerprint"],
        train_rows=training.rows,
        test_rows=int(manifest.metrics["n"]),
        test_events=int(manifest.metrics["events"]),
        period=f"applied for from {training.first_date} to {training.last_date}"
        if training.first_date
        else "",
    )


def _verdict(manifest: Manifest, champion: dict[str, Any]) -> str:
    gates = champion["criteria"][manifest.model]
    asked = sum(gate["passed"] is not None for gate in gates.values())
    title = MODEL_TITLES[manifest.model]
    missed = refusals(gates)
    if missed:
        return (
            f"The {title} misses {len(missed)} of the {asked} criteria that were asked: {'; '.join(missed)}. "
            "No model was admitted; this report is about the one that ranks best on validation rows."
        )
    if not asked:
        return f"The {title} is the champion of this run; no criterion was asked."
    measured = sum(outcome_of(gate) == "passed" for gate in gates.values())
    met = (
        f"all {asked} criteria that were asked"
        if measured == asked
        else f"the {measured} criteria that could be measured, of {asked} asked,"
    )
    return f"The {title} meets {met} and is the champion of this run."


def _gates(gates: dict[str, dict[str, Any]]) -> tuple[Gate, ...]:
    return tuple(
        Gate(
            name=name,
            title=CRITERIA[name].title,
            demand=demand(name, gate),
            found=shown(name, gate),
            value=gate["value"],
            limit=gate["limit"],
            outcome=outcome_of(gate),
            note=gate["note"],
        )
        for name, gate in gates.items()
    )


def create_nodes(sections: Iterable[str], figures: Iterable[str]) -> Pipeline:
    """Create the nodes that put everything together.

    Args:
        sections: Datasets of the sections, in the order they are read.
        figures: Datasets of pictures that findings may name.
    """
    of_sections, of_figures = tuple(sections), (*EARLIER_FIGURES, *figures)
    return Pipeline(
        [
            node(
                compose_report,
                inputs=[
                    "reported_scorer",
                    "champion",
                    "reported_origin",
                    "params:service",
                    "current_settings",
                    *of_sections,
                ],
                outputs="model_report",
                name="compose_report",
                namespace="report.page",
            ),
            node(
                lay_out_page(of_figures),
                inputs=["model_report", *of_figures],
                outputs="model_report_page",
                name="lay_out_page",
                namespace="report.page",
            ),
            node(
                write_card,
                inputs=["model_report", "reported_scorer", "params:model_card"],
                outputs="model_card",
                name="write_card",
                namespace="report.page",
            ),
            node(
                write_record,
                inputs=[
                    "model_report",
                    "reported_scorer",
                    "champion",
                    "reported_origin",
                    "run_provenance",
                    "parameters",
                ],
                outputs="validation_record",
                name="write_record",
                namespace="report.page",
            ),
            node(
                finish_report,
                inputs=["model_report_page", "model_card", "validation_record"],
                outputs="report_written",
                name="finish_report",
                namespace="report.page",
            ),
        ]
    )
