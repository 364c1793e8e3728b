"""Nodes that share single answers out among the raw inputs, model by model."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from loan_default.evaluation.explanation.contributions import (
    by_input,
    leaves_of,
    summarise_contributions,
    tree_contributions,
)
from loan_default.evaluation.explanation.findings import found_contributions
from loan_default.evaluation.explanation.plots import plot_contributions
from loan_default.evaluation.explanation.section import UNITS
from loan_default.evaluation.explanation.settings import ExplanationSettings
from loan_default.features.transformer import FeatureTransformer
from loan_default.frames import ROW_ID
from loan_default.models.lineage import check_trained_on
from loan_default.pipelines.model_report.explained_inputs import Applications, flagged, in_order, sampled
from loan_default.pipelines.model_report.reported import load_scorer
from loan_default.scoring.scorer import Scorer
from loan_default.scoring.settings import ServiceSettings

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FEWEST = 20
"""Rows that are shared out however large the forest."""


def share_out_by_trees(model: str) -> Callable[..., tuple[pd.DataFrame, Figure]]:
    """Return the node function that shares out the answers of a forest or of LightGBM."""

    def share_out(
        estimator: Any,
        trained_on: dict[str, Any],
        model_input: pd.DataFrame,
        feature_transformer: dict[str, Any],
        reported_scorer: Scorer,
        explained_rows: pd.DataFrame,
        explained_applications: Applications,
        explanation: ExplanationSettings,
    ) -> tuple[pd.DataFrame, Figure]:
        check_trained_on(trained_on, model_input)
        wanted = explanation.contribution_rows
        if hasattr(estimator, "estimators_"):
            wanted = min(wanted, max(FEWEST, explanation.leaves // leaves_of(estimator)))
        places = sampled(explained_rows)[:wanted]
        ids = explained_rows.loc[places, ROW_ID]
        transformer = FeatureTransformer.from_dict(feature_transformer)
        features = model_input.set_index(ROW_ID).loc[ids, list(transformer.features)]
        contributions, _ = tree_contributions(estimator, features.to_numpy(dtype=np.float32))
        names = [field.name for field in reported_scorer.fields]
        shares = by_input(contributions, [transformer.sources[name] for name in features], names)
        applications = [explained_applications[place] for place in places]
        return _report_shares(model, shares, applications, reported_scorer, feature_transformer)

    return share_out


def share_out_by_scorer(model: str) -> Callable[..., tuple[pd.DataFrame, Figure]]:
    """Return the node function that shares out the answers of any model, as the service gives its reasons."""

    def share_out(
        champion: dict[str, Any],
        application_cleaner: dict[str, Any],
        feature_transformer: dict[str, Any],
        training_facts: dict[str, Any],
        monitoring_reference: dict[str, Any],
        data_tags: dict[str, str],
        service: ServiceSettings,
        explained_rows: pd.DataFrame,
        explained_applications: Applications,
        explanation: ExplanationSettings,
        *of_models: Any,
    ) -> tuple[pd.DataFrame, Figure]:
        learnt = (application_cleaner, feature_transformer, training_facts, monitoring_reference)
        scorer = load_scorer(model, champion, *learnt, data_tags, service, *of_models)
        places = sampled(explained_rows)[: explanation.contribution_rows]
        applications = [explained_applications[place] for place in places]
        shares = np.array([list(scorer.contributions(one).by_field.values()) for one in applications])
        return _report_shares(model, shares, applications, scorer, feature_transformer)

    return share_out


def _report_shares(
    model: str,
    shares: np.ndarray,
    applications: Applications,
    scorer: Scorer,
    feature_transformer: dict[str, Any],
) -> tuple[pd.DataFrame, Figure]:
    """Tabulate and draw contributions of shape (applications, fields)."""
    values = in_order(scorer.fields, applications, flagged(feature_transformer, "protected"))
    summary = summarise_contributions(shares, values, {field.name: field.label for field in scorer.fields})
    words = {
        "title": f"Contributions to the answers of {model}, {len(shares)} test rows",
        "unit": f"Contribution: {UNITS[model]}",
        "finding": found_contributions(summary, model),
    }
    return summary, plot_contributions(pd.DataFrame(shares, columns=values.columns), values, summary, words)
