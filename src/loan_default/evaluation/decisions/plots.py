"""Pictures of bands and of the threshold."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from loan_default.evaluation.plot_style import COLOURS, GREY, new_figure, tidy

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def plot_bands(score_bands: pd.DataFrame, risk_bands: pd.DataFrame, finding: str) -> Figure:
    """Draw the observed default rate of each band with its interval, and the expected one.

    Args:
        score_bands: From `band_rates`.
        risk_bands: From `named_band_rates`.
        finding: One sentence, written below.
    """
    figure = new_figure(5, "Default rate by band, test rows", finding)
    left, right = figure.subplots(1, 2, width_ratios=[1, 1])
    _rates(left, score_bands, list(map(str, score_bands["band"])))
    left.set(xlabel="Score band (1 = riskiest; equal counts of loans)", ylabel="Share of loans in default")
    names = [
        f"{row['band']}\n{100 * row['range_low']:.3g}-{100 * row['range_high']:.3g} %\n{row['policy']}"
        for row in risk_bands.to_dict("records")
    ]
    _rates(right, risk_bands, names)
    right.set_xlabel("Risk band of the service, and its policy")
    right.tick_params(axis="x", labelsize=8)
    for place, row in enumerate(risk_bands.to_dict("records")):
        right.fill_between(
            [place - 0.42, place + 0.42], row["range_low"], row["range_high"], color="#EEEEEE", zorder=0
        )
    right.set_ylim(0, 1.15 * risk_bands[["event_rate_high", "mean_probability"]].max().max())
    left.legend(frameon=False)
    return figure


def _rates(axes: Axes, table: pd.DataFrame, names: list[str]) -> None:
    from matplotlib.ticker import PercentFormatter

    places = np.arange(len(table))
    rate = table["event_rate"]
    reach = np.stack([rate - table["event_rate_low"], table["event_rate_high"] - rate])
    axes.errorbar(places, rate, np.maximum(reach, 0), fmt="o", color=COLOURS[0], capsize=3,
                  label="observed, with interval")  # fmt: skip
    axes.plot(places, table["mean_probability"], "_", color=COLOURS[1], markersize=18, markeredgewidth=2,
              label="expected: mean probability")  # fmt: skip
    axes.set_xticks(places, names)
    axes.set_ylim(0, None)
    axes.yaxis.set_major_formatter(PercentFormatter(1))
    tidy(axes)
    axes.grid(visible=False, axis="x")


def plot_threshold(curve: pd.DataFrame, at: Mapping[str, float], finding: str) -> Figure:
    """Draw what each threshold would decide, with the one in use and the stretch where F1 is flat.

    Args:
        curve: From `threshold_curve`.
        at: `values` of the chapter: the same at the threshold in use, and the ends of the flat stretch,
            `flat_from` and `flat_to`.
        finding: One sentence, written below.
    """
    from matplotlib.ticker import PercentFormatter

    figure = new_figure(5, "What the threshold decides, test rows", finding)
    left, right = figure.subplots(1, 2, sharex=True)
    for i, (column, label) in enumerate(
        (
            ("approval_rate", "loans approved"),
            ("defaults_caught", "defaults caught"),
            ("goods_refused", "good loans refused"),
        )
    ):
        left.plot(
            curve["threshold"], curve[column], color=COLOURS[i], label=label, linestyle=("-", "--", "-.")[i]
        )
        left.plot(at["threshold"], at.get(column, np.nan), "o", color=COLOURS[i])
    for i, (column, label) in enumerate(
        (("approved_default_rate", "default rate of the approved"), ("f1", "F1")), start=3
    ):
        right.plot(
            curve["threshold"], curve[column], color=COLOURS[i], label=label, linestyle=("-", "--")[i - 3]
        )
        right.plot(at["threshold"], at.get(column, np.nan), "o", color=COLOURS[i])
    for axes in (left, right):
        axes.axvline(at["threshold"], color=GREY, linewidth=1, label=f"threshold {at['threshold']:.3f}")
        axes.axvspan(at["flat_from"], at["flat_to"], color="#EEEEEE", zorder=0, label="F1 is flat")
        axes.set(xlabel="Threshold: refused from this probability of default", ylim=(0, None))
        axes.xaxis.set_major_formatter(PercentFormatter(1))
        axes.legend(frameon=False, fontsize=9)
        tidy(axes)
    left.yaxis.set_major_formatter(PercentFormatter(1))
    left.set_ylabel("Share")
    return figure
