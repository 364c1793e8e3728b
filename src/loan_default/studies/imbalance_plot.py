"""What the imbalance study found, in a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from loan_default.evaluation.plot_style import COLOURS, GREY, MARKERS, new_figure, tidy
from loan_default.evaluation.words import title_of
from loan_default.studies.imbalance import AS_TRAINED
from loan_default.studies.imbalance_report import METRICS, PROBABILITIES, WORDS

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

DRAWN = {"roc_auc": (AS_TRAINED,), "recall_at_precision": (AS_TRAINED,), "brier": PROBABILITIES}
"""Metrics of the picture, each for the probabilities that it differs between."""


def plot_imbalance(summary: pd.DataFrame, finding: str) -> Figure:
    """Draw what each method changes, seed by seed, for each model.

    Args:
        summary: From `summarise_imbalance`.
        finding: From `imbalance_in_words`.
    """
    models = list(dict.fromkeys(summary["model"]))
    figure = new_figure(2.4 + 2.6 * len(models), "What rebalancing changes on test rows", finding)
    grid = figure.subplots(len(models), len(DRAWN), squeeze=False, sharex="col", sharey="row")
    for row, model in zip(grid, models, strict=True):
        of_model = summary[(summary["model"] == model) & (summary["method"] != "none")]
        methods = list(dict.fromkeys(of_model["method"]))
        for axes, (metric, probabilities) in zip(row, DRAWN.items(), strict=True):
            for series, probability in enumerate(probabilities):
                rows = of_model[of_model["probability"] == probability]
                places = [-methods.index(method) - 0.2 * series for method in rows["method"]]
                _points(axes, rows, f"{metric}_gain", places, series, probability)
            axes.axvline(0, color=GREY, linewidth=0.8)
            axes.set_yticks([-place for place in range(len(methods))], [WORDS[method] for method in methods])
            axes.locator_params(axis="x", nbins=5)
            axes.set_title(title_of(model), loc="left", fontsize=10)
            tidy(axes)
    for axes, metric in zip(grid[-1], DRAWN, strict=True):
        better = "lower" if metric == "brier" else "higher"
        axes.set_xlabel(f"{METRICS[metric]}, change\n({better} is better)")
    handles, labels = grid[0][-1].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper right", ncols=len(PROBABILITIES), frameon=False)
    return figure


def _points(axes: Axes, rows: pd.DataFrame, gain: str, places: list[float], series: int, label: str) -> None:
    reach = [rows[gain] - rows[f"{gain}_low"], rows[f"{gain}_high"] - rows[gain]]
    axes.errorbar(
        rows[gain], places, xerr=reach, fmt=MARKERS[series], color=COLOURS[series], capsize=3, label=label
    )
