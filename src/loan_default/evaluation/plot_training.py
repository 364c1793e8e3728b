"""How one model learnt, and what it leans on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from loan_default.evaluation.plot_style import COLOURS, GREY, new_figure, tidy
from loan_default.evaluation.words import LABELS

if TYPE_CHECKING:
    from matplotlib.figure import Figure

VALIDATION_PREFIX = "validation_"
BARS = 25
"""Inputs shown at most."""


def plot_learning_curve(history: pd.DataFrame, model: str) -> Figure:
    """Draw the loss, and each other metric watched, by epoch.

    Args:
        history: `epoch` (from 1), `loss`, `validation_loss`; any further `validation_*` column gets a panel,
            with its train values where the column without the prefix is there.
        model: Name in the title.

    Returns:
        The figure; the epoch of the lowest validation loss is marked.
    """
    from matplotlib.ticker import MaxNLocator

    best = history.iloc[int(history["validation_loss"].to_numpy().argmin())]
    last = history.iloc[-1]
    epoch = int(best["epoch"])
    finding = (
        f"Validation loss is lowest at epoch {epoch} of {int(last['epoch'])}: {best['validation_loss']:.4f}, "
        f"with {best['loss']:.4f} on train rows. "
    )
    rise = last["validation_loss"] - best["validation_loss"]
    finding += (
        "It was still falling when training ended: more epochs may help."
        if epoch == int(last["epoch"])
        else f"At the last epoch it was {rise:.4f} higher."
    )
    watched = [c.removeprefix(VALIDATION_PREFIX) for c in history.columns if c.startswith(VALIDATION_PREFIX)]
    figure = new_figure(5, f"Learning curve of {model}", finding)
    panels = figure.subplots(1, len(watched), squeeze=False)[0]
    for axes, name in zip(panels, watched, strict=True):
        if name in history:
            axes.plot(history["epoch"], history[name], color=COLOURS[0], linestyle="--", label="train")
        axes.plot(history["epoch"], history[VALIDATION_PREFIX + name], color=COLOURS[1], label="validation")
        axes.axvline(epoch, color=GREY, linewidth=1)
        axes.plot(epoch, best[VALIDATION_PREFIX + name], "o", color=COLOURS[1], label=f"best epoch {epoch}")
        label = "Loss (binary cross-entropy)" if name == "loss" else LABELS.get(name, name)
        axes.set(xlabel="Epoch", ylabel=label)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.legend(frameon=False)
        tidy(axes)
    return figure


def plot_importance(importance: pd.DataFrame, model: str) -> Figure:
    """Draw permutation importance as bars.

    Args:
        importance: Table of `permutation_importance`.
        model: Name in the title.

    Returns:
        The figure, with the most important inputs first and at most `BARS` of them.
    """
    first = importance.iloc[0]
    idle = int((importance["low"] <= 0).sum())
    finding = f"{first['input']} matters most: shuffling it costs {first['drop']:.4f} of ROC AUC. " + (
        f"{idle} of {len(importance)} inputs cost nothing detectable."
        if idle
        else f"Each of the {len(importance)} inputs costs something."
    )
    shown = importance.head(BARS).iloc[::-1]
    figure = new_figure(
        1.6 + 0.3 * len(shown), f"Permutation importance of {model}, validation rows", finding
    )
    axes = figure.add_subplot()
    reach = [shown["drop"] - shown["low"], shown["high"] - shown["drop"]]
    axes.barh(shown["input"], shown["drop"], color=COLOURS[0], height=0.7)
    axes.errorbar(shown["drop"], range(len(shown)), xerr=reach, fmt="none", ecolor="black", elinewidth=1)
    axes.axvline(0, color=GREY, linewidth=1)
    axes.set_xlabel("Drop in ROC AUC when the input is shuffled (interval of the shuffles)")
    axes.margins(y=0.02)
    tidy(axes)
    axes.grid(visible=False, axis="y")
    return figure
