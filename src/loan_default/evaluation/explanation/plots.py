"""Pictures of what a model rests on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from loan_default.evaluation.explanation.effect_table import Panel
from loan_default.evaluation.explanation.inputs import Input
from loan_default.evaluation.plot_style import COLOURS, GREY, MARKERS, new_figure, tidy
from loan_default.evaluation.plot_training import drop_axis
from loan_default.evaluation.words import title_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SHOWN = 20
"""Inputs in a picture of all."""
FEWEST_BARS, MOST_BARS = 6, 12
"""Room for so many bars: two do not fill a panel, and of many only some are named."""
TICKS = 8
"""Labels on one axis; of more, only some are written."""
LONGEST_TICK = 20
"""Characters of a label on an axis."""


def plot_importances(importances: pd.DataFrame, models: Sequence[str], finding: str) -> Figure:
    """Draw every model's permutation importance side by side.

    Args:
        importances: From `compare_importances`.
        models: Names of the models, the reported one first.
        finding: What was found.

    Returns:
        The figure, with the inputs strongest for the reported model.
    """
    own = importances.loc[importances["model"] == models[0]]
    inputs = own.head(SHOWN)
    place = pd.Series(np.arange(len(inputs))[::-1], index=inputs["input"])
    title = f"Permutation importance by input, validation rows{_strongest(SHOWN, len(own))}"
    figure = new_figure(1.8 + 0.42 * len(inputs), title, finding)
    axes = figure.add_subplot()
    for number, model in enumerate(models):
        rows = importances.loc[(importances["model"] == model) & importances["input"].isin(inputs["input"])]
        at = place[rows["input"]].to_numpy() + 0.3 - 0.6 * number / max(len(models) - 1, 1)
        axes.errorbar(
            rows["drop"],
            at,
            xerr=[rows["drop"] - rows["low"], rows["high"] - rows["drop"]],
            fmt=MARKERS[number],
            color=COLOURS[number],
            markersize=6 if number == 0 else 4,
            elinewidth=1.4 if number == 0 else 0.8,
            label=f"{title_of(model)} (reported)" if number == 0 else title_of(model),
        )
    axes.axvline(0, color=GREY, linewidth=1)
    axes.set_yticks(place.to_numpy(), inputs["label"])
    axes.set_xlabel(drop_axis(importances))
    axes.legend(frameon=False, loc="lower right")
    tidy(axes)
    return figure


def plot_contributions(
    contributions: pd.DataFrame, values: pd.DataFrame, summary: pd.DataFrame, words: dict[str, str]
) -> Figure:
    """Draw each row's contribution of each input as a swarm, coloured by the input's value.

    Args:
        contributions: One column per input, one row per loan.
        values: The inputs as numbers in an order, alike; nan where there is no order, drawn grey.
        summary: From `summarise_contributions`, which gives the order.
        words: `title`, `unit` (of the axis) and `finding`.

    Returns:
        The figure.
    """
    from matplotlib.cm import ScalarMappable
    from matplotlib.colors import LinearSegmentedColormap, Normalize

    shown = summary.head(SHOWN)
    colours = LinearSegmentedColormap.from_list("low to high", [COLOURS[0], "#C8C8C8", COLOURS[1]])
    title = f"{words['title']}{_strongest(SHOWN, len(summary))}"
    figure = new_figure(1.9 + 0.42 * len(shown), title, words["finding"])
    axes = figure.add_subplot()
    for place, name in enumerate(reversed(shown["input"].tolist())):
        x = contributions[name].to_numpy()
        rank = values[name].rank(pct=True).to_numpy()
        y = place + _swarm(x, contributions[shown["input"]].to_numpy())
        ordered = ~np.isnan(rank)
        axes.scatter(x[~ordered], y[~ordered], s=9, color="#777777", linewidths=0)
        axes.scatter(x[ordered], y[ordered], s=9, c=rank[ordered], cmap=colours, vmin=0, vmax=1, linewidths=0)
    axes.axvline(0, color=GREY, linewidth=1)
    axes.set_yticks(range(len(shown)), shown["label"].iloc[::-1])
    axes.set_xlabel(words["unit"])
    tidy(axes)
    bar = figure.colorbar(
        ScalarMappable(Normalize(0, 1), colours), ax=axes, ticks=[0, 1], aspect=40, pad=0.01
    )
    bar.ax.set_yticklabels(["low", "high"])
    bar.set_label("The loan's own value (grey: missing, no order, protected)", labelpad=-18)
    bar.outline.set_visible(False)
    return figure


def _strongest(shown: int, of: int) -> str:
    """Say that a picture leaves inputs out."""
    return f": the {shown} strongest of {of}" if shown < of else ""


def _drawn(panels: int, of: int) -> str:
    """Say that inputs are left out for want of room, or because they cannot be drawn."""
    return f": the strongest that can be drawn, {panels} of {of}" if 0 < panels < of else ""


def plot_effects(panels: Sequence[Panel], inputs: int, finding: str) -> Figure:
    """Draw what inputs do to the probability, with the default rate of loans and where the loans lie.

    Args:
        panels: The inputs, with what the model does with them and what the data say.
        inputs: Inputs of the model; the title says so where only some are drawn.
        finding: What was found.

    Returns:
        The figure, two panels a row; without panels, the finding alone.
    """
    rows = (len(panels) + 1) // 2
    figure = new_figure(1.4 + 2.6 * rows, f"Effects of inputs{_drawn(len(panels), inputs)}", finding)
    for axes, panel in zip(_grid(figure, len(panels)), panels, strict=True):
        of, observed = panel.subject.of, panel.observed.dropna(subset="value")
        _draw_effect(axes, of, panel.effect, observed, panel.subject.values)
        if panel is panels[0]:
            axes.legend(frameon=False, fontsize=8)
    return figure


def _grid(figure: Figure, count: int) -> list[Axes]:
    """Lay out so many panels, two a row."""
    rows = (count + 1) // 2
    return [figure.add_subplot(rows, 2, place + 1) for place in range(count)]


def _draw_effect(
    axes: Axes, of: Input, effect: pd.DataFrame, observed: pd.DataFrame, values: np.ndarray
) -> None:
    numbers = of.kind == "number"
    density = axes.twinx()
    density.set_axis_off()
    low, high = effect["value"].iloc[[0, -1]]
    edges = np.linspace(low, high, 41) if numbers else np.arange(len(of.labels) + 1) - 0.5
    counts, _ = np.histogram(values[~np.isnan(values)], edges)
    density.bar(edges[:-1], counts, np.diff(edges), align="edge", color="#DDDDDD", zorder=0)
    density.set_ylim(0, 4 * max(counts.max(), 1))
    axes.set_zorder(density.get_zorder() + 1)
    axes.patch.set_visible(False)

    rate = 100 * observed["event_rate"]
    axes.errorbar(
        observed["value"],
        rate,
        yerr=[np.maximum(rate - 100 * observed["low"], 0), np.maximum(100 * observed["high"] - rate, 0)],
        fmt="s",
        color=COLOURS[1],
        markersize=4,
        elinewidth=1,
        label="observed default rate, train rows",
    )
    style: dict[str, Any] = {"color": COLOURS[0], "linewidth": 1.8, "marker": "o", "markersize": 3}
    if of.kind == "labels":
        style |= {"linestyle": "none", "markersize": 6}
    axes.plot(effect["value"], 100 * effect["probability"], label="model: input alone", **style)
    axes.set_ylabel("Default, %")
    axes.set_title(
        f"{of.label}, {'partial dependence' if of.kind == 'labels' else 'ALE'}", fontsize=10, loc="left"
    )
    if numbers:
        margin = 0.03 * (high - low)
        axes.set_xlim(low - margin, high + margin)
        known = values[~np.isnan(values)]
        _write_ticks(axes, of, whole=bool((known == np.round(known)).all()))
    else:
        step = -(-len(of.labels) // TICKS)
        places = range(0, len(of.labels), step)
        shown = [_short(of.written(place)) for place in places]
        slanted: dict[str, Any] = {"rotation": 25, "ha": "right", "rotation_mode": "anchor"}
        axes.set_xticks(places, shown, fontsize=8, **(slanted if len("".join(shown)) > 40 else {}))
    axes.set_ylim(bottom=0)
    tidy(axes)


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_TICK else f"{text[: LONGEST_TICK - 1]}…"


def _write_ticks(axes: Axes, of: Input, *, whole: bool) -> None:
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    axes.xaxis.set_major_locator(MaxNLocator(5, integer=whole))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: of.written(value)))


def plot_weights(tables: Sequence[pd.DataFrame], inputs: int, finding: str) -> Figure:
    """Draw the weight of evidence of the bins of some inputs as bars.

    Args:
        tables: Of `observe`, one per input.
        inputs: Inputs of the model; the title says so where only some are drawn.
        finding: What was found.

    Returns:
        The figure, two panels a row; missing values have their own bar.
    """
    rows = (len(tables) + 1) // 2
    tallest = max((len(table) for table in tables), default=0)
    height = 1.3 + rows * (0.8 + 0.19 * min(tallest, MOST_BARS))
    title = f"Weight of evidence, train rows{_drawn(len(tables), inputs)}"
    figure = new_figure(height, title, finding)
    for axes, table in zip(_grid(figure, len(tables)), tables, strict=True):
        places = max(len(table), FEWEST_BARS) - 1 - np.arange(len(table))
        colours = np.where(table["woe"] >= 0, COLOURS[0], COLOURS[1])
        axes.barh(places, table["woe"], color=colours, height=0.75)
        written = slice(None, None, -(-len(table) // MOST_BARS))
        axes.set_yticks(places[written], table["bin"].iloc[written], fontsize=8)
        axes.axvline(0, color=GREY, linewidth=1)
        axes.set_ylim(-0.6, max(len(table), FEWEST_BARS) - 0.4)
        axes.set_title(table["label"].iloc[0], fontsize=10, loc="left")
        axes.set_xlabel("Weight of evidence (right: safer)", fontsize=8)
        axes.locator_params(axis="x", nbins=5)
        tidy(axes)
        axes.grid(visible=False, axis="y")
    return figure


def _swarm(x: np.ndarray, everyone: np.ndarray) -> np.ndarray:
    """Spread points that would hide each other: up and down in turn, as wide as the place is crowded."""
    span = np.ptp(everyone)
    if span == 0:
        return np.zeros(len(x))
    column = np.round((x - everyone.min()) / span * 150).astype(int)
    height = pd.Series(x).groupby(column).cumcount().to_numpy()
    crowd = pd.Series(x).groupby(column).transform("size").to_numpy()
    offset = (height + 1) // 2 * np.where(height % 2, 1, -1)
    return offset * 0.8 / np.maximum(crowd, 16)
