"""Nodes of the monitoring pipeline: read, join, measure, draw."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from loan_default.datasets.batch_output import BatchOutput
from loan_default.errors import InputError
from loan_default.evaluation.monitoring.facts import OutcomesRead, Reading, Watched
from loan_default.evaluation.monitoring.inputs import measure_inputs
from loan_default.evaluation.monitoring.performance import measure_performance
from loan_default.evaluation.monitoring.plots import (
    plot_decisions,
    plot_inputs,
    plot_outcomes,
    plot_score,
    plot_traffic,
)
from loan_default.evaluation.monitoring.settings import MonitoringSettings
from loan_default.evaluation.monitoring.tally import InputTally
from loan_default.evaluation.monitoring.traffic import by_band, by_period, by_policy
from loan_default.evaluation.risk_bands import POLICIES
from loan_default.pipelines.monitoring.reading_batch import read_batch
from loan_default.pipelines.monitoring.reading_log import read_log
from loan_default.pipelines.monitoring.reading_outcomes import default_id, join_outcomes
from loan_default.portfolio.description import Portfolio
from loan_default.scoring.bundle import Bundle, read_bundle
from loan_default.scoring.reference import read_reference

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def open_model(current_bundle: Path | None, monitoring: MonitoringSettings) -> tuple[Bundle, Watched]:
    """Open the bundle in service with its reference."""
    folder = current_bundle if monitoring.bundle is None else Path(monitoring.bundle)
    if folder is None:
        raise InputError(
            "There is no model in service to watch: run `kedro run` first, or name its bundle with "
            "monitoring.bundle."
        )
    bundle = read_bundle(folder)
    manifest, reference = bundle.manifest, read_reference(folder)
    policies = dict.fromkeys(POLICIES, 0)
    for band in manifest.bands:
        policies[band.policy] += reference.score.bands[band.name]
    return bundle, Watched(
        portfolio=manifest.portfolio.title,
        currency=manifest.portfolio.currency,
        model=manifest.model,
        version=manifest.version,
        threshold=manifest.threshold,
        roc_auc=manifest.metrics["roc_auc"],
        roc_auc_low=manifest.metrics["roc_auc_low"],
        roc_auc_high=manifest.metrics["roc_auc_high"],
        labels={field.name: field.label for field in manifest.fields},
        policies=policies,
        reference=reference,
    )


def read_predictions(
    watched_bundle: Bundle,
    watched_model: Watched,
    batch_output: BatchOutput,
    portfolio: Portfolio,
    monitoring: MonitoringSettings,
) -> tuple[pd.DataFrame, InputTally, Reading]:
    """Read the predictions of the period; their inputs are counted, not kept."""
    if monitoring.source == "log":
        return read_log(watched_bundle.manifest.fields, watched_model, monitoring)
    return read_batch(watched_bundle, batch_output, portfolio.file, watched_model, monitoring)


def add_outcomes(
    watched_predictions: pd.DataFrame,
    watched_bundle: Bundle,
    portfolio: Portfolio,
    monitoring: MonitoringSettings,
) -> tuple[pd.DataFrame, OutcomesRead]:
    """Give each prediction its outcome, where that is known."""
    has_row_id = watched_bundle.cleaner.portfolio.row_id is not None
    id_column = default_id(monitoring.source, has_row_id)
    return join_outcomes(watched_predictions, monitoring.outcomes, portfolio, id_column)


def measure(
    predictions: pd.DataFrame,
    watched_inputs: InputTally,
    watched_model: Watched,
    monitoring: MonitoringSettings,
) -> tuple[pd.DataFrame, ...]:
    """Measure volumes, risk bands, policies, inputs, and what is known of outcomes."""
    own = of_version(predictions, watched_model)
    reference = watched_model.reference
    return (
        by_period(predictions)[1],
        by_band(own, reference.score, monitoring.confidence),
        by_policy(own, watched_model.policies, monitoring.confidence),
        measure_inputs(reference.inputs, watched_inputs, monitoring),
        measure_performance(own, monitoring),
    )


def draw(
    predictions: pd.DataFrame,
    inputs: pd.DataFrame,
    performance: pd.DataFrame,
    watched_model: Watched,
    monitoring: MonitoringSettings,
) -> tuple[Figure, ...]:
    """Draw volumes, decisions, the score, inputs, and outcomes."""
    score = watched_model.reference.score
    column, own = score.probability, of_version(predictions, watched_model)
    counts = np.bincount(column.bins.place(own["probability"]), minlength=len(column.counts))
    length, periods = by_period(predictions)
    return (
        plot_traffic(length, periods, score.mean_probability),
        plot_decisions(length, periods, watched_model.policies),
        plot_score(column, counts),
        plot_inputs(inputs, monitoring.marks.psi),
        plot_outcomes(performance, watched_model.roc_auc),
    )


def of_version(predictions: pd.DataFrame, watched: Watched) -> pd.DataFrame:
    """Return the predictions of the watched version."""
    return predictions.loc[predictions["version"] == watched.version]
