"""Paired losses: the same rows scored before and after a change."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from loan_default.evaluation.intervals import bootstrap, interval
from loan_default.evaluation.metrics import Scorecard

UNCHANGED = "as given"
LOSSES = tuple(f"{name}{end}" for name in ("roc_auc_lost", "brier_added") for end in ("", "_low", "_high"))
"""Columns that compare a change with the rows as they are."""
ANY = 0.5
"""A scorecard asks for a threshold and bins; ROC AUC and Brier score know neither."""


def costliest_gaps(table: pd.DataFrame) -> pd.DataFrame:
    """Keep the fields left out one at a time, the costliest first.

    Args:
        table: `kind` and the columns of `measure_losses`.
    """
    gaps = table.loc[table["kind"] == "missing"]
    return gaps.sort_values("roc_auc_lost", ascending=False, kind="stable")


def measure_losses(
    outcome: np.ndarray,
    units: np.ndarray,
    before: np.ndarray,
    after: Mapping[str, np.ndarray],
    *,
    policies: Callable[[np.ndarray], np.ndarray],
    resamples: int,
    confidence: float,
    seed: int,
) -> pd.DataFrame:
    """Measure how far ROC AUC and Brier score fall, with intervals of a paired bootstrap.

    Args:
        outcome: 0/1 of shape (rows,), 1 = default; both must occur.
        units: Sampling unit of each row.
        before: Probability of default of the rows as they are, shape (rows,).
        after: The same after each change, by its name.
        policies: From probabilities to what the risk bands say to do, as `Bands.policies`.
        resamples: Bootstrap resamples, the same for every change.
        confidence: Coverage of the intervals, as a share.
        seed: Seed of the bootstrap.

    Returns:
        One row for the rows as they are (`UNCHANGED`), then one per change: `change`, `roc_auc` with `_low`
        and `_high`, `roc_auc_lost` (before minus after) with `_low` and `_high`, `brier`, `brier_added`
        (after minus before) with `_low` and `_high`, `mean_probability`, `decisions_changed` (share of rows
        that the policy treats otherwise). What was lost, added and changed is missing in the first row.
    """
    every = {UNCHANGED: before, **after}
    cards = {
        name: Scorecard(outcome, p, threshold=ANY, calibration_bins=2, groups=units)
        for name, p in every.items()
    }
    estimates = {name: {k: float(v[0]) for k, v in card.measure().items()} for name, card in cards.items()}
    draws = bootstrap(cards, outcome, units, resamples, seed)
    decided = policies(before)
    rows = []
    for name, p in every.items():
        auc = estimates[name]["roc_auc"]
        low, high = interval(auc, draws[name]["roc_auc"].to_numpy(), confidence, metric="roc_auc")
        row: dict[str, str | float] = {"change": name, "roc_auc_low": low, "roc_auc_high": high}
        for metric, loss, sign in (("roc_auc", "roc_auc_lost", -1.0), ("brier", "brier_added", 1.0)):
            found = sign * (estimates[name][metric] - estimates[UNCHANGED][metric])
            drawn = sign * (draws[name][metric] - draws[UNCHANGED][metric]).to_numpy()
            low, high = interval(found, drawn, confidence)
            row |= {metric: estimates[name][metric], loss: found, f"{loss}_low": low, f"{loss}_high": high}
        row["mean_probability"] = float(p.mean())
        row["decisions_changed"] = float(np.mean(policies(p) != decided))
        rows.append(row)
    table = pd.DataFrame(rows)
    table.loc[0, [*LOSSES, "decisions_changed"]] = np.nan
    return table
