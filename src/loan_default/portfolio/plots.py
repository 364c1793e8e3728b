"""The cleaning report as a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from loan_default.evaluation.plot_style import COLOURS, GREY, new_figure, tidy

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_STRONGEST = 15


def plot_cleaning(report: dict[str, Any], findings: pd.DataFrame, max_roc_auc: float) -> Figure:
    """Draw what became of the rows, and what each column alone says about the outcome.

    Args:
        report: Of `cleaning_report`.
        findings: Of the leak scan.
        max_roc_auc: Mark above which a column is a leak.
    """
    leaks = findings.loc[findings["leak"], "name"].tolist()
    rows, used = report["steps"][0]["rows"], report["steps"][-1]["left"]
    figure = new_figure(
        6.2,
        "Cleaning: what became of the rows, and what single columns give away",
        f"{used:,} of {rows:,} rows are used. Of {len(findings)} columns, {_say(leaks)}.",
    )
    left, right = figure.subplots(1, 2, width_ratios=[1, 1.2])
    _draw_rows(left, report)
    _draw_leaks(right, findings, max_roc_auc)
    return figure


def _say(leaks: list[str]) -> str:
    if not leaks:
        return "none gives the outcome away by itself"
    shown = ", ".join(leaks[:4]) + (f" and {len(leaks) - 4} more" if len(leaks) > 4 else "")
    return f"{len(leaks)} {'gives' if len(leaks) == 1 else 'give'} the outcome away: {shown}"


def _draw_rows(axes: Axes, report: dict[str, Any]) -> None:
    names = [step["step"] for step in report["steps"]]
    counts = [step["rows"] for step in report["steps"]]
    colours = [GREY] * len(names)
    colours[0] = COLOURS[0]
    for part, count in report["parts"].items():
        names.append(f"{part} ({count['event_rate']:.1%} default)")
        counts.append(count["rows"])
        colours.append(COLOURS[0])
    tidy(axes)
    bars = axes.barh(names, counts, color=colours)
    axes.bar_label(bars, labels=[f"{count:,}" for count in counts], padding=4, fontsize=9)
    axes.invert_yaxis()
    axes.set_xlim(0, max(counts) * 1.3)
    axes.xaxis.set_major_formatter("{x:,.0f}")
    axes.locator_params(axis="x", nbins=4)
    axes.set_xlabel("Rows")


def _draw_leaks(axes: Axes, findings: pd.DataFrame, max_roc_auc: float) -> None:
    shown = findings.sort_values(["leak", "roc_auc"], ascending=False).head(_STRONGEST)
    names = shown["name"].where(shown["role"] == "feature", shown["name"] + " (" + shown["role"] + ")")
    tidy(axes)
    bars = axes.barh(
        names,
        shown["roc_auc"] - 0.5,
        left=0.5,
        color=np.where(shown["leak"], COLOURS[1], COLOURS[0]),
    )
    axes.bar_label(bars, labels=[f"{value:.3f}" for value in shown["roc_auc"]], padding=4, fontsize=9)
    axes.axvline(max_roc_auc, color=GREY, linestyle="--", linewidth=1)
    axes.text(max_roc_auc, -0.9, "leak", color=GREY, fontsize=9, ha="center")
    axes.invert_yaxis()
    axes.set_xlim(0.45, 1.1)
    axes.set_xlabel("ROC AUC of the column alone")
