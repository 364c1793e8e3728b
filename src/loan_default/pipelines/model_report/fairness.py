"""The report's chapter on fairness."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from kedro.pipeline import Pipeline, node

from loan_default.evaluation.fairness import blind, measures, mitigation, proxies
from loan_default.evaluation.fairness.facts import FairnessFacts
from loan_default.evaluation.fairness.groups import Groups, band_columns
from loan_default.evaluation.fairness.plots import plot_approval, plot_calibration_by_group
from loan_default.evaluation.fairness.section import fairness_section
from loan_default.evaluation.fairness.settings import FairnessSettings
from loan_default.evaluation.intervals import sampling_units
from loan_default.evaluation.risk_bands import Bands
from loan_default.evaluation.settings import EvaluationSettings
from loan_default.features.settings import FeatureSettings
from loan_default.features.transformer import FeatureTransformer
from loan_default.frames import DEFAULT, PART, ROW_ID, TEST, TRAIN, VALIDATION, in_part
from loan_default.models.lightgbm import LightGbmSettings
from loan_default.pipelines.model_report.fairness_models import (
    protected_features,
    some_train_rows,
    train_pair,
)
from loan_default.portfolio.cleaner import ApplicationCleaner
from loan_default.portfolio.description import Portfolio
from loan_default.scoring.settings import ServiceSettings, bands_of

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def measure_groups(
    clean_applications: pd.DataFrame,
    reported_predictions: pd.DataFrame,
    portfolio: Portfolio,
    service: ServiceSettings,
    fairness: FairnessSettings,
    evaluation: EvaluationSettings,
    seed: int,
) -> pd.DataFrame:
    """Measure the policy and the reported model group by group, on test rows."""
    test = in_part(reported_predictions, TEST)
    groups = _groups(_rows_of(clean_applications, test), portfolio, fairness)
    return measures.measure_groups(
        groups,
        test[DEFAULT].to_numpy(),
        test["probability"].to_numpy(),
        test["prediction"].to_numpy(),
        _policies(test, service),
        sampling_units(test),
        fairness,
        evaluation,
        seed,
    )


def try_changes(
    clean_applications: pd.DataFrame,
    reported_predictions: pd.DataFrame,
    application_cleaner: dict[str, Any],
    portfolio: Portfolio,
    features: FeatureSettings,
    lightgbm: LightGbmSettings,
    service: ServiceSettings,
    fairness: FairnessSettings,
    evaluation: EvaluationSettings,
    seed: int,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Measure what protected columns are worth as features, and the mitigation asked for."""
    compared = pd.DataFrame(columns=list(blind.COLUMNS))
    tried = pd.DataFrame(columns=list(mitigation.COLUMNS))
    if not _present(clean_applications, portfolio):
        return compared, tried
    cleaner = ApplicationCleaner.from_dict(application_cleaner)
    rows = clean_applications[some_train_rows(clean_applications, fairness.train_rows, seed)]
    pair = train_pair(rows, cleaner.portfolio, cleaner.leaks, features, lightgbm, seed)
    if pair is not None:
        test = in_part(pair, TEST)
        outcome = test[DEFAULT].to_numpy()
        probabilities = test["seeing"].to_numpy(), test["blind"].to_numpy()
        compared = blind.compare_blind(outcome, *probabilities, sampling_units(test), evaluation, seed)
    grouped = _groups(_rows_of(clean_applications, reported_predictions), portfolio, fairness)
    labels = {name: grouped.labels[name].to_numpy() for name in grouped.order}
    people = reported_predictions.assign(
        accepted=_policies(reported_predictions, service) == "accept", **labels
    )
    parts = in_part(people, VALIDATION), in_part(people, TEST)
    columns = list(grouped.order)
    if fairness.mitigation == "threshold_optimizer":
        tried = mitigation.group_thresholds(*parts, columns, fairness.constraint, evaluation, seed)
    elif fairness.mitigation == "group_blind" and pair is not None:
        tried = mitigation.compare_rules(*parts, pair, columns, evaluation, seed)
    return compared, tried


def measure_proxies(
    clean_applications: pd.DataFrame,
    model_input: pd.DataFrame,
    feature_transformer: dict[str, Any],
    portfolio: Portfolio,
    fairness: FairnessSettings,
    evaluation: EvaluationSettings,
    seed: int,
) -> pd.DataFrame:
    """Guess protected columns from the features in use that do not come from them."""
    if not _present(clean_applications, portfolio):
        return pd.DataFrame(columns=list(proxies.COLUMNS))
    rows = model_input[some_train_rows(model_input, fairness.train_rows, seed)]
    labels = _groups(_rows_of(clean_applications, rows), portfolio, fairness).labels
    transformer = FeatureTransformer.from_dict(feature_transformer)
    own = set(protected_features(transformer))
    X = rows[[name for name in transformer.features if name not in own]].to_numpy(dtype=np.float32)
    train, test = ((rows[PART] == part).to_numpy() for part in (TRAIN, TEST))
    units = sampling_units(rows[test])
    return proxies.measure_proxies(
        X[train], labels[train], X[test], labels[test], units, evaluation.confidence, seed
    )


def draw_groups(
    groups: pd.DataFrame, portfolio: Portfolio, fairness: FairnessSettings
) -> tuple[Figure, Figure]:
    """Draw what the policy accepts and calibration by group."""
    labels = _labels(portfolio)
    return plot_approval(groups, fairness.approval_mark, labels), plot_calibration_by_group(groups, labels)


def write_section(
    clean_applications: pd.DataFrame,
    feature_transformer: dict[str, Any],
    portfolio: Portfolio,
    fairness: FairnessSettings,
    groups: pd.DataFrame,
    features: pd.DataFrame,
    proxies: pd.DataFrame,
    mitigation: pd.DataFrame,
) -> dict[str, Any]:
    """Write the chapter from its tables."""
    test = in_part(clean_applications, TEST)
    decisions = FeatureTransformer.from_dict(feature_transformer).decisions
    facts = FairnessFacts(
        described=_labels(portfolio),
        present=_present(clean_applications, portfolio),
        used=[decision.label for decision in decisions if decision.protected and decision.used_as],
        notes=_groups(test, portfolio, fairness).notes,
        groups=groups,
        features=features,
        proxies=proxies,
        mitigation=mitigation,
    )
    return fairness_section(facts, fairness).model_dump(mode="json")


def create_chapter() -> Pipeline:
    """Create the chapter."""
    return Pipeline(
        [
            node(
                measure_groups,
                inputs=[
                    "clean_applications",
                    "reported_predictions",
                    "params:portfolio",
                    "params:service",
                    "params:fairness",
                    "params:evaluation",
                    "params:seed",
                ],
                outputs="fairness_groups_table",
                name="measure_groups",
                namespace="report.fairness",
            ),
            node(
                try_changes,
                inputs=[
                    "clean_applications",
                    "reported_predictions",
                    "application_cleaner",
                    "params:portfolio",
                    "params:features",
                    "params:lightgbm",
                    "params:service",
                    "params:fairness",
                    "params:evaluation",
                    "params:seed",
                ],
                outputs=["fairness_features_table", "fairness_mitigation_table"],
                name="try_changes",
                namespace="report.fairness",
            ),
            node(
                measure_proxies,
                inputs=[
                    "clean_applications",
                    "model_input",
                    "feature_transformer",
                    "params:portfolio",
                    "params:fairness",
                    "params:evaluation",
                    "params:seed",
                ],
                outputs="fairness_proxies_table",
                name="measure_proxies",
                namespace="report.fairness",
            ),
            node(
                draw_groups,
                inputs=["fairness_groups_table", "params:portfolio", "params:fairness"],
                outputs=["fairness_approval_plot", "fairness_calibration_plot"],
                name="draw_groups",
                namespace="report.fairness",
            ),
            node(
                write_section,
                inputs=[
                    "clean_applications",
                    "feature_transformer",
                    "params:portfolio",
                    "params:fairness",
                    "fairness_groups_table",
                    "fairness_features_table",
                    "fairness_proxies_table",
                    "fairness_mitigation_table",
                ],
                outputs="fairness_section",
                name="write_section",
                namespace="report.fairness",
            ),
        ]
    )


def _labels(portfolio: Portfolio) -> dict[str, str]:
    """Name the protected columns for people; derived features are judged by what they are made of."""
    return {name: portfolio.label(name) for name in portfolio.protected if name in portfolio.columns}


def _policies(predictions: pd.DataFrame, service: ServiceSettings) -> np.ndarray:
    return Bands(bands_of(service)).policies(predictions["probability"].to_numpy())


def _present(clean: pd.DataFrame, portfolio: Portfolio) -> list[str]:
    return [name for name in _labels(portfolio) if name in clean]


def _groups(clean: pd.DataFrame, portfolio: Portfolio, fairness: FairnessSettings) -> Groups:
    """Band the protected columns as test rows demand."""
    return band_columns(
        clean,
        _present(clean, portfolio),
        fairness.min_rows,
        fairness.max_groups,
        fairness.bands,
        judged=(clean[PART] == TEST).to_numpy(),
    )


def _rows_of(clean: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """Return the cleaned applications of some rows, in their order."""
    if clean[ROW_ID].reset_index(drop=True).equals(rows[ROW_ID].reset_index(drop=True)):
        return clean
    return clean.set_index(ROW_ID, drop=False).loc[rows[ROW_ID]]
