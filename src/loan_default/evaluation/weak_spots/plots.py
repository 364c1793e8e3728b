"""Picture of the weakest slices."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from loan_default.evaluation.plot_style import COLOURS, GREY, new_figure, tidy

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LONGEST_NAME = 70


def plot_weak_spots(table: pd.DataFrame, level: float, shown: int, finding: str) -> Figure:
    """Draw the slices that fit worst, above by calibration, below by ranking.

    Args:
        table: From `measure_slices`.
        level: Adjusted p value below which a slice is beyond chance.
        shown: Slices of each kind.
        finding: One sentence, written below.
    """
    count = min(shown, len(table))
    figure = new_figure(2.4 + 0.5 * max(count, 1), "The slices that fit worst, test rows", finding)
    above, below = figure.subplots(2, 1)
    worst = table.sort_values("p_value", kind="stable").head(shown)
    _intervals(above, worst, "ratio", worst["adjusted_p"] < level)
    above.axvline(1, color=GREY, linewidth=1)
    above.set_xlabel("Observed over expected defaults, with interval; above 1 the risk is understated")
    worst = table.sort_values("ranking_p", kind="stable").head(shown)
    _intervals(below, worst, "roc_auc", worst["adjusted_ranking_p"] < level)
    below.plot(worst["expected_roc_auc"], np.arange(len(worst)), "|", color=GREY, markersize=12,
               markeredgewidth=2, label="promised by its probabilities")  # fmt: skip
    below.set_xlabel("ROC AUC within the slice, with interval (grey: what its own probabilities promise)")
    return figure


def _intervals(axes: Axes, table: pd.DataFrame, name: str, beyond: pd.Series) -> None:
    for place, (row, is_beyond) in enumerate(zip(table.to_dict("records"), beyond, strict=True)):
        colour = COLOURS[1] if is_beyond else COLOURS[0]
        axes.plot([row[f"{name}_low"], row[f"{name}_high"]], [place, place], color=colour, linewidth=2)
        axes.plot(row[name], place, "s" if is_beyond else "o", color=colour)
    names = [
        text if len(text) <= LONGEST_NAME else f"{text[: LONGEST_NAME - 3]}..." for text in table["slice"]
    ]
    axes.set_yticks(range(len(names)), names, fontsize=8)
    axes.invert_yaxis()
    tidy(axes)
