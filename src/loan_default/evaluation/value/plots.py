"""Pictures of value: profit by cut-off, acceptance against default rate, swap sets, prices."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from loan_default.evaluation.phrases import percent
from loan_default.evaluation.plot_style import COLOURS, GREY, model_style, new_figure, tidy
from loan_default.evaluation.value.measure import LENDER, MODEL, OTHER, Value
from loan_default.evaluation.value.naming import Naming
from loan_default.evaluation.value.policy_sentences import policy_rules
from loan_default.evaluation.value.rules import BEST, POLICY, POLICY_STRICT
from loan_default.evaluation.value.sentences import (
    acceptance_found,
    best_cutoff_found,
    price_found,
    priced_at,
    rule_shown,
    swap_found,
)
from loan_default.evaluation.value.settings import ValueSettings
from loan_default.evaluation.value.swaps import IN, OUT
from loan_default.frames import TEST, VALIDATION

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

FIRST_RATE = 0.02
"""Default rates are drawn from this acceptance rate on: before it a few loans make them jump."""


def plot_cutoffs(value: Value, settings: ValueSettings, confidence: float, names: Naming) -> Figure:
    """Draw profit, and loss expected and had, by cut-off.

    Args:
        value: What was measured.
        settings: How flat is flat.
        confidence: Coverage of the best cut-off's interval.
        names: Names for people.

    Returns:
        The figure.
    """
    found = best_cutoff_found(value, settings, confidence, names)
    figure = new_figure(7.5, f"Profit and loss by cut-off, {names.model}", found)
    upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=[3, 2])
    seen, test = (value.cutoffs[value.cutoffs["part"] == part] for part in (VALIDATION, TEST))
    best = value.best
    right = min(1.0, float(test.loc[test["cutoff"] < 1, "cutoff"].max()) + 0.05)
    for axes in (upper, lower):
        axes.axvline(best.cutoff, color=COLOURS[1], linewidth=1.5)
        for label, edge, line in _policy_edges(value):
            axes.axvline(edge, color=GREY, linewidth=1.2, linestyle=line, label=label)
        _thousands(axes)
        tidy(axes)
    flat = f"within {percent(settings.flat_within, 0)} of the best, validation rows"
    spans = [(low, high - low) for low, high in best.flat]
    upper.broken_barh(spans, (0, 1), transform=upper.get_xaxis_transform(), color=COLOURS[4], alpha=0.2,
                      label=flat)  # fmt: skip
    upper.plot(seen["cutoff"], seen["profit"], color=GREY, linestyle="--", label="validation rows (choose)")
    upper.plot(test["cutoff"], test["profit"], color=COLOURS[0], label="test rows (judge)")
    low, high = min(best.low, best.cutoff), max(best.high, best.cutoff)
    reach = [[best.cutoff - low], [high - best.cutoff]]
    label = f"best cut-off {best.cutoff:.3f}, {percent(confidence, 0)} of redraws"
    upper.errorbar([best.cutoff], [best.profit], xerr=reach, color=COLOURS[1], marker="o", capsize=4,
                   linestyle="none", label=label)  # fmt: skip
    upper.axhline(0, color="black", linewidth=0.8)
    upper.set(xlim=(0, right), ylabel=names.axis("Profit"))
    upper.legend(frameon=False, loc="lower left", bbox_to_anchor=(0, 1), ncols=3, fontsize=9)
    lower.plot(test["cutoff"], test["loss"], color=COLOURS[0], label="lost on test rows")
    lower.plot(
        test["cutoff"], test["expected_loss"], color=COLOURS[1], linestyle="--", label="foretold by the model"
    )
    lower.set(xlabel="Cut-off: granted below this probability of default", ylabel=names.axis("Loss"))
    lower.legend(handles=lower.lines[-2:], frameon=False, loc="lower right", fontsize=9)
    return figure


def plot_acceptance(value: Value, names: Naming) -> Figure:
    """Draw the default rate of the granted by acceptance rate, by number and, where known, by amount.

    Args:
        value: What was measured.
        names: Names for people.

    Returns:
        The figure.
    """
    from matplotlib.ticker import PercentFormatter

    ways = [("", "number of loans")] + ([("_by_amount", "amount")] if names.amounts else [])
    figure = new_figure(5.6, "Acceptance rate and default rate, test rows", acceptance_found(value, names))
    grid = figure.subplots(1, len(ways), sharey=True, squeeze=False)[0]
    drawn = value.acceptance[value.acceptance["acceptance_rate"] >= FIRST_RATE]
    rules = value.rules.set_index("name")
    for axes, (suffix, way) in zip(grid, ways, strict=True):
        for i, name in enumerate((MODEL, OTHER, LENDER)):
            curve = drawn[drawn["order"] == name]
            if len(curve):
                axes.plot(curve[f"acceptance_rate{suffix}"], curve[f"default_rate{suffix}"],
                          label=names.order(name), **model_style(i))  # fmt: skip
        for rule, marker in ((POLICY_STRICT, "o"), (POLICY, "^"), (BEST, "D")):
            at = rules.loc[rule] if rule in rules.index else None
            if at is not None and at["n"]:
                accepted = at["amount_share"] if suffix else at["share"]
                axes.plot(
                    accepted,
                    at[f"event_rate{suffix}"],
                    marker,
                    color="black",
                    label=rule_shown(rule, value),
                    zorder=5,
                )
        axes.set_title(f"By {way}", fontsize=11)
        axes.set(xlabel=f"Share granted, by {way}", xlim=(0, 1.02))
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_formatter(PercentFormatter(1))
        tidy(axes)
    grid[0].set(ylabel="Default rate of the granted", ylim=(0, None))
    grid[0].legend(frameon=False, loc="upper left", fontsize=9)
    return figure


def plot_swaps(value: Value, names: Naming) -> Figure:
    """Draw default rate and money of the loans that two models would swap.

    Args:
        value: What was measured.
        names: Names for people.

    Returns:
        The figure.
    """
    from matplotlib.ticker import PercentFormatter

    title = f"Swap sets: {names.model} in place of {names.other}, test rows"
    figure = new_figure(4.6, title, swap_found(value, names))
    left, right = figure.subplots(1, 2, width_ratios=[3, 2])
    sets = value.swaps
    colours = {IN: COLOURS[0], OUT: COLOURS[1]}
    _bars(left, sets, "event_rate", [colours.get(name, "#BBBBBB") for name in sets["name"]])
    left.set(ylabel="Default rate")
    left.yaxis.set_major_formatter(PercentFormatter(1))
    swapped = sets[sets["name"].isin([IN, OUT])]
    _bars(right, swapped, "money", [colours[name] for name in swapped["name"]])
    right.axhline(0, color="black", linewidth=0.8)
    right.set(ylabel=names.axis("Money if granted"))
    _thousands(right)
    return figure


def plot_prices(value: Value, settings: ValueSettings, names: Naming) -> Figure:
    """Draw the break-even price of each risk band beside what was charged.

    Args:
        value: What was measured.
        settings: The margin assumed where rates are not known.
        names: Names for people.

    Returns:
        The figure.
    """
    from matplotlib.ticker import PercentFormatter

    found = price_found(value, settings, names)
    what = "rate" if names.terms else "margin"
    figure = new_figure(4.8, f"Break-even {what} by risk band, test rows", found)
    axes = figure.add_subplot()
    bands = value.prices
    places = np.arange(len(bands))
    charged = priced_at(bands, settings, names)
    if charged is not None:
        label = "charged, mean by amount" if names.rates else "assumed"
        axes.bar(places, charged, 0.6, color=COLOURS[5], alpha=0.6, label=label)
    axes.errorbar(places, bands["break_even"], _reach(bands, "break_even"), color=COLOURS[1], marker="s",
                  capsize=5, linestyle="none", linewidth=1.5, label="needed to break even")  # fmt: skip
    ticks = [f"{row['name']}\n{row['n']:,.0f} loans" for row in bands.to_dict("records")]
    axes.set_xticks(places, ticks)
    ylabel = "Yearly interest rate" if names.terms else "Margin, share of the amount"
    axes.set(xlabel="Risk band by probability of default", ylabel=ylabel, ylim=(0, None))
    axes.yaxis.set_major_formatter(PercentFormatter(1))
    axes.legend(frameon=False, loc="upper left")
    tidy(axes)
    axes.grid(visible=False, axis="x")
    return figure


def _policy_edges(value: Value) -> list[tuple[str, float, str]]:
    """Name the edges of the policy inside 0 to 1, each with its place and line style."""
    rules = policy_rules(value)
    edges = [("policy: declined from", rules[-1]["cutoff"], "-.")]
    if len(rules) > 1:
        edges.insert(0, ("policy: referred from", rules[0]["cutoff"], ":"))
    return [(f"{label} {edge:.3g}", edge, line) for label, edge, line in edges if 0 < edge < 1]


def _bars(axes: Axes, table: pd.DataFrame, name: str, colours: list[str]) -> None:
    places = np.arange(len(table))
    axes.bar(places, table[name], 0.6, color=colours)
    axes.errorbar(places, table[name], _reach(table, name), color="black", linestyle="none", capsize=4)
    labels = [f"{row['name']}\n{row['n']:,.0f} loans" for row in table.to_dict("records")]
    axes.set_xticks(places, labels)
    tidy(axes)
    axes.grid(visible=False, axis="x")


def _reach(table: pd.DataFrame, name: str) -> np.ndarray:
    """Return how far the interval reaches below and above, of shape (2, rows)."""
    value, low, high = (table[f"{name}{end}"].to_numpy(dtype=float) for end in ("", "_low", "_high"))
    return np.stack([value - low, high - value])


def _thousands(axes: Axes) -> None:
    from matplotlib.ticker import FuncFormatter

    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.10g}"))
