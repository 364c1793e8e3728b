"""A tuning study in pictures: how far it came, and what mattered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from loan_default.evaluation.plot_style import COLOURS, GREY, new_figure, tidy
from loan_default.evaluation.words import LABELS, LOWER_IS_BETTER

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def plot_tuning_history(trials: pd.DataFrame, metric: str, model: str) -> Figure:
    """Draw the value of every trial and the best so far.

    Args:
        trials: One row per trial: `trial`, `state`, `value` (of complete trials), `as_set` (True for the
            trial of the settings as they were).
        metric: What the value is.
        model: Name for people.
    """
    from matplotlib.ticker import MaxNLocator

    complete = trials[trials["state"] == "complete"]
    lower = metric in LOWER_IS_BETTER
    running = complete["value"].cummin() if lower else complete["value"].cummax()
    best = complete.sort_values("value", ascending=not lower, kind="stable").iloc[-1]
    before = complete.loc[complete["as_set"], "value"]
    compared = f"; the settings as they were had {before.iloc[0]:.4f}" if len(before) else ""
    figure = new_figure(
        5,
        f"Tuning of {model}, trial by trial",
        f"The best {LABELS[metric]} is {best['value']:.4f}, in trial {int(best['trial'])}{compared}. Means "
        "over folds of train and validation rows; the best of many is flattered.",
    )
    axes = figure.add_subplot()
    axes.plot(complete["trial"], complete["value"], "o", color=COLOURS[0], label="complete")
    pruned = trials[trials["state"] == "pruned"]
    if len(pruned):
        # Judged on fewer folds than the others, they have no value to be drawn at.
        axes.plot(
            pruned["trial"],
            np.full(len(pruned), 0.02),
            "x",
            color=GREY,
            label="given up early",
            transform=axes.get_xaxis_transform(),
        )
    axes.step(complete["trial"], running, where="post", color=COLOURS[1], label="best so far")
    axes.set(xlabel="Trial", ylabel=LABELS[metric])
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.legend(frameon=False)
    tidy(axes)
    return figure


def plot_tuning_importance(importance: Mapping[str, float], metric: str, model: str) -> Figure:
    """Draw which settings made trials differ.

    Args:
        importance: Share of the variation between trials, by setting; empty where it cannot be told.
        metric: What trials were measured by.
        model: Name for people.
    """
    if importance:
        top = max(importance, key=lambda name: importance[name])
        finding = (
            f"{top} explains {importance[top]:.0%} of the differences in {LABELS[metric]} between trials."
        )
    else:
        finding = "Too few trials came to an end to tell which setting mattered."
    figure = new_figure(1.6 + 0.4 * max(len(importance), 1), f"Tuning of {model}: what mattered", finding)
    axes = figure.add_subplot()
    names = sorted(importance, key=lambda name: importance[name])
    axes.barh(np.arange(len(names)), [importance[name] for name in names], color=COLOURS[0])
    axes.set_yticks(np.arange(len(names)), names)
    axes.set_xlabel("Share of the variation between trials (fANOVA)")
    tidy(axes)
    return figure
