"""The cleaning report as a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_BLUE, _ORANGE, _GREY = "#2a6f97", "#d1495b", "#9aa5b1"
_STRONGEST = 15


def plot_cleaning(report: dict[str, Any], findings: pd.DataFrame, max_roc_auc: float) -> Figure:
    """Draw what became of the rows, and what each column alone says about the outcome.

    Args:
        report: Of `cleaning_report`.
        findings: Of the leak scan.
        max_roc_auc: Mark above which a column is a leak.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(13, 6), layout="constrained")
    rows, leaks = figure.subplots(1, 2, width_ratios=[1, 1.1])
    _draw_rows(rows, report)
    _draw_leaks(leaks, findings, max_roc_auc)
    return figure


def _draw_rows(axes: Axes, report: dict[str, Any]) -> None:
    names, counts, colours = [], [], []
    for step in report["steps"]:
        names.append(step["step"])
        counts.append(step["rows"])
        colours.append(_BLUE if step["step"] == "rows in the file" else _GREY)
    for part, count in report["parts"].items():
        names.append(f"{part} ({count['event_rate']:.1%} default)")
        counts.append(count["rows"])
        colours.append(_BLUE)
    bars = axes.barh(names, counts, color=colours)
    axes.bar_label(bars, labels=[f"{count:,}" for count in counts], padding=4)
    axes.invert_yaxis()
    axes.set_xlim(0, max(counts) * 1.18)
    axes.set_xlabel("rows")
    kept = report["steps"][-1]["left"]
    axes.set_title(f"{kept:,} of {counts[0]:,} rows are used", loc="left")
    axes.spines[["top", "right"]].set_visible(False)


def _draw_leaks(axes: Axes, findings: pd.DataFrame, max_roc_auc: float) -> None:
    shown = findings.sort_values("roc_auc", ascending=False)
    shown = pd.concat([shown[shown["leak"]], shown[~shown["leak"]]]).head(_STRONGEST)
    names = shown["name"].where(shown["role"] == "feature", shown["name"] + " (" + shown["role"] + ")")
    bars = axes.barh(
        names, shown["roc_auc"] - 0.5, left=0.5, color=[_ORANGE if leak else _BLUE for leak in shown["leak"]]
    )
    axes.bar_label(bars, labels=[f"{value:.3f}" for value in shown["roc_auc"]], padding=4)
    axes.axvline(max_roc_auc, color="black", linestyle="--", linewidth=1)
    axes.invert_yaxis()
    axes.set_xlim(0.45, 1.08)
    axes.set_xlabel("ROC AUC of the column alone, out-of-fold (0.5 says nothing)")
    leaks = int(findings["leak"].sum())
    found = (
        f"{leaks} of {len(findings)} columns give the outcome away (red)"
        if leaks
        else "no column gives the outcome away"
    )
    axes.set_title(f"Leak scan: {found}", loc="left")
    axes.spines[["top", "right"]].set_visible(False)
