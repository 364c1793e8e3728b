"""Draw groups side by side, one panel per protected column."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

from loan_default.evaluation.fairness.sentences import say_approval, say_calibration
from loan_default.evaluation.plot_style import COLOURS, GREY, new_figure, tidy

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def plot_approval(table: pd.DataFrame, mark: float, labels: Mapping[str, str]) -> Figure:
    """Draw the share that the policy accepts by group with intervals, and the mark below the highest.

    Args:
        table: Table of `measure_groups`.
        mark: Least approval ratio.
        labels: Name for people of each column.

    Returns:
        The figure; it says so where there is nothing to draw.
    """
    title = "Accepted by the policy, by group, test rows"
    if table.empty:
        return _nothing(title)
    figure = new_figure(_height(table), title, say_approval(table, mark, labels))
    for axes, (_, rows) in _panels(figure, table, labels):
        _points(axes, rows, "approval_rate")
        axes.axvline(mark * rows["approval_rate"].max(), color=COLOURS[1], linestyle="--", linewidth=1.5)
    axes.set_xlabel(f"Accepted, share of the group (dashed: {mark:g} of the group accepted most)")
    return figure


def plot_calibration_by_group(table: pd.DataFrame, labels: Mapping[str, str]) -> Figure:
    """Draw defaults over expected defaults by group with intervals.

    Args:
        table: Table of `measure_groups`.
        labels: Name for people of each column.

    Returns:
        The figure; it says so where there is nothing to draw.
    """
    title = "Defaults to expected defaults by group, test rows"
    known = table.dropna(subset="observed_to_expected")
    if known.empty:
        return _nothing(title)
    figure = new_figure(_height(known), title, say_calibration(known, labels))
    for axes, (_, rows) in _panels(figure, known, labels):
        _points(axes, rows, "observed_to_expected")
        axes.axvline(1, color=GREY, linewidth=1)
    axes.set_xlabel("Defaults that came / defaults expected (1: as expected; above: more came)")
    return figure


def _height(table: pd.DataFrame) -> float:
    return 1.5 + 0.28 * len(table) + 0.45 * table["column"].nunique()


def _panels(figure: Figure, table: pd.DataFrame, labels: Mapping[str, str]) -> list:
    by_column = list(table.groupby("column", sort=False))
    panels = figure.subplots(
        len(by_column),
        sharex=True,
        squeeze=False,
        height_ratios=[len(rows) + 0.6 for _, rows in by_column],
    )[:, 0]
    for axes, (name, _) in zip(panels, by_column, strict=True):
        axes.set_title(labels[str(name)], loc="left", fontsize=11)
    return list(zip(panels, by_column, strict=True))


def _points(axes: Axes, rows: pd.DataFrame, measure: str) -> None:
    place = range(len(rows))
    reach = [rows[measure] - rows[f"{measure}_low"], rows[f"{measure}_high"] - rows[measure]]
    axes.errorbar(rows[measure], place, xerr=reach, fmt="o", color=COLOURS[0], capsize=3)
    axes.set_yticks(
        list(place), [f"{group} ({n:,})" for group, n in zip(rows["group"], rows["n"], strict=True)]
    )
    axes.set_ylim(len(rows) - 0.5, -0.5)
    tidy(axes)


def _nothing(title: str) -> Figure:
    return new_figure(1.2, title, "There is no group to show: see the section on fairness.")
