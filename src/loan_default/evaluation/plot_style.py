"""One look for every figure."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

from loan_default.evaluation.words import with_titles

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
"""Okabe and Ito's palette: told apart by colour-blind readers too."""

LINES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)), (0, (1, 1)), (0, (7, 3)))
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
GREY = "#666666"
WIDTH_IN = 10.0
DPI = 100
CHARACTERS_A_LINE = 120


def new_figure(height_in: float, title: str, finding: str) -> Figure:
    """Open a figure 1000 pixels wide.

    Args:
        height_in: Height in inches, at 100 pixels an inch.
        title: What is seen; models are written as people call them, here and in the finding.
        finding: One sentence on what was found, written below.

    Returns:
        A figure without axes.
    """
    from matplotlib.figure import Figure
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    layout = ConstrainedLayoutEngine(w_pad=0.12, h_pad=0.08)
    figure = Figure(figsize=(WIDTH_IN, height_in), dpi=DPI, layout=layout)
    figure.suptitle(with_titles(title), x=0.01, ha="left", fontsize=14, fontweight="bold")
    figure.supxlabel(textwrap.fill(with_titles(finding), CHARACTERS_A_LINE), x=0.01, ha="left", fontsize=10)
    return figure


def tidy(axes: Axes) -> None:
    """Take away what is not data, and draw a quiet grid."""
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(color="#DDDDDD", linewidth=0.6)
    axes.set_axisbelow(True)


def model_style(position: int) -> dict[str, Any]:
    """Give the colour and line of the model at a position, the same in every figure."""
    return {"color": COLOURS[position % len(COLOURS)], "linestyle": LINES[position % len(LINES)]}
