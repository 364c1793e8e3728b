"""Chapter: where the numbers come from, and whether they come out again."""

from __future__ import annotations

import logging
from typing import Any

import pandas as pd
from kedro.pipeline import Pipeline, node
from pydantic_core import to_jsonable_python

from loan_default.evaluation.reproducibility import Origin, Scored, describe_reproducibility
from loan_default.frames import ROW_ID, TEST, in_part
from loan_default.portfolio.description import Portfolio
from loan_default.portfolio.raw_rows import raw_rows
from loan_default.scoring.scorer import PROBABILITY, Scorer

logger = logging.getLogger(__name__)


def report_reproducibility(
    reported_scorer: Scorer,
    reported_predictions: pd.DataFrame,
    raw_applications: pd.DataFrame,
    portfolio: Portfolio,
    data_tags: dict[str, str],
    run_provenance: dict[str, str],
    run_id: str,
    parameters: dict[str, Any],
    seed: int,
) -> dict[str, Any]:
    """Score the test rows again from the raw file, and say which code, data and settings were used."""
    test = in_part(reported_predictions, TEST)
    logger.info("Scoring %s test rows again from the lender's file.", f"{len(test):,}")
    again = reported_scorer.score(raw_rows(raw_applications, portfolio, test[ROW_ID]))[PROBABILITY]
    manifest = reported_scorer.manifest
    section = describe_reproducibility(
        Scored(test["probability"].to_numpy(), again.to_numpy()),
        Origin(
            provenance=run_provenance,
            run_id=run_id,
            seed=seed,
            data=data_tags,
            bundle=manifest.version,
            versions=manifest.versions,
            parameters=_leaves(to_jsonable_python(parameters)),
        ),
    )
    return section.model_dump(mode="json")


def _leaves(value: Any) -> int:
    """Count the single values of nested settings."""
    if isinstance(value, dict) and value:
        return sum(map(_leaves, value.values()))
    return 1


def create_chapter() -> Pipeline:
    """Create the chapter's nodes."""
    return Pipeline(
        [
            node(
                report_reproducibility,
                inputs=[
                    "reported_scorer",
                    "reported_predictions",
                    "raw_applications",
                    "params:portfolio",
                    "data_tags",
                    "run_provenance",
                    "run_id",
                    "parameters",
                    "params:seed",
                ],
                outputs="reproducibility_section",
                name="report_reproducibility",
                namespace="reproducibility",
            )
        ]
    )
