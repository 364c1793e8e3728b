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
        history: `epoch` (from 1), `loss`, `validation_loss`, `best` (True for the epoch kept); any further
            `validation_*` column gets a panel, with its train values where the column without the prefix is
            there. Where several networks were trained, `network` tells them apart.
        model: Name in the title.

    Returns:
        The figure; the epoch that was kept of each network is marked.
    """
    from matplotlib.ticker import MaxNLocator

    networks = [curve for _, curve in history.groupby("network")] if "network" in history else [history]
    kept = history.loc[history["best"]]
    finding = _of_one(networks[0]) if len(networks) == 1 else _of_several(kept)
    watched = [c.removeprefix(VALIDATION_PREFIX) for c in history.columns if c.startswith(VALIDATION_PREFIX)]
    figure = new_figure(5, f"Learning curve of {model}", finding)
    panels = figure.subplots(1, len(watched), squeeze=False)[0]
    marked = f"best epoch {int(kept['epoch'].iloc[0])}" if len(networks) == 1 else "best epochs"
    for axes, name in zip(panels, watched, strict=True):
        column = VALIDATION_PREFIX + name
        for curve in networks:
            if name in history:
                axes.plot(curve["epoch"], curve[name], color=COLOURS[0], linestyle="--", label="train")
            axes.plot(curve["epoch"], curve[column], color=COLOURS[1], label="validation")
        axes.plot(kept["epoch"], kept[column], "o", color=GREY, label=marked)
        label = "Loss (binary cross-entropy)" if name == "loss" else LABELS.get(name, name)
        axes.set(xlabel="Epoch", ylabel=label)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        handles = dict(zip(*reversed(axes.get_legend_handles_labels()), strict=True))
        axes.legend(handles.values(), handles.keys(), frameon=False)
        tidy(axes)
    return figure


def _of_one(curve: pd.DataFrame) -> str:
    best, last = curve.loc[curve["best"]].iloc[0], curve.iloc[-1]
    found = (
        f"Epoch {int(best['epoch'])} of {int(last['epoch'])} is the best and was kept: validation loss "
        f"{best['validation_loss']:.4f}, with {best['loss']:.4f} on train rows. "
    )
    if best["epoch"] == last["epoch"]:
        return found + "It was still getting better when training ended: more epochs may help."
    rise = last["validation_loss"] - best["validation_loss"]
    return found + f"At the last epoch it was {abs(rise):.4f} {'higher' if rise >= 0 else 'lower'}."


def _of_several(kept: pd.DataFrame) -> str:
    loss = kept["validation_loss"]
    return (
        f"{len(kept)} networks, each kept at its best epoch, {kept['epoch'].min()} to {kept['epoch'].max()}: "
        f"validation loss {loss.min():.4f} to {loss.max():.4f}."
    )


def drop_axis(importance: pd.DataFrame) -> str:
    """Label the axis of drops with the coverage that their intervals were measured at.

    Args:
        importance: Table of `permutation_importance`, or of several models.
    """
    coverage = " and ".join(f"{100 * share:g}" for share in sorted(importance["confidence"].unique()))
    return f"Drop in ROC AUC when the input is shuffled ({coverage} % interval)"


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
    axes.set_xlabel(drop_axis(importance))
    axes.margins(y=0.02)
    tidy(axes)
    axes.grid(visible=False, axis="y")
    return figure
