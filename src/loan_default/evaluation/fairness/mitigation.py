"""What closing a gap would do: to groups, to error rates, and to the lender."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from loan_default.evaluation.fairness.approval import approval_ratios
from loan_default.frames import ROW_ID

COLUMNS = (
    "column",
    "rule",
    "n",
    "approval_rate",
    "lowest_ratio",
    "true_positive_rate_gap",
    "false_positive_rate_gap",
    "default_rate_of_approved",
    "defaults_approved_per_1000",
    "goods_not_approved_per_1000",
)
BY_POLICY = "the policy"
ONE_THRESHOLD = "one threshold for all"
GROUP_THRESHOLDS = "a threshold for each group"
SEEING = "with protected columns"
BLIND = "without protected columns"


def rule_effect(
    column: str, rule: str, groups: np.ndarray, event: np.ndarray, approved: np.ndarray
) -> dict[str, Any]:
    """Measure what a way of deciding does.

    Args:
        column: Protected column.
        rule: Name of the way of deciding.
        groups: Group of each row, text of shape (rows,).
        event: Whether each row defaulted, bool of shape (rows,).
        approved: Whether each row is approved, bool of shape (rows,).

    Returns:
        `COLUMNS`: the lowest approval ratio of a group, the widest gaps between groups in the share of
        defaults and of repaid loans that are not approved, the default rate of what is, and defaults
        approved and repaid loans not approved per 1,000 applications.
    """
    from fairlearn.metrics import (  # type: ignore[import-untyped]
        MetricFrame,
        false_positive_rate,
        true_positive_rate,
    )

    gaps = MetricFrame(
        metrics={"tpr": true_positive_rate, "fpr": false_positive_rate},
        y_true=event.astype(int),
        y_pred=(~approved).astype(int),
        sensitive_features=groups,
    ).difference()
    ratios = approval_ratios(pd.DataFrame({column: groups}), approved, min_rows=1)
    per_row = (
        len(event),
        float(np.mean(approved)),
        float(ratios["ratio"].min()),
        float(gaps["tpr"]),
        float(gaps["fpr"]),
        float(event[approved].mean()) if approved.any() else np.nan,
        1000 * float(np.mean(event & approved)),
        1000 * float(np.mean(~event & ~approved)),
    )
    return dict(zip(COLUMNS, (column, rule, *per_row), strict=True))


def group_thresholds(
    fitted_on: pd.DataFrame, judged: pd.DataFrame, columns: list[str], constraint: str, seed: int
) -> pd.DataFrame:
    """Try a threshold for each group, by fairlearn's ThresholdOptimizer (Hardt et al., 2016).

    It is fitted on rows that are not judged, for the best mean of the two rates of right decisions (balanced
    accuracy) under the constraint. Between two thresholds of a group it draws lots. One threshold for all,
    chosen in the same way, is shown beside it, so that what the groups cost is not mixed with what the
    objective changes.

    Args:
        fitted_on: Validation rows: `default`, `probability`, and a column of groups for each of `columns`.
        judged: Test rows with these and `accepted`: whether the policy accepts.
        columns: Protected columns, each tried by itself.
        constraint: fairlearn's name of what is made equal.
        seed: Seed of the lots.

    Returns:
        `COLUMNS`, three rows per protected column. Groups that lack one of the outcomes in one of the two
        parts are left out.
    """
    effects = []
    for column in columns:
        both = _with_both_outcomes(fitted_on, column) & _with_both_outcomes(judged, column)
        if len(both) < 2:
            continue
        fit, test = (rows[rows[column].isin(both)] for rows in (fitted_on, judged))
        decided = {BY_POLICY: test["accepted"].to_numpy()}
        everyone = (np.full(len(fit), "everyone"), np.full(len(test), "everyone"))
        by_group = (fit[column].astype(str).to_numpy(), test[column].astype(str).to_numpy())
        for rule, (known, asked) in ((ONE_THRESHOLD, everyone), (GROUP_THRESHOLDS, by_group)):
            decided[rule] = _optimised(fit, known, test, asked, constraint, seed)
        event = test["default"].to_numpy() == 1
        effects += [
            rule_effect(column, name, by_group[1], event, approved) for name, approved in decided.items()
        ]
    return pd.DataFrame(effects, columns=list(COLUMNS))


def compare_rules(
    fitted_on: pd.DataFrame, judged: pd.DataFrame, pair: pd.DataFrame, columns: list[str]
) -> pd.DataFrame:
    """Compare decisions with and without features from protected columns.

    Each model approves the share of validation rows that the policy accepts, so that the two differ in whom
    they approve and not in how many.

    Args:
        fitted_on: Validation rows with `accepted`: whether the policy accepts.
        judged: Test rows with `row_id`, `default`, and a column of groups for each of `columns`.
        pair: `row_id`, `part` and the probabilities `seeing` and `blind` of these rows and maybe others.
        columns: Protected columns.

    Returns:
        `COLUMNS`, two rows per protected column with two groups or more that have both outcomes; others are
        left out.
    """
    of_row = pair.set_index(ROW_ID)
    kept = float(fitted_on["accepted"].mean())
    effects = []
    for column in columns:
        both = _with_both_outcomes(judged, column)
        if len(both) < 2:
            continue
        rows = judged[judged[column].isin(both)]
        groups = rows[column].astype(str).to_numpy()
        for rule, name in ((SEEING, "seeing"), (BLIND, "blind")):
            threshold = np.quantile(of_row.loc[fitted_on[ROW_ID], name], kept)
            approved = of_row.loc[rows[ROW_ID], name].to_numpy() < threshold
            effects.append(rule_effect(column, rule, groups, rows["default"].to_numpy() == 1, approved))
    return pd.DataFrame(effects, columns=list(COLUMNS))


def _with_both_outcomes(rows: pd.DataFrame, column: str) -> set[str]:
    """Name the groups with defaults and repaid loans; fairlearn's rate of a group without any is 0."""
    outcomes = rows.groupby(column)["default"].nunique()
    return set(outcomes[outcomes == 2].index)


def _optimised(
    fit: pd.DataFrame, known: np.ndarray, test: pd.DataFrame, asked: np.ndarray, constraint: str, seed: int
) -> np.ndarray:
    """Return which test rows are approved, bool of shape (rows,)."""
    from fairlearn.postprocessing import ThresholdOptimizer  # type: ignore[import-untyped]

    optimizer = ThresholdOptimizer(
        estimator=_given_probability(),
        constraints=constraint,
        objective="balanced_accuracy_score",
        prefit=True,
        predict_method="predict_proba",
    )
    # fairlearn's positive class is what is granted: here an approval of a loan that is repaid.
    optimizer.fit(fit[["probability"]], 1 - fit["default"].to_numpy(), sensitive_features=known)
    granted = optimizer.predict(test[["probability"]], sensitive_features=asked, random_state=seed)
    return np.asarray(granted) == 1


def _given_probability() -> Any:
    """Make a classifier whose only feature is the probability of default already at hand."""
    from sklearn.base import BaseEstimator, ClassifierMixin

    class GivenProbability(ClassifierMixin, BaseEstimator):
        # fairlearn wants a `fit` to be there; with prefit it calls none.
        def fit(self, X: pd.DataFrame, y: np.ndarray) -> GivenProbability:
            return self

        def __sklearn_is_fitted__(self) -> bool:
            return True

        def predict_proba(self, X: pd.DataFrame) -> np.ndarray:
            default = np.asarray(X)[:, 0]
            return np.column_stack([default, 1 - default])

    return GivenProbability()
