"""Chapter: errors and gaps in applications."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
from kedro.pipeline import Pipeline, node

from loan_default.evaluation.intervals import sampling_units
from loan_default.evaluation.risk_bands import Bands
from loan_default.evaluation.robustness.measure import UNCHANGED, measure_losses
from loan_default.evaluation.robustness.plots import plot_losses
from loan_default.evaluation.robustness.section import FIGURE, describe_robustness
from loan_default.evaluation.robustness.settings import RobustnessSettings
from loan_default.evaluation.settings import EvaluationSettings
from loan_default.frames import DEFAULT, ROW_ID, TEST, in_part
from loan_default.portfolio.cleaner import ApplicationCleaner
from loan_default.portfolio.description import Portfolio
from loan_default.portfolio.raw_rows import raw_rows
from loan_default.scoring.scorer import PROBABILITY, Scorer
from loan_default.studies.changed_applications import Applications, changes, score_together

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def report_robustness(
    reported_predictions: pd.DataFrame,
    reported_scorer: Scorer,
    raw_applications: pd.DataFrame,
    application_cleaner: dict[str, Any],
    portfolio: Portfolio,
    robustness: RobustnessSettings,
    evaluation: EvaluationSettings,
    seed: int,
) -> tuple[dict[str, Any], pd.DataFrame]:
    """Score test rows as they are and after each change, as the service would, and describe the losses."""
    test = in_part(reported_predictions, TEST)
    rows = test.sample(min(robustness.rows, len(test)), random_state=seed)
    text = raw_rows(raw_applications, portfolio, rows[ROW_ID])
    fields = reported_scorer.fields
    cleaner = ApplicationCleaner.from_dict(application_cleaner)
    applications = Applications.of_file(text, fields, cleaner)
    changed = list(changes(applications, robustness.noise, robustness.swapped, seed))
    before, *scored = score_together(
        [applications.text, *(change.text for change in changed)],
        lambda rows: reported_scorer.score(rows)[PROBABILITY],
    )
    after = {change.name: p for change, p in zip(changed, scored, strict=True)}
    table = measure_losses(
        rows[DEFAULT].to_numpy(),
        sampling_units(rows),
        before,
        after,
        policies=Bands(reported_scorer.manifest.bands).policies,
        resamples=robustness.resamples,
        confidence=evaluation.confidence,
        seed=seed,
    )
    # The first row is of the rows as they are.
    required = {f"without {field.label}" for field in fields if field.required}
    table.insert(1, "kind", [UNCHANGED, *(change.kind for change in changed)])
    table.insert(2, "optional", ~table["change"].isin(required))
    metrics = reported_scorer.manifest.metrics
    section = describe_robustness(table, len(rows), len(test), metrics, robustness)
    return section.model_dump(mode="json"), table


def draw_robustness(section: dict[str, Any], table: pd.DataFrame, robustness: RobustnessSettings) -> Figure:
    """Draw errors, and the gaps that cost most."""
    return plot_losses(table, robustness.shown, section["summary"])


def create_chapter() -> Pipeline:
    """Create the chapter's nodes."""
    return Pipeline(
        [
            node(
                report_robustness,
                inputs=[
                    "reported_predictions",
                    "reported_scorer",
                    "raw_applications",
                    "application_cleaner",
                    "params:portfolio",
                    "params:robustness",
                    "params:evaluation",
                    "params:seed",
                ],
                outputs=["robustness_section", "robustness_losses_table"],
                name="report_robustness",
                namespace="report.robustness",
            ),
            node(
                draw_robustness,
                inputs=["robustness_section", "robustness_losses_table", "params:robustness"],
                outputs=FIGURE,
                name="draw_robustness",
                namespace="report.robustness",
            ),
        ]
    )
