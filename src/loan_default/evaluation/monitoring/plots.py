"""Pictures of monitoring."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from loan_default.evaluation.monitoring.performance import ALL
from loan_default.evaluation.monitoring.reference import ColumnReference
from loan_default.evaluation.monitoring.settings import Marks
from loan_default.evaluation.monitoring.traffic import DONE
from loan_default.evaluation.plot_style import COLOURS, GREY, MARKERS, new_figure, tidy
from loan_default.evaluation.risk_bands import Policy

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

VERDICT_COLOURS = {"bad": "#8a211a", "attention": COLOURS[4], "good": COLOURS[2], "none": "#BBBBBB"}
POLICY_COLOURS = (COLOURS[2], COLOURS[4], COLOURS[1])
MOST_INPUTS = 25
MOST_NAMES = 9


def plot_traffic(length: str, periods: pd.DataFrame, mean_then: float) -> Figure:
    """Draw how many predictions were made, and the mean probability, by period.

    Args:
        length: Length of a period.
        periods: From `by_period`.
        mean_then: Mean probability in training.
    """
    from matplotlib.ticker import PercentFormatter

    if periods.empty:
        return _nothing("Predictions over time", "No prediction has a date.")
    figure = new_figure(5.2, f"Predictions by {length}", "")
    volume, risk = figure.subplots(2, 1, sharex=True, height_ratios=[3, 2])
    places = np.arange(len(periods))
    volume.bar(places, periods["n"], 0.7, color=COLOURS[5])
    volume.set(ylabel="Predictions")
    risk.plot(
        places, periods["mean_probability"], "o-", color=COLOURS[0], label="mean probability of default"
    )
    risk.axhline(mean_then, color=GREY, linewidth=1, linestyle="--", label="in training")
    highest = max(float(periods["mean_probability"].max()), mean_then)
    risk.set(
        ylabel="Expected default rate",
        ylim=(0, 1.15 * highest),
        xlabel=f"{length.capitalize()} of the prediction",
    )
    risk.yaxis.set_major_formatter(PercentFormatter(1))
    risk.legend(frameon=False, ncols=2)
    for axes in (volume, risk):
        tidy(axes)
    _name_places(risk, periods["period"])
    return figure


def plot_decisions(length: str, periods: pd.DataFrame, policies: Mapping[Policy, int]) -> Figure:
    """Draw the shares accepted, referred and declined by period, and those that training leads to expect.

    Args:
        length: Length of a period.
        periods: From `by_period`.
        policies: Rows of the reference by policy.
    """
    from matplotlib.ticker import PercentFormatter

    title = f"Accepted, referred, declined by {length}"
    if periods["with_policy"].sum() == 0:
        return _nothing("Accepted, referred, declined", "No prediction with a date has a policy.")
    figure = new_figure(3.8, title, "")
    axes = figure.subplots()
    places, rows = np.arange(len(periods)), sum(policies.values())
    for (policy, done), colour, marker in zip(DONE.items(), POLICY_COLOURS, MARKERS, strict=False):
        axes.plot(places, periods[f"share_{policy}"], color=colour, marker=marker, label=done)
        axes.axhline(policies[policy] / rows, color=colour, linewidth=1, linestyle="--")
    axes.plot([], [], color=GREY, linewidth=1, linestyle="--", label="in training")
    axes.set(
        ylabel="Share of predictions", xlabel=f"{length.capitalize()} of the prediction", ylim=(-0.02, 1.02)
    )
    axes.yaxis.set_major_formatter(PercentFormatter(1))
    axes.legend(frameon=False, ncols=4, loc="lower left", bbox_to_anchor=(0, 1))
    tidy(axes)
    _name_places(axes, periods["period"])
    return figure


def plot_score(column: ColumnReference, counts: np.ndarray) -> Figure:
    """Draw the share of predictions in the score bins of training."""
    title = "Probability of default, then and now"
    if counts.sum() == 0:
        return _nothing(title, "No prediction is of the watched version.")
    return _then_and_now(title, "Probability of default, in per cent", column, counts)


def plot_inputs(inputs: pd.DataFrame, marks: Marks) -> Figure:
    """Draw the stability index of the inputs, the most moved first.

    Args:
        inputs: From `measure_inputs`.
        marks: Of the stability index.
    """
    from matplotlib.patches import Patch

    title = "Drift of inputs against training"
    if inputs.empty:
        return _nothing(title, "The inputs are not there.")
    shown = inputs.nlargest(MOST_INPUTS, "psi").iloc[::-1]
    if len(shown) < len(inputs):
        title += f": the {MOST_INPUTS} of {len(inputs)} that moved most"
    figure = new_figure(1.6 + 0.27 * len(shown), title, "")
    axes = figure.subplots()
    colours = [VERDICT_COLOURS[verdict] for verdict in shown["psi_verdict"]]
    axes.barh(shown["input"], shown["psi"], 0.65, color=colours)
    axes.plot(shown["psi_by_chance"], shown["input"], "|", color="black", markersize=12, markeredgewidth=1.5,
              label="chance stays below")  # fmt: skip
    for mark in (marks.amber, marks.red):
        axes.axvline(mark, color=GREY, linewidth=1, linestyle=":")
    words = {"bad": "red", "attention": "amber", "good": "green", "none": "too few rows"}
    seen = [Patch(color=VERDICT_COLOURS[key], label=word) for key, word in words.items()
            if key in set(shown["psi_verdict"])]  # fmt: skip
    axes.legend(handles=[*seen, *axes.get_legend_handles_labels()[0]], frameon=False, loc="lower right")
    axes.set(xlabel="PSI against train rows; dotted: the marks", xlim=(0, None))
    axes.margins(y=0.02)
    tidy(axes)
    return figure


def plot_outcomes(performance: pd.DataFrame, roc_auc: float) -> Figure:
    """Draw default rates observed and expected, and ROC AUC, by month of the prediction.

    Args:
        performance: From `measure_performance`.
        roc_auc: On test rows.
    """
    from matplotlib.ticker import PercentFormatter

    months = performance.loc[performance["month"] != ALL]
    months = months.loc[months["n"] > 0] if len(months) else months
    if months.empty:
        return _nothing("Known outcomes", "No outcome is known.")
    figure = new_figure(5.6, "Known outcomes by month of the prediction", "")
    rates, ranking = figure.subplots(2, 1, sharex=True)
    places = np.arange(len(months))
    # A month without a default lies on the axis, and is to be seen there.
    rates.errorbar(places, months["event_rate"], _reach(months, "event_rate"), fmt="o", capsize=3,
                   color=COLOURS[0], label="observed, with interval", clip_on=False, zorder=3)  # fmt: skip
    rates.plot(places, months["mean_probability"], "--s", color=COLOURS[1], markersize=4, label="expected")
    highest = max(float(months["event_rate_high"].max()), float(months["mean_probability"].max()))
    rates.set(ylabel="Default rate", ylim=(0, 1.15 * highest))
    rates.yaxis.set_major_formatter(PercentFormatter(1))
    ranking.errorbar(
        places, months["roc_auc"], _reach(months, "roc_auc"), fmt="o", capsize=3, color=COLOURS[0]
    )
    ranking.axhline(roc_auc, color=GREY, linewidth=1, linestyle="--", label=f"test rows {roc_auc:.3f}")
    ranking.set(ylabel="ROC AUC", xlabel="Month")
    for axes in (rates, ranking):
        axes.legend(frameon=False, ncols=2)
        tidy(axes)
    _name_places(ranking, months["month"])
    return figure


def _then_and_now(title: str, label: str, column: ColumnReference, counts: np.ndarray) -> Figure:
    from matplotlib.ticker import PercentFormatter

    then, now = np.array(column.counts[:-1]) / column.rows, counts[:-1] / counts.sum()
    figure = new_figure(3.6, title, "")
    axes = figure.subplots()
    places = np.arange(len(then))
    axes.bar(places - 0.2, then, 0.4, color="#BBBBBB", label="then: rows held out in training")
    axes.bar(places + 0.2, now, 0.4, color=COLOURS[0], label="now")
    axes.set(xlabel=label, ylabel="Share of rows", ylim=(0, 1.3 * max(then.max(), now.max())))
    axes.set_xticks(places, _in_per_cent(column.bins.edges or ()), fontsize=9)
    axes.yaxis.set_major_formatter(PercentFormatter(1))
    axes.legend(frameon=False)
    tidy(axes)
    return figure


def _in_per_cent(edges: Sequence[float]) -> list[str]:
    shown = [f"{100 * edge:.1f}" for edge in edges]
    if not shown:
        return ["all"]
    return [f"to {shown[0]}", *(f"{low} - {high}" for low, high in pairwise(shown)), f"from {shown[-1]}"]


def _nothing(title: str, finding: str) -> Figure:
    return new_figure(1.1, title, finding)


def _reach(table: pd.DataFrame, name: str) -> np.ndarray:
    ends = [table[name] - table[f"{name}_low"], table[f"{name}_high"] - table[name]]
    return np.maximum(np.stack(ends), 0)


def _name_places(axes: Axes, names: pd.Series) -> None:
    every = -(-len(names) // MOST_NAMES)
    axes.set_xticks(np.arange(len(names))[::every], names.iloc[::every])
