"""The cleaning report as pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from loan_default.evaluation.plot_style import COLOURS, GREY, new_figure, tidy
from loan_default.evaluation.stability import SHIFT_TO_ACT_ON, SHIFT_TO_WATCH

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
    figure = new_figure(
        6.2,
        "Cleaning: what became of the rows, and what single columns give away",
        f"{_say_rows(report)} {_say_leaks(findings)}",
    )
    left, right = figure.subplots(1, 2, width_ratios=[1, 1.2])
    _draw_rows(left, report)
    _draw_leaks(right, findings, max_roc_auc)
    return figure


def plot_rows(report: dict[str, Any]) -> Figure:
    """Draw what became of the rows.

    Args:
        report: Of `cleaning_report`.
    """
    figure = new_figure(4, "From the lender's file to the parts", _say_rows(report))
    _draw_rows(figure.subplots(), report)
    return figure


def plot_leak_scan(findings: pd.DataFrame, max_roc_auc: float) -> Figure:
    """Draw what each column alone says about the outcome.

    Args:
        findings: Of the leak scan.
        max_roc_auc: Mark above which a column is a leak.
    """
    height = 1.8 + 0.27 * min(len(findings), _STRONGEST)
    found = _say_leaks(findings)
    if findings["leak"].any():
        found += " Orange: by what its values rank, or by groups of rows with one outcome only."
    figure = new_figure(height, "Leak scan: what each column alone says", found)
    _draw_leaks(figure.subplots(), findings, max_roc_auc)
    return figure


def plot_drift(drift: pd.DataFrame) -> Figure:
    """Draw how far inputs have moved from train to test rows.

    Args:
        drift: `label` and `psi`, the furthest first.
    """
    title, shown = "Drift of the inputs from train to test rows", drift.head(_STRONGEST)
    if shown.empty:
        return new_figure(1.2, title, "No input has a stability index.")
    found = f"The {len(shown)} of {len(drift)} inputs that moved furthest. Dashed: the usual marks."
    figure = new_figure(1.8 + 0.27 * len(shown), title, found)
    axes = figure.subplots()
    tidy(axes)
    colours = np.where(shown["psi"] >= SHIFT_TO_WATCH, COLOURS[1], COLOURS[0])
    bars = axes.barh(shown["label"], shown["psi"], color=colours)
    axes.bar_label(bars, labels=[f"{value:.4f}" for value in shown["psi"]], padding=4, fontsize=9)
    for mark in (SHIFT_TO_WATCH, SHIFT_TO_ACT_ON):
        _draw_mark(axes, mark, f"{mark:.2f}")
    axes.invert_yaxis()
    axes.set_xlim(0, 1.15 * max(SHIFT_TO_ACT_ON, shown["psi"].max()))
    axes.set_xlabel("Population stability index (PSI)")
    return figure


def _say_rows(report: dict[str, Any]) -> str:
    return f"{report['steps'][-1]['left']:,} of {report['steps'][0]['rows']:,} rows are used."


def _say_leaks(findings: pd.DataFrame) -> str:
    leaks = findings.loc[findings["leak"], "name"].tolist()
    if not leaks:
        return f"Of {len(findings)} columns, none gives the outcome away by itself."
    shown = ", ".join(leaks[:4]) + (f" and {len(leaks) - 4} more" if len(leaks) > 4 else "")
    verb = "gives" if len(leaks) == 1 else "give"
    return f"Of {len(findings)} columns, {len(leaks)} {verb} the outcome away: {shown}."


def _draw_rows(axes: Axes, report: dict[str, Any]) -> None:
    """Draw a waterfall: the file, what each step takes away, and the parts that the rest is dealt to."""
    file, *steps = report["steps"]
    bars = [(file["step"], file["rows"], 0, COLOURS[0])]
    bars += [(step["step"], step["rows"], step["left"], GREY) for step in steps]
    left = report["steps"][-1]["left"]
    for part, count in report["parts"].items():
        left -= count["rows"]
        bars.append((f"{part} ({count['event_rate']:.1%} default)", count["rows"], left, COLOURS[0]))
    names, counts, starts, colours = zip(*bars, strict=True)
    tidy(axes)
    axes.barh(names, counts, left=starts, color=colours)
    for place, (_, count, start, _) in enumerate(bars):
        axes.annotate(
            f"{count:,}", (start + count, place), (4, 0), textcoords="offset points", va="center", fontsize=9
        )
    axes.invert_yaxis()
    axes.set_xlim(0, file["rows"] * 1.25)
    axes.xaxis.set_major_formatter("{x:,.0f}")
    axes.locator_params(axis="x", nbins=4)
    axes.set_xlabel("Rows")


def _draw_mark(axes: Axes, mark: float, name: str) -> None:
    axes.axvline(mark, color=GREY, linestyle="--", linewidth=1)
    axes.text(mark, -0.9, name, color=GREY, fontsize=9, ha="center")


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
    _draw_mark(axes, max_roc_auc, "leak")
    axes.invert_yaxis()
    axes.set_xlim(0.45, 1.1)
    # Room for the number beside a bar, though no ROC AUC is above 1.
    axes.set_xticks(np.arange(0.5, 1.01, 0.1))
    axes.set_xlabel("ROC AUC of the column alone")
