"""Several models on common axes, on test rows: ranking, calibration, score bands, comparison."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import pandas as pd

from loan_default.evaluation.bands import score_bands
from loan_default.evaluation.plot_style import COLOURS, GREY, MARKERS, model_style, new_figure, tidy
from loan_default.evaluation.rates import wilson_interval
from loan_default.evaluation.settings import ChoiceMetric, EvaluationSettings
from loan_default.evaluation.words import LABELS, LOWER_IS_BETTER, title_of
from loan_default.frames import DEFAULT, TEST, in_part

if TYPE_CHECKING:
    from matplotlib.figure import Figure

T = TypeVar("T")

POINTS = 500
"""Points a curve is drawn with: more cannot be seen."""

FEWEST_CALLED = 50
"""Loans a cut must call a default to be drawn in the precision-recall plot; before that it is noise."""


def plot_roc(predictions: Mapping[str, pd.DataFrame], metrics: Mapping[str, Mapping[str, float]]) -> Figure:
    """Draw the ROC curves.

    Args:
        predictions: `part`, `default`, `probability` by model.
        metrics: Flat metrics by model.

    Returns:
        The figure.
    """
    from sklearn.metrics import roc_curve

    predictions, metrics = _titled(predictions), _titled(metrics)
    finding = _best_of(metrics, "roc_auc") + " 0.5 is a coin, 1 is a perfect order."
    figure = new_figure(7, "ROC curves, test rows", finding)
    axes = figure.add_subplot()
    axes.plot([0, 1], [0, 1], color=GREY, linewidth=1, label="coin 0.500")
    grid = np.linspace(0, 1, POINTS)
    for i, (name, frame) in enumerate(predictions.items()):
        false_alarm, caught, _ = roc_curve(*_test(frame))
        axes.plot(grid, np.interp(grid, false_alarm, caught), label=_legend(name, metrics[name], "roc_auc"),
                  **model_style(i))  # fmt: skip
    axes.set(
        xlabel="Share of good loans called a default (false positive rate)",
        ylabel="Share of defaults called so (true positive rate)",
        xlim=(0, 1),
        ylim=(0, 1),
        aspect="equal",
    )
    axes.legend(loc="lower right", title="ROC AUC [interval]", frameon=False)
    tidy(axes)
    return figure


def plot_precision_recall(
    predictions: Mapping[str, pd.DataFrame], metrics: Mapping[str, Mapping[str, float]]
) -> Figure:
    """Draw precision against recall of defaults, with the base rate.

    Args:
        predictions: `part`, `default`, `probability` by model.
        metrics: Flat metrics by model.

    Returns:
        The figure.
    """
    from sklearn.metrics import precision_recall_curve

    predictions, metrics = _titled(predictions), _titled(metrics)
    base = next(iter(metrics.values()))["event_rate"]
    curves, at_half = {}, {}
    for name, frame in predictions.items():
        outcome, probability = _test(frame)
        precision, recall, cuts = precision_recall_curve(outcome, probability)
        called = recall[:-1] * outcome.sum() / np.maximum(precision[:-1], 1e-12)
        steady = called >= min(FEWEST_CALLED, len(outcome) // 20)
        at_half[name] = float(precision[np.flatnonzero(recall >= 0.5)[-1]])
        keep = np.unique(np.linspace(0, steady.sum() - 1, POINTS).astype(int))
        curves[name] = recall[: len(cuts)][steady][keep], precision[: len(cuts)][steady][keep]
    best = max(at_half, key=lambda name: at_half[name])
    finding = (
        f"Set to catch half of the defaults, {best} is right in {at_half[best]:.0%} of its calls; picking "
        f"loans blindly would be right in {base:.0%}."
    )
    figure = new_figure(6, "Precision and recall of defaults, test rows", finding)
    axes = figure.add_subplot()
    for i, (name, (recall, precision)) in enumerate(curves.items()):
        axes.plot(
            recall, precision, label=_legend(name, metrics[name], "average_precision"), **model_style(i)
        )
    axes.axhline(base, color=GREY, linewidth=1, label=f"base rate {base:.3f}")
    axes.set(
        xlabel="Recall: share of defaults called so",
        ylabel="Precision: share of calls that are right",
        xlim=(0, 1),
        ylim=(0, None),
    )
    axes.legend(loc="upper right", title="Average precision [interval]", frameon=False)
    tidy(axes)
    return figure


def plot_calibration(
    predictions: Mapping[str, pd.DataFrame],
    metrics: Mapping[str, Mapping[str, float]],
    settings: EvaluationSettings,
) -> Figure:
    """Draw observed against predicted default rate in bins of equal count, and the spread of probabilities.

    Args:
        predictions: `part`, `default`, `probability` by model.
        metrics: Flat metrics by model.
        settings: Number of bins and confidence.

    Returns:
        The figure: one column per model on shared axes. Bars are Wilson intervals, rows taken one by one.
    """
    from matplotlib.ticker import PercentFormatter

    predictions, metrics = _titled(predictions), _titled(metrics)
    errors = {name: metrics[name]["calibration_error"] for name in predictions}
    best, worst = min(errors, key=lambda n: errors[n]), max(errors, key=lambda n: errors[n])
    finding = (
        f"The predicted probability of {best} is off by {100 * errors[best]:.1f} points on average"
        + (f", that of {worst} by {100 * errors[worst]:.1f}" if worst != best else "")
        + ". On the grey line, one in five of the loans given 20 % defaults."
    )
    figure = new_figure(5.2, "Calibration, test rows", finding)
    grid = figure.subplots(
        2, len(predictions), sharex=True, sharey="row", height_ratios=[3, 1], squeeze=False
    )
    tables = {
        name: score_bands(*_test(frame), settings.calibration_bins) for name, frame in predictions.items()
    }
    top = 1.08 * max(table[["event_rate", "mean_probability"]].to_numpy().max() for table in tables.values())
    for i, (name, table) in enumerate(tables.items()):
        upper, lower = grid[:, i]
        colour = COLOURS[i % len(COLOURS)]
        low, high = wilson_interval(table["events"].to_numpy(), table["n"].to_numpy(), settings.confidence)
        reach = np.stack([table["event_rate"] - low, high - table["event_rate"]])
        upper.plot([0, top], [0, top], color=GREY, linewidth=1)
        upper.errorbar(table["mean_probability"], table["event_rate"], np.maximum(reach, 0), color=colour,
                       marker=MARKERS[i % len(MARKERS)], markersize=4, linewidth=1)  # fmt: skip
        upper.set_title(f"{name}\nerror {errors[name]:.4f}", fontsize=11)
        probability = _test(predictions[name])[1]
        lower.hist(probability, bins=40, range=(0, top), color=colour,
                   weights=np.full(len(probability), 1 / len(probability)))  # fmt: skip
        for axes in (upper, lower):
            axes.xaxis.set_major_formatter(PercentFormatter(1))
            axes.yaxis.set_major_formatter(PercentFormatter(1))
            tidy(axes)
        lower.set_xlabel("Predicted probability")
    grid[0, 0].set(xlim=(0, top), ylim=(0, top), ylabel="Observed default rate")
    grid[1, 0].set_ylabel("Share of loans")
    return figure


def plot_score_bands(predictions: Mapping[str, pd.DataFrame], settings: EvaluationSettings) -> Figure:
    """Draw the default rate of each score band.

    Args:
        predictions: `part`, `default`, `probability` by model.
        settings: Number of bands.

    Returns:
        The figure.
    """
    from matplotlib.ticker import MaxNLocator, PercentFormatter

    predictions = _titled(predictions)
    tables = {name: score_bands(*_test(frame), settings.score_bands) for name, frame in predictions.items()}
    best = max(tables, key=lambda name: tables[name]["event_rate"].iloc[0])
    rates, captured = tables[best]["event_rate"], tables[best]["cumulative_capture"].iloc[0]
    some = next(iter(tables.values()))
    base = some["events"].sum() / some["n"].sum()
    finding = (
        f"{best} has the riskiest first band: {rates.iloc[0]:.0%} of its loans default, against {base:.0%} "
        f"of all and {rates.iloc[-1]:.0%} in its safest; the first band holds {captured:.0%} of all defaults."
    )
    figure = new_figure(5.5, "Default rate by score band, test rows", finding)
    axes = figure.add_subplot()
    width = 0.8 / len(tables)
    for i, (name, table) in enumerate(tables.items()):
        axes.bar(table["band"] + (i - (len(tables) - 1) / 2) * width, table["event_rate"], width,
                 color=COLOURS[i % len(COLOURS)], label=name)  # fmt: skip
    axes.axhline(base, color=GREY, linewidth=1, label=f"all loans {base:.1%}")
    axes.set(xlabel="Score band (1 = riskiest; equal counts of loans)", ylabel="Share of loans in default")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=20))
    axes.yaxis.set_major_formatter(PercentFormatter(1))
    axes.legend(frameon=False)
    tidy(axes)
    axes.grid(visible=False, axis="x")
    return figure


def plot_comparison(table: pd.DataFrame, metric: ChoiceMetric) -> Figure:
    """Draw a metric of each model with its interval, and beside it the paired difference to the reference.

    Args:
        table: Table of `compare_models`.
        metric: Which metric.

    Returns:
        The figure.
    """
    table = table.assign(model=table["model"].map(title_of))
    label, reference = LABELS[metric], title_of(table["vs_reference_model"].iloc[0])
    lower_is_better = metric in LOWER_IS_BETTER
    ordered = table.sort_values(metric, ascending=not lower_is_better, ignore_index=True)
    best = ordered.iloc[-1]
    others = ordered[ordered["model"] != reference]
    low, high = others[f"vs_reference_{metric}_low"], others[f"vs_reference_{metric}_high"]
    ahead = others.loc[high < 0 if lower_is_better else low > 0, "model"].tolist()
    behind = others.loc[low > 0 if lower_is_better else high < 0, "model"].tolist()
    level = [name for name in others["model"] if name not in ahead + behind]
    verdicts = [
        f"{words} {reference}: {', '.join(names)}"
        for words, names in (
            ("better than", ahead),
            ("no detectable difference to", level),
            ("worse than", behind),
        )
        if names
    ]
    finding = (
        f"{best['model']} has the best {label} on test rows ({best[metric]:.4f}). On the same rows, "
        + ("; ".join(verdicts) + "." if verdicts else f"{reference} has nothing to be compared with.")
    )
    from matplotlib.ticker import MaxNLocator

    figure = new_figure(1.9 + 0.55 * len(ordered), f"{label} by model, test rows", finding)
    left, right = figure.subplots(1, 2, sharey=True)
    positions = np.arange(len(ordered))
    for axes, frame, column in (
        (left, ordered, metric),
        (right, others, f"vs_reference_{metric}"),
    ):
        for position, row in zip(positions[frame.index], frame.to_dict("records"), strict=True):
            axes.plot(
                [row[f"{column}_low"], row[f"{column}_high"]], [position] * 2, color=COLOURS[0], linewidth=2
            )
            axes.plot(row[column], position, "o", color=COLOURS[0], markersize=7)
        tidy(axes)
        axes.xaxis.set_major_locator(MaxNLocator(5))
    left.set_yticks(positions, [
        f"{name} ({role})" if role else name
        for name, role in zip(ordered["model"], ordered["role"], strict=True)
    ])  # fmt: skip
    left.set_ylim(-0.6, len(ordered) - 0.4)
    hint = "lower is better" if lower_is_better else "higher is better"
    left.set_xlabel(f"{label} with interval ({hint})")
    right.axvline(0, color=GREY, linewidth=1)
    right.set_xlabel(f"{label} minus that of {reference}, paired interval")
    return figure


def _titled(of_models: Mapping[str, T]) -> dict[str, T]:
    return {title_of(name): value for name, value in of_models.items()}


def _test(frame: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    rows = in_part(frame, TEST)
    return rows[DEFAULT].to_numpy(), rows["probability"].to_numpy()


def _legend(name: str, values: Mapping[str, float], metric: str) -> str:
    return f"{name} {values[metric]:.3f} [{values[f'{metric}_low']:.3f}, {values[f'{metric}_high']:.3f}]"


def _best_of(metrics: Mapping[str, Mapping[str, float]], metric: str) -> str:
    order = sorted(metrics, key=lambda name: -metrics[name][metric])
    best, last = order[0], order[-1]
    words = f"{best} ranks loans best: {LABELS[metric]} {metrics[best][metric]:.3f}"
    if last != best:
        words += f", {metrics[best][metric] - metrics[last][metric]:.3f} above the last, {last}"
    return words + "."
