"""What closing a gap would do: to groups, to error rates, and to the lender."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from loan_default.evaluation.fairness.rule_effects import COLUMNS, rule_effects
from loan_default.evaluation.intervals import sampling_units
from loan_default.evaluation.settings import EvaluationSettings
from loan_default.frames import DEFAULT, ROW_ID

BY_POLICY = "the policy"
ONE_THRESHOLD = "one threshold for all"
GROUP_THRESHOLDS = "a threshold for each group"
SEEING = "with protected columns"
BLIND = "without protected columns"


def group_thresholds(
    fitted_on: pd.DataFrame,
    judged: pd.DataFrame,
    columns: list[str],
    constraint: str,
    evaluation: EvaluationSettings,
    seed: int,
) -> pd.DataFrame:
    """Try a threshold for each group, by fairlearn's ThresholdOptimizer (Hardt et al., 2016).

    It is fitted on rows that are not judged, for the best mean of the two rates of right decisions (balanced
    accuracy) under the constraint. Between two thresholds of a group it draws lots. It is held against the
    policy. One threshold for all, chosen in the same way, is shown beside it, so that what the groups change
    can be told from what the objective does.

    Args:
        fitted_on: Validation rows: `default`, `probability`, and a column of groups for each of `columns`.
        judged: Test rows with these and `accepted`: whether the policy accepts.
        columns: Protected columns, each tried by itself.
        constraint: fairlearn's name of what is made equal.
        evaluation: Confidence and resamples.
        seed: Seed of the lots and of the bootstrap.

    Returns:
        `COLUMNS`, three rows per protected column, changes from the policy; chance is that of the test rows,
        for thresholds as they were fitted. Groups that lack one of the outcomes in one of the two parts are
        left out.
    """
    effects = []
    for column in columns:
        both = _with_both_outcomes(fitted_on, column) & _with_both_outcomes(judged, column)
        if len(both) < 2:
            continue
        fit, test = (rows[rows[column].isin(both)] for rows in (fitted_on, judged))
        compared = judged[column].isin(both)
        decided = {BY_POLICY: judged["accepted"].to_numpy()}
        everyone = (np.full(len(fit), "everyone"), np.full(len(test), "everyone"))
        by_group = (fit[column].astype(str).to_numpy(), test[column].astype(str).to_numpy())
        for rule, (known, asked) in ((ONE_THRESHOLD, everyone), (GROUP_THRESHOLDS, by_group)):
            decided[rule] = np.zeros(len(judged), dtype=bool)
            decided[rule][compared] = _optimised(fit, known, test, asked, constraint, seed)
        effects += _effects(column, judged, both, decided, BY_POLICY, evaluation, seed)
    return pd.DataFrame(effects, columns=list(COLUMNS))


def compare_rules(
    fitted_on: pd.DataFrame,
    judged: pd.DataFrame,
    pair: pd.DataFrame,
    columns: list[str],
    evaluation: EvaluationSettings,
    seed: int,
) -> pd.DataFrame:
    """Compare decisions with and without features from protected columns.

    Each model approves the share of validation rows that the policy accepts, so that the two differ in whom
    they approve and not in how many. The policy, which rests on the reported model, is shown beside them.

    Args:
        fitted_on: Validation rows with `accepted`: whether the policy accepts.
        judged: Test rows with `row_id`, `default`, `accepted`, and a column of groups for each of `columns`.
        pair: `row_id`, `part` and the probabilities `seeing` and `blind` of these rows and maybe others.
        columns: Protected columns.
        evaluation: Confidence and resamples.
        seed: Seed of the bootstrap.

    Returns:
        `COLUMNS`, three rows per protected column with two groups or more that have both outcomes, changes
        from the model with protected features; others are left out.
    """
    of_row = pair.set_index(ROW_ID)
    kept = float(fitted_on["accepted"].mean())
    effects = []
    for column in columns:
        both = _with_both_outcomes(judged, column)
        if len(both) < 2:
            continue
        decided = {BY_POLICY: judged["accepted"].to_numpy()}
        for rule, name in ((SEEING, "seeing"), (BLIND, "blind")):
            threshold = np.quantile(of_row.loc[fitted_on[ROW_ID], name], kept)
            decided[rule] = of_row.loc[judged[ROW_ID], name].to_numpy() < threshold
        effects += _effects(column, judged, both, decided, SEEING, evaluation, seed)
    return pd.DataFrame(effects, columns=list(COLUMNS))


def _effects(
    column: str,
    judged: pd.DataFrame,
    compared: set[str],
    decided: dict[str, np.ndarray],
    baseline: str,
    evaluation: EvaluationSettings,
    seed: int,
) -> list[dict[str, Any]]:
    # All test rows are drawn, as for the chapter's other intervals: the policy's are the same there and here.
    groups = judged[column].where(judged[column].isin(compared))
    outcome, units = judged[DEFAULT].to_numpy(), sampling_units(judged)
    return rule_effects(column, groups, outcome, units, decided, baseline, evaluation, seed)


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
