"""Measure decisions and probabilities group by group, each number with its interval."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import norm

from loan_default.evaluation.delong import auc_covariance
from loan_default.evaluation.fairness.approval import approval_ratios
from loan_default.evaluation.fairness.groups import Groups
from loan_default.evaluation.fairness.settings import FairnessSettings
from loan_default.evaluation.intervals import interval
from loan_default.evaluation.multiple_testing import holm
from loan_default.evaluation.settings import EvaluationSettings
from loan_default.evaluation.weighted_sums import draw_sums

RATES = {
    "approval_rate": ("approved", "n"),
    "refusal_rate": ("refused", "n"),
    "true_positive_rate": ("refused_events", "events"),
    "false_positive_rate": ("refused_goods", "goods"),
    "observed_to_expected": ("events", "expected"),
}
"""Measures that are one sum over another; both sums are over the rows of a group."""
NEEDS_BOTH_CLASSES = ("true_positive_rate", "false_positive_rate", "roc_auc", "observed_to_expected")
MEASURES = (*RATES, "ratio", "roc_auc")
COLUMNS = (
    "column",
    "group",
    "n",
    "events",
    "default_rate",
    "mean_probability",
    *(f"{name}{end}" for name in MEASURES for end in ("", "_low", "_high")),
    "calibration_p",
)


def measure_groups(
    groups: Groups,
    outcome: np.ndarray,
    probability: np.ndarray,
    refused: np.ndarray,
    units: np.ndarray,
    settings: FairnessSettings,
    evaluation: EvaluationSettings,
    seed: int,
) -> pd.DataFrame:
    """Measure each group of each protected column.

    Args:
        groups: The groups of the rows.
        outcome: 0/1 of shape (rows,), 1 = default.
        probability: Probability of default of shape (rows,).
        refused: 0/1 of shape (rows,), 1 = called a default.
        units: Sampling unit of each row, int of shape (rows,) from 0: twins share one.
        settings: Fewest rows of a group.
        evaluation: Confidence and resamples.
        seed: Seed of the bootstrap.

    Returns:
        One row per column and group of at least `min_rows` rows, with `COLUMNS`. True positives are defaults
        that were refused, false positives repaid loans that were refused. `ratio` is the approval rate over
        that of the group approved most, `observed_to_expected` defaults over the sum of probabilities. Ends
        are of the basic bootstrap (ROC AUC: DeLong). `calibration_p` is the p value of `observed_to_expected`
        being 1, by Holm's correction for all groups together. Measures that need both outcomes are missing
        where there are too few of one.
    """
    event, called = np.asarray(outcome) == 1, np.asarray(refused) == 1
    points = _points(groups.labels, event, np.asarray(probability, dtype=float), called, settings.min_rows)
    sums = _row_sums(points, groups.labels, event, np.asarray(probability, dtype=float), called)
    draws = draw_sums(sums, outcome, units, evaluation.resamples, seed) if sums else pd.DataFrame()
    best = points.sort_values("approval_rate", kind="stable").groupby("column").tail(1)
    reference = dict(zip(best["column"], best["group"], strict=True))

    rows = []
    for point in points.to_dict("records"):
        key = (point["column"], point["group"])
        of_group = {name: draws[_name(*key, name)].to_numpy() for name in _PARTS}
        row: dict[str, Any] = {str(name): value for name, value in point.items()}
        too_few = min(row["events"], row["n"] - row["events"]) < settings.min_of_a_class
        if too_few:
            row |= dict.fromkeys(NEEDS_BOTH_CLASSES, np.nan)
        for name, (above, below) in RATES.items():
            row |= _ends(name, row[name], _share(of_group[above], of_group[below]), evaluation.confidence)
        of_best = {
            name: draws[_name(key[0], reference[key[0]], name)].to_numpy() for name in ("approved", "n")
        }
        ratio = _share(_share(of_group["approved"], of_group["n"]), _share(of_best["approved"], of_best["n"]))
        row |= _ends("ratio", row["ratio"], ratio, evaluation.confidence)
        row["calibration_p"] = _p_value(
            row["observed_to_expected"] - 1, _share(of_group["events"], of_group["expected"])
        )
        row |= _auc_ends(row, groups.labels, event, probability, units, evaluation.confidence)
        rows.append(row)
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    known = table["calibration_p"].notna()
    table.loc[known, "calibration_p"] = holm(table.loc[known, "calibration_p"].to_numpy())
    return _in_order(table, groups)


_PARTS = ("n", "events", "goods", "approved", "refused", "refused_events", "refused_goods", "expected")


def _points(
    labels: pd.DataFrame, event: np.ndarray, probability: np.ndarray, called: np.ndarray, min_rows: int
) -> pd.DataFrame:
    """Measure each group on the rows themselves, by fairlearn's metric frame."""
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
    ratios = approval_ratios(labels, ~called, min_rows)
    for name in labels.columns:
        known = labels[name].notna().to_numpy()
        if not known.any():
            continue
        of_people = {"sensitive_features": labels.loc[known, name].astype(str).to_numpy()}
        decisions = MetricFrame(
            metrics={
                "refusal_rate": selection_rate,
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
        rates = pd.DataFrame({"default_rate": event[known], "mean_probability": probability[known]})
        means = rates.groupby(of_people["sensitive_features"]).mean()
        both = pd.concat([decisions, ranked, means], axis=1).rename_axis("group").reset_index()
        tables.append(ratios[ratios["column"] == name].merge(both, on="group"))
    if not tables:
        return pd.DataFrame(columns=list(COLUMNS))
    table = pd.concat(tables, ignore_index=True)
    table["events"] = (table["default_rate"] * table["n"]).round().astype(int)
    table["observed_to_expected"] = table["default_rate"] / table["mean_probability"]
    return table[table["n"] >= min_rows]


def _row_sums(
    points: pd.DataFrame,
    labels: pd.DataFrame,
    event: np.ndarray,
    probability: np.ndarray,
    called: np.ndarray,
) -> dict[str, np.ndarray]:
    of_rows = (
        np.ones(len(event)),
        event,
        ~event,
        ~called,
        called,
        called & event,
        called & ~event,
        probability,
    )
    sums: dict[str, np.ndarray] = {}
    for column, group in zip(points["column"], points["group"], strict=True):
        mine = (labels[column] == group).to_numpy()
        sums |= {
            _name(column, group, name): mine * values for name, values in zip(_PARTS, of_rows, strict=True)
        }
    return sums


def _name(column: str, group: str, part: str) -> str:
    return f"{column}={group}: {part}"


def _share(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    """Divide where there is something to divide by; missing elsewhere."""
    return np.divide(above, below, out=np.full(len(above), np.nan), where=below > 0)


def _ends(name: str, estimate: float, draws: np.ndarray, confidence: float) -> dict[str, float]:
    known = draws[~np.isnan(draws)]
    low, high = np.nan, np.nan
    if not np.isnan(estimate) and known.size:
        bounded = name not in ("ratio", "observed_to_expected")
        low, high = interval(estimate, known, confidence, metric=name if bounded else "")
        low = max(low, 0.0)
    return {name: estimate, f"{name}_low": low, f"{name}_high": high}


def _p_value(difference: float, draws: np.ndarray) -> float:
    """Test a difference from zero by the spread of its draws; missing where the difference is."""
    spread = float(np.nanstd(draws, ddof=1))
    return float(2 * norm.sf(abs(difference) / spread)) if spread > 0 else np.nan


def _auc_ends(
    row: dict[str, Any],
    labels: pd.DataFrame,
    event: np.ndarray,
    probability: np.ndarray,
    units: np.ndarray,
    confidence: float,
) -> dict[str, float]:
    if np.isnan(row["roc_auc"]):
        return {"roc_auc_low": np.nan, "roc_auc_high": np.nan}
    mine = (labels[row["column"]] == row["group"]).to_numpy()
    together = pd.factorize(units[mine])[0]
    _, covariance = auc_covariance(event[mine], np.asarray(probability)[mine][None, :], together)
    reach = float(norm.ppf((1 + confidence) / 2) * np.sqrt(max(covariance[0, 0], 0.0)))
    return {
        "roc_auc_low": max(0.0, row["roc_auc"] - reach),
        "roc_auc_high": min(1.0, row["roc_auc"] + reach),
    }


def _in_order(table: pd.DataFrame, groups: Groups) -> pd.DataFrame:
    """Sort by the columns and the groups' own order."""
    place = {
        (column, group): number
        for number, (column, group) in enumerate(
            (column, group) for column, names in groups.order.items() for group in names
        )
    }
    keys = [place[key] for key in zip(table["column"], table["group"], strict=True)]
    return table.iloc[np.argsort(keys, kind="stable")].reset_index(drop=True)
