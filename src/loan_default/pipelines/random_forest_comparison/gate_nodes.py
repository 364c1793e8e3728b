"""The gates as a node: what each model must reach before a champion is chosen."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from loan_default.evaluation.evaluate import check_measured_with
from loan_default.evaluation.fairness.approval import approval_ratios
from loan_default.evaluation.fairness.groups import band_columns
from loan_default.evaluation.fairness.settings import FairnessSettings
from loan_default.evaluation.gain import gain_over
from loan_default.evaluation.gates import (
    check_gates,
    count_leaks,
    from_metrics,
    lowest_approval,
    shift_of_score,
)
from loan_default.evaluation.risk_bands import Bands
from loan_default.evaluation.settings import EvaluationSettings, ValidationCriteria
from loan_default.features.transformer import FeatureTransformer
from loan_default.frames import ROW_ID, TEST, in_part
from loan_default.pipelines.origin import of_comparison
from loan_default.pipelines.random_forest_comparison.nodes import of_each_model
from loan_default.portfolio.cleaner import ApplicationCleaner
from loan_default.portfolio.description import Portfolio
from loan_default.portfolio.raw_rows import raw_rows
from loan_default.scoring.in_service import ask_model_in_service
from loan_default.scoring.settings import ServiceSettings, bands_of

GATED = ("predictions", "metrics")
"""What the gates are given of each model in turn."""


def check_models(
    validation_criteria: ValidationCriteria,
    evaluation: EvaluationSettings,
    fairness: FairnessSettings,
    service: ServiceSettings,
    portfolio: Portfolio,
    raw_applications: pd.DataFrame,
    clean_applications: pd.DataFrame,
    application_cleaner: dict[str, Any],
    feature_transformer: dict[str, Any],
    leak_findings: pd.DataFrame,
    data_tags: dict[str, str],
    current_bundle: Path | None,
    run_provenance: dict[str, str],
    *of_models: Any,
) -> tuple[dict[str, dict[str, Any]], dict[str, Any]]:
    """Hold every model against the gates; `of_models`: see `GATED`.

    Returns:
        The gates by model, and by which run and settings they were checked.
    """
    predictions, metrics = of_each_model(of_models, GATED)
    check_measured_with(metrics, evaluation)
    test = in_part(clean_applications, TEST)
    protected = ApplicationCleaner.from_dict(application_cleaner).portfolio.protected
    in_frame = [name for name in protected if name in test]
    groups = band_columns(test, in_frame, fairness.min_rows, fairness.max_groups, fairness.bands).labels
    inputs = FeatureTransformer.from_dict(feature_transformer).groups()
    leaks = count_leaks(leak_findings.loc[leak_findings["leak"], "name"], inputs)
    in_service = ask_model_in_service(current_bundle, raw_rows(raw_applications, portfolio, test[ROW_ID]))
    bands = Bands(bands_of(service))
    gates = {}
    for name, frame in predictions.items():
        probability = in_part(frame, TEST).set_index(ROW_ID)["probability"].loc[test[ROW_ID]].to_numpy()
        accepted = bands.policies(probability) == "accept"
        measured = {
            **from_metrics(metrics[name]),
            "max_psi": shift_of_score(frame),
            "max_unexplained_leaks": leaks,
            "min_approval_ratio": lowest_approval(approval_ratios(groups, accepted, fairness.min_rows)),
            **gain_over(
                frame,
                in_service.probability,
                in_service.note,
                recorded_roc_auc=in_service.roc_auc,
                same_file=in_service.data_fingerprint == data_tags["data_fingerprint"],
                confidence=evaluation.confidence,
            ),
        }
        gates[name] = check_gates(measured, validation_criteria)
    return gates, of_comparison(run_provenance, evaluation, validation_criteria, fairness, service)
