"""What ways of deciding do to groups and to the lender, and how far they differ, with paired intervals."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from loan_default.evaluation.intervals import interval
from loan_default.evaluation.settings import EvaluationSettings
from loan_default.evaluation.weighted_sums import draw_sums

MEASURES = (
    "lowest_ratio",
    "true_positive_rate_gap",
    "false_positive_rate_gap",
    "default_rate_of_approved",
    "defaults_approved_per_1000",
    "goods_not_approved_per_1000",
)
ENDS = ("", "_low", "_high")
COLUMNS = (
    "column",
    "rule",
    "n",
    "approval_rate",
    *(f"{name}{end}" for name in MEASURES for end in ENDS),
    *(f"{name}_change{end}" for name in MEASURES for end in ENDS),
)


def rule_effects(
    column: str,
    groups: pd.Series,
    outcome: np.ndarray,
    units: np.ndarray,
    decided: Mapping[str, np.ndarray],
    baseline: str,
    evaluation: EvaluationSettings,
    seed: int,
) -> list[dict[str, Any]]:
    """Measure what each way of deciding does, and what it changes against one of them.

    Args:
        column: Protected column.
        groups: Group of each row, of shape (rows,); rows with a missing one are left out.
        outcome: 0/1 of shape (rows,), 1 = default; each group has both.
        units: Sampling unit of each row, int of shape (rows,) from 0.
        decided: By way of deciding, whether each row is approved, bool of shape (rows,).
        baseline: The way of deciding that the others are held against.
        evaluation: Confidence and resamples.
        seed: Seed of the bootstrap, the same draws for every way.

    Returns:
        `COLUMNS` for each way: the lowest approval ratio of a group, the gaps between the groups farthest
        apart in the share of defaults and of repaid loans that are not approved, the default rate of what is
        approved, and defaults approved and repaid loans not approved per 1,000 applications; each with its
        interval, and its change from the baseline (missing for the baseline itself). On resamples the groups
        stay those that were lowest and highest on the rows, so that a gap can turn round.
    """
    event, codes = np.asarray(outcome) == 1, pd.Categorical(groups)
    number, names = np.asarray(codes.codes), range(len(codes.categories))
    parts = {"events": event, "goods": ~event}
    for rule, approved in decided.items():
        parts |= {f"{rule}: events": event & approved, f"{rule}: goods": ~event & approved}
    columns = {
        f"{part}/{group}": ((number == group) & counted).astype(float)
        for part, counted in parts.items()
        for group in names
    }
    draws = draw_sums(columns, outcome, units, evaluation.resamples, seed)
    # The rows themselves first, then the resamples: shape (1 + resamples, groups).
    sums = {
        part: np.vstack(
            [
                [columns[f"{part}/{group}"].sum() for group in names],
                draws[[f"{part}/{group}" for group in names]].to_numpy(),
            ]
        )
        for part in parts
    }
    measured = {rule: _measure(sums, rule) for rule in decided}
    rows = []
    for rule, approved in decided.items():
        known = number >= 0
        row: dict[str, Any] = {"column": column, "rule": rule, "n": int(known.sum())}
        row["approval_rate"] = float(np.mean(approved[known]))
        for name in MEASURES:
            values = measured[rule][name]
            row |= _with_ends(name, values, evaluation.confidence)
            change = values - measured[baseline][name]
            if rule != baseline:
                row |= _with_ends(f"{name}_change", change, evaluation.confidence)
        rows.append(row)
    return rows


def _measure(sums: Mapping[str, np.ndarray], rule: str) -> dict[str, np.ndarray]:
    """Return `MEASURES` of shape (1 + resamples,), the rows themselves first."""
    events, goods = sums["events"], sums["goods"]
    bad, good = sums[f"{rule}: events"], sums[f"{rule}: goods"]
    everyone = (events + goods).sum(axis=1)
    low, high = _extremes(_share(bad + good, events + goods))
    least, most = _extremes(_share(events - bad, events))
    fewest, usual = _extremes(_share(goods - good, goods))
    return {
        "lowest_ratio": _share(low, high),
        "true_positive_rate_gap": most - least,
        "false_positive_rate_gap": usual - fewest,
        "default_rate_of_approved": _share(bad.sum(axis=1), (bad + good).sum(axis=1)),
        "defaults_approved_per_1000": 1000 * bad.sum(axis=1) / everyone,
        "goods_not_approved_per_1000": 1000 * (goods - good).sum(axis=1) / everyone,
    }


def _extremes(rates: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the rates of the groups that are lowest and highest on the rows themselves."""
    return rates[:, rates[0].argmin()], rates[:, rates[0].argmax()]


def _share(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    """Divide where there is something to divide by; missing elsewhere."""
    return np.divide(above, below, out=np.full(np.shape(above), np.nan), where=below > 0)


def _with_ends(name: str, values: np.ndarray, confidence: float) -> dict[str, float]:
    estimate, draws = float(values[0]), values[1:][~np.isnan(values[1:])]
    known = not np.isnan(estimate) and draws.size
    ends = interval(estimate, draws, confidence) if known else (np.nan, np.nan)
    return dict(zip((f"{name}{end}" for end in ENDS), (estimate, *ends), strict=True))
