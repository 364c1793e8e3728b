"""Pictures of gains, and of probabilities by outcome."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from loan_default.evaluation.plot_style import COLOURS, GREY, model_style, new_figure, tidy
from loan_default.evaluation.words import title_of

if TYPE_CHECKING:
    from matplotlib.figure import Figure

BINS = 40


def plot_gains(gains: pd.DataFrame, event_rate: float, finding: str) -> Figure:
    """Draw cumulative gains and lift of several models.

    Args:
        gains: `model` and the columns of `cumulative_gains`, one row per model and share.
        event_rate: Share of defaults: how steep the gains of a perfect order are.
        finding: One sentence, written below.
    """
    from matplotlib.ticker import PercentFormatter

    figure = new_figure(5.2, "Cumulative gains and lift, test rows", finding)
    left, right = figure.subplots(1, 2)
    left.plot([0, event_rate, 1], [0, 1, 1], color=GREY, linestyle=":", label="perfect order")
    left.plot([0, 1], [0, 1], color=GREY, linewidth=1, label="drawn blindly")
    for i, (name, curve) in enumerate(gains.groupby("model", sort=False)):
        left.plot([0, *curve["share"]], [0, *curve["captured"]], label=title_of(str(name)), **model_style(i))
        right.plot(curve["share"], curve["lift"], label=title_of(str(name)), **model_style(i))
    right.axhline(1, color=GREY, linewidth=1)
    left.set(xlabel="Share of loans, riskiest first", ylabel="Share of all defaults among them", xlim=(0, 1),
             ylim=(0, 1.01))  # fmt: skip
    right.set(xlabel="Share of loans, riskiest first", ylabel="Lift: times the defaults of a blind draw",
              xlim=(0, 1), ylim=(0, None))  # fmt: skip
    left.yaxis.set_major_formatter(PercentFormatter(1))
    for axes in (left, right):
        axes.xaxis.set_major_formatter(PercentFormatter(1))
        tidy(axes)
    left.legend(frameon=False, loc="lower right")
    return figure


def plot_probabilities(
    outcome: np.ndarray, probability: np.ndarray, threshold: float, model: str, finding: str
) -> Figure:
    """Draw how the probabilities of defaults and of good loans are spread.

    Args:
        outcome: 0/1 of shape (rows,), 1 = default.
        probability: Probability of default of shape (rows,).
        threshold: Probability from which a loan is refused.
        model: Whose probabilities they are.
        finding: One sentence, written below.
    """
    from matplotlib.ticker import PercentFormatter

    figure = new_figure(4.6, f"Probability of default by outcome, {model}, test rows", finding)
    axes = figure.add_subplot()
    edges = np.linspace(0, float(np.quantile(probability, 0.999)) * 1.02, BINS + 1).tolist()
    for value, name, colour, style in (
        (0, "paid back", COLOURS[0], {"alpha": 0.45}),
        (1, "in default", COLOURS[1], {"histtype": "step", "linewidth": 2}),
    ):
        p = probability[np.asarray(outcome) == value]
        axes.hist(np.minimum(p, edges[-1]), bins=edges, weights=np.full(len(p), 1 / len(p)), color=colour,
                  label=f"{name}: {len(p):,} loans", **style)  # fmt: skip
    axes.axvline(threshold, color=GREY, linewidth=1, label=f"threshold {threshold:.3f}")
    axes.set(
        xlabel="Probability of default", ylabel="Share of the loans of each outcome", xlim=(0, edges[-1])
    )
    axes.xaxis.set_major_formatter(PercentFormatter(1))
    axes.yaxis.set_major_formatter(PercentFormatter(1))
    axes.legend(frameon=False)
    tidy(axes)
    return figure
