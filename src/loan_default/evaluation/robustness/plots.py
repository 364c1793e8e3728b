"""Picture of what errors and gaps cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from loan_default.evaluation.plot_style import COLOURS, GREY, new_figure, tidy
from loan_default.evaluation.robustness.measure import UNCHANGED, costliest_gaps

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def plot_losses(table: pd.DataFrame, at_most: int, finding: str) -> Figure:
    """Draw the loss of ROC AUC and the rise of the Brier score under each change.

    Args:
        table: `change`, `kind` and the columns of `measure_losses`; the rows as they are are not drawn.
        at_most: Missing fields that are drawn, the costliest; the title says so where there are more.
        finding: One sentence, written below.
    """
    gaps = costliest_gaps(table)
    shown = pd.concat([table.loc[~table["kind"].isin([UNCHANGED, "missing"])], gaps.head(at_most)])
    title = "What errors and gaps cost, test rows"
    if len(gaps) > at_most:
        title += f": the {at_most} costliest of {len(gaps)} fields"
    kinds = dict(zip(shown["kind"].unique(), COLOURS, strict=False))
    figure = new_figure(2 + 0.27 * len(shown), title, finding)
    left, right = figure.subplots(1, 2, sharey=True)
    places = np.arange(len(shown))
    for axes, name, label in (
        (left, "roc_auc_lost", "ROC AUC lost, with interval"),
        (right, "brier_added", "Brier score added, with interval"),
    ):
        for place, row in zip(places, shown.to_dict("records"), strict=True):
            colour = kinds[row["kind"]]
            axes.plot([row[f"{name}_low"], row[f"{name}_high"]], [place, place], color=colour, linewidth=2)
            axes.plot(row[name], place, "o", color=colour)
        axes.axvline(0, color=GREY, linewidth=1)
        axes.set_xlabel(label)
        tidy(axes)
    left.set_yticks(places, shown["change"], fontsize=9)
    left.invert_yaxis()
    return figure
