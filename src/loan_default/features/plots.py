"""The feature report as a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from loan_default.evaluation.stability import SHIFT_TO_ACT_ON, SHIFT_TO_WATCH

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_MOST_SHOWN = 20
_BLUE, _ORANGE, _GREY = "#0072B2", "#D55E00", "#6E6E6E"


def plot_feature_report(report: pd.DataFrame) -> Figure:
    """Draw the strongest features: information value, and beside it how far each moved from train to test.

    Args:
        report: What `feature_report` returns.

    Returns:
        Two panels with one line per feature, at most 20; flags are left out.
    """
    from matplotlib.figure import Figure

    shown = report[report["used_as"].notna() & (report["kind"] != "flag")].head(_MOST_SHOWN)[::-1]
    figure = Figure(figsize=(10, 1.6 + 0.3 * len(shown)), layout="constrained")
    strength, shift = figure.subplots(1, 2, sharey=True, width_ratios=(3, 2))
    lines = range(len(shown))

    names = [
        f"{label} \u2020" if lender_set else label
        for label, lender_set in zip(shown["label"], shown["lender_set"], strict=True)
    ]
    strength.barh(lines, shown["information_value"], color=_BLUE, height=0.7)
    for line, value in zip(lines, shown["information_value"], strict=True):
        strength.annotate(
            f"{value:.3f}", (value, line), xytext=(3, 0), textcoords="offset points", va="center", fontsize=8
        )
    strength.margins(x=0.12, y=0.02)
    strength.set_yticks(lines, names)
    strength.set_xlabel("information value on train")
    strength.set_title("What each says alone about default")

    moved = [value >= SHIFT_TO_WATCH for value in shown["psi"]]
    shift.scatter(shown["psi"], lines, c=[_ORANGE if far else _BLUE for far in moved], s=28, zorder=3)
    for mark, word in ((SHIFT_TO_WATCH, "watch"), (SHIFT_TO_ACT_ON, "act")):
        shift.axvline(mark, color=_GREY, linestyle="--", linewidth=1)
        shift.annotate(
            word,
            (mark, 1),
            xycoords=("data", "axes fraction"),
            xytext=(3, -3),
            textcoords="offset points",
            va="top",
            fontsize=8,
            color=_GREY,
        )
    shift.set_xlim(0, max(0.3, 1.1 * shown["psi"].max(skipna=True)))
    shift.tick_params(axis="y", left=False)
    shift.set_xlabel("population stability index")
    shift.set_title("How far it moved from train to test")
    for panel in (strength, shift):
        panel.grid(axis="x", alpha=0.3)
        panel.set_axisbelow(True)
        panel.spines[["top", "right"]].set_visible(False)
    if shown["lender_set"].any():
        figure.supxlabel(
            "\u2020 the lender's own judgement, or made from it", fontsize=8, color=_GREY, ha="left", x=0.01
        )
    return figure
