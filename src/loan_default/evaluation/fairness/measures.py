"""Measure policy, prediction and probability group by group, each number with its interval."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import norm

from loan_default.evaluation.delong import auc_covariance
from loan_default.evaluation.fairness.groups import Groups
from loan_default.evaluation.fairness.points import group_points
from loan_default.evaluation.fairness.settings import FairnessSettings
from loan_default.evaluation.intervals import interval
from loan_default.evaluation.multiple_testing import holm
from loan_default.evaluation.rates import observed_and_expected
from loan_default.evaluation.risk_bands import POLICIES
from loan_default.evaluation.settings import EvaluationSettings
from loan_default.evaluation.weighted_sums import draw_sums

RATES = {
    "approval_rate": ("accepted", "n"),
    "referral_rate": ("referred", "n"),
    "decline_rate": ("declined", "n"),
    "predicted_default_rate": ("called", "n"),
    "true_positive_rate": ("called_events", "events"),
    "false_positive_rate": ("called_goods", "goods"),
}
"""Measures that are one sum over another; both sums are over the rows of a group."""
NEEDS_BOTH_CLASSES = ("true_positive_rate", "false_positive_rate", "roc_auc")
MEASURES = (*RATES, "ratio", "roc_auc", "observed_to_expected")
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
    prediction: np.ndarray,
    policies: np.ndarray,
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
        prediction: 0/1 of shape (rows,), 1 = predicted Default at the threshold.
        policies: Policy of the risk band of each row, as `Bands.policies` gives it, shape (rows,).
        units: Sampling unit of each row, int of shape (rows,) from 0: twins share one.
        settings: Fewest rows of a group.
        evaluation: Confidence and resamples.
        seed: Seed of the bootstrap.

    Returns:
        One row per column and group of at least `min_rows` rows, with `COLUMNS`. Approved is what the policy
        accepts; it refers or declines the rest. True positives are defaults that were predicted Default,
        false positives repaid loans that were. `ratio` is the approval rate over that of the group approved
        most, `observed_to_expected` defaults over the sum of probabilities. Ends are of the basic bootstrap
        (ROC AUC: DeLong; `observed_to_expected`: Wilson). `calibration_p` is the exact p value of
        `observed_to_expected` being 1, by Holm's correction for all groups together.
        Measures that need both outcomes are missing where too few of one came; calibration only where too
        few were expected too, or a group whose defaults all failed to come would never be noticed.
    """
    event, called = np.asarray(outcome) == 1, np.asarray(prediction) == 1
    stated = np.asarray(probability, dtype=float)
    points = group_points(groups.labels, event, stated, called, policies, settings.min_rows)
    sums = _row_sums(points, groups.labels, event, called, policies)
    draws = draw_sums(sums, outcome, units, evaluation.resamples, seed) if sums else pd.DataFrame()
    best = points.sort_values("approval_rate", kind="stable").groupby("column").tail(1)
    reference = dict(zip(best["column"], best["group"], strict=True))

    rows = []
    for point in points.to_dict("records"):
        key = (point["column"], point["group"])
        of_group = {name: draws[_name(*key, name)].to_numpy() for name in _PARTS}
        row: dict[str, Any] = {str(name): value for name, value in point.items()}
        mine = (groups.labels[key[0]] == key[1]).to_numpy()
        # Twins count once.
        of_a_class = [len(np.unique(units[mine & outcomes])) for outcomes in (event, ~event)]
        if min(of_a_class) < settings.min_of_a_class:
            row |= dict.fromkeys(NEEDS_BOTH_CLASSES, np.nan)
        for name, (above, below) in RATES.items():
            row |= _ends(name, row[name], _share(of_group[above], of_group[below]), evaluation.confidence)
        of_best = {
            name: draws[_name(key[0], reference[key[0]], name)].to_numpy() for name in ("accepted", "n")
        }
        ratio = _share(_share(of_group["accepted"], of_group["n"]), _share(of_best["accepted"], of_best["n"]))
        row |= _ends("ratio", row["ratio"], ratio, evaluation.confidence)
        row |= _auc_ends(row, groups.labels, event, probability, units, evaluation.confidence)
        row |= _calibration(event[mine], np.asarray(probability)[mine], units[mine], settings, evaluation)
        rows.append(row)
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    known = table["calibration_p"].notna()
    table.loc[known, "calibration_p"] = holm(table.loc[known, "calibration_p"].to_numpy())
    return _in_order(table, groups)


_PARTS = (
    "n",
    "events",
    "goods",
    "accepted",
    "referred",
    "declined",
    "called",
    "called_events",
    "called_goods",
)


def _row_sums(
    points: pd.DataFrame,
    labels: pd.DataFrame,
    event: np.ndarray,
    called: np.ndarray,
    policies: np.ndarray,
) -> dict[str, np.ndarray]:
    of_rows = (
        np.ones(len(event)),
        event,
        ~event,
        *(policies == policy for policy in POLICIES),
        called,
        called & event,
        called & ~event,
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
        low, high = interval(estimate, known, confidence, metric="" if name == "ratio" else name)
        low = max(low, 0.0)
    return {name: estimate, f"{name}_low": low, f"{name}_high": high}


def _calibration(
    event: np.ndarray,
    probability: np.ndarray,
    units: np.ndarray,
    settings: FairnessSettings,
    evaluation: EvaluationSettings,
) -> dict[str, float]:
    """Hold the defaults of one group against those expected, as of any other group of loans."""
    one = np.zeros(len(event), dtype=int)
    found = observed_and_expected(event, probability, one, units, evaluation.confidence).iloc[0]
    names = {"observed_to_expected": "ratio", "calibration_p": "p_value"}
    names |= {f"observed_to_expected{end}": f"ratio{end}" for end in ("_low", "_high")}
    came, expected = float(event.sum()), float(probability.sum())
    rarer = min(max(came, expected), max(len(event) - came, len(event) - expected))
    known = rarer >= settings.min_of_a_class
    return {name: float(found[value]) if known else np.nan for name, value in names.items()}


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
