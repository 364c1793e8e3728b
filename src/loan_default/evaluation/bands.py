"""The score-band table: how default runs from the riskiest tenth of the loans to the safest."""

from __future__ import annotations

import numpy as np
import pandas as pd

from loan_default.evaluation.binning import quantile_edges
from loan_default.evaluation.metrics import check_probabilities, check_two_classes


def score_bands(outcome: np.ndarray, probability: np.ndarray, bands: int = 10) -> pd.DataFrame:
    """Cut rows into bands of equal count by probability, riskiest first.

    Rows of equal probability stay in one band, as nothing tells them apart; where there are many, the bands
    are only about equal, and may be fewer.

    Args:
        outcome: 0/1 of shape (rows,), 1 = default; both must occur.
        probability: Probability of default of shape (rows,).
        bands: Number of bands.

    Returns:
        One row per band: `band` (1 = riskiest), `n`, `events`, `event_rate`, `mean_probability`,
        `lowest_probability`, `highest_probability`, `cumulative_capture` (share of all events in this and
        riskier bands), `lift` (event rate over that of all rows), `ks` (share of all events minus share of
        all good loans, this and riskier bands).

    Raises:
        InputError: If the outcome has one class or a probability is not in [0, 1].
    """
    check_two_classes(outcome, "The rows of the score bands")
    check_probabilities(np.asarray(probability))
    rows = pd.DataFrame({"event": np.asarray(outcome), "p": np.asarray(probability, dtype=float)})
    cut = -np.searchsorted(quantile_edges(rows["p"].to_numpy(), bands), rows["p"].to_numpy())
    grouped = rows.groupby(cut)
    table = pd.DataFrame(
        {
            "n": grouped.size(),
            "events": grouped["event"].sum().astype(np.int64),
            "event_rate": grouped["event"].mean(),
            "mean_probability": grouped["p"].mean(),
            "lowest_probability": grouped["p"].min(),
            "highest_probability": grouped["p"].max(),
        }
    ).reset_index(drop=True)
    goods = table["n"] - table["events"]
    table["cumulative_capture"] = table["events"].cumsum() / table["events"].sum()
    table["lift"] = table["event_rate"] / (table["events"].sum() / table["n"].sum())
    table["ks"] = table["cumulative_capture"] - goods.cumsum() / goods.sum()
    table.insert(0, "band", np.arange(1, len(table) + 1))
    return table
