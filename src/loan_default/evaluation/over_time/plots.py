"""Picture of the model over time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from loan_default.evaluation.plot_style import COLOURS, GREY, new_figure, tidy
from loan_default.evaluation.stability import SHIFT_TO_ACT_ON, SHIFT_TO_WATCH

if TYPE_CHECKING:
    from matplotlib.figure import Figure

TITLE = "The model over time, test rows"


def plot_nothing(finding: str) -> Figure:
    """Draw a figure that says why there is nothing to see."""
    return new_figure(1.1, TITLE, finding)


def plot_periods(table: pd.DataFrame, overall_auc: float, finding: str) -> Figure:
    """Draw default rates observed and expected, ROC AUC, and PSI by period.

    Args:
        table: From `measure_periods`.
        overall_auc: ROC AUC of all test rows.
        finding: One sentence, written below.
    """
    from matplotlib.ticker import PercentFormatter

    figure = new_figure(7.6, TITLE, finding)
    rates, ranking, drift = figure.subplots(3, 1, sharex=True, height_ratios=[3, 3, 2])
    places = np.arange(len(table))

    def reach(name: str) -> np.ndarray:
        ends = [table[name] - table[f"{name}_low"], table[f"{name}_high"] - table[name]]
        return np.maximum(np.stack(ends), 0)

    rates.errorbar(places, table["event_rate"], reach("event_rate"), fmt="o", capsize=3, color=COLOURS[0],
                   label="observed, with interval")  # fmt: skip
    rates.plot(places, table["mean_probability"], "--", color=COLOURS[1], label="expected: mean probability")
    rates.set(ylabel="Default rate", ylim=(0, None))
    rates.yaxis.set_major_formatter(PercentFormatter(1))
    rates.legend(frameon=False, ncols=2)
    ranking.errorbar(places, table["roc_auc"], reach("roc_auc"), fmt="o", capsize=3, color=COLOURS[0])
    ranking.axhline(overall_auc, color=GREY, linewidth=1, label=f"all test rows {overall_auc:.3f}")
    ranking.set_ylabel("ROC AUC")
    ranking.legend(frameon=False)
    drift.bar(places, table["psi"], 0.6, color=COLOURS[5], label="PSI of the probability against train")
    drift.plot(places, table["psi_by_chance"], "_", color=COLOURS[6], markersize=24, markeredgewidth=2,
               label="what chance stays below")  # fmt: skip
    for mark in (SHIFT_TO_WATCH, SHIFT_TO_ACT_ON):
        if mark < 1.5 * table["psi"].max() or mark == SHIFT_TO_WATCH:
            drift.axhline(mark, color=GREY, linewidth=1, linestyle=":")
    drift.set(ylabel="PSI", ylim=(0, None), xlabel="Period of the application")
    drift.legend(frameon=False, ncols=2)
    for axes in (rates, ranking, drift):
        tidy(axes)
    every = max(1, len(table) // 14)
    drift.set_xticks(places[::every], table["period"].iloc[::every])
    return figure
