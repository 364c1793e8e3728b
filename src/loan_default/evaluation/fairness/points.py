"""Measure policy, prediction and probability group by group on the rows themselves, without intervals."""

from __future__ import annotations

import numpy as np
import pandas as pd

from loan_default.evaluation.fairness.approval import approval_ratios

COLUMNS = (
    "column",
    "group",
    "n",
    "approval_rate",
    "ratio",
    "predicted_default_rate",
    "true_positive_rate",
    "false_positive_rate",
    "roc_auc",
    "default_rate",
    "mean_probability",
    "referral_rate",
    "decline_rate",
    "events",
)


def group_points(
    labels: pd.DataFrame,
    event: np.ndarray,
    probability: np.ndarray,
    called: np.ndarray,
    policies: np.ndarray,
    min_rows: int,
) -> pd.DataFrame:
    """Measure each group on the rows themselves, by fairlearn's metric frame.

    Args:
        labels: Group of each row by protected column, as in `Groups.labels`.
        event: Whether each row defaulted, bool of shape (rows,).
        probability: Probability of default of shape (rows,).
        called: Whether each row is predicted Default, bool of shape (rows,).
        policies: Policy of the risk band of each row, shape (rows,).
        min_rows: Fewest rows of a group.

    Returns:
        One row per column and group of at least `min_rows` rows, with `COLUMNS`.
    """
    from fairlearn.metrics import (  # type: ignore[import-untyped]
        MetricFrame,
        false_positive_rate,
        selection_rate,
        true_positive_rate,
    )
    from sklearn.metrics import roc_auc_score

    def ranking(y_true: np.ndarray, y_pred: np.ndarray) -> float:
        return float(roc_auc_score(y_true, y_pred)) if 0 < np.mean(y_true) < 1 else np.nan

    tables = []
    ratios = approval_ratios(labels, policies == "accept", min_rows)
    for name in labels.columns:
        known = labels[name].notna().to_numpy()
        if not known.any():
            continue
        of_people = {"sensitive_features": labels.loc[known, name].astype(str).to_numpy()}
        decisions = MetricFrame(
            metrics={
                "predicted_default_rate": selection_rate,
                "true_positive_rate": true_positive_rate,
                "false_positive_rate": false_positive_rate,
            },
            y_true=event[known].astype(int),
            y_pred=called[known].astype(int),
            **of_people,
        ).by_group
        ranked = MetricFrame(
            metrics={"roc_auc": ranking},
            y_true=event[known].astype(int),
            y_pred=probability[known],
            **of_people,
        ).by_group
        rates = pd.DataFrame(
            {
                "default_rate": event[known],
                "mean_probability": probability[known],
                "referral_rate": policies[known] == "refer",
                "decline_rate": policies[known] == "decline",
            }
        )
        means = rates.groupby(of_people["sensitive_features"]).mean()
        both = pd.concat([decisions, ranked, means], axis=1).rename_axis("group").reset_index()
        tables.append(ratios[ratios["column"] == name].merge(both, on="group"))
    if not tables:
        return pd.DataFrame(columns=list(COLUMNS))
    table = pd.concat(tables, ignore_index=True)
    table["events"] = (table["default_rate"] * table["n"]).round().astype(int)
    return table[table["n"] >= min_rows]
