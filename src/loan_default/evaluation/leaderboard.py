"""Many models in order, and which of them are level with the best."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from loan_default.evaluation.delong import compare_auc
from loan_default.evaluation.intervals import sampling_units
from loan_default.evaluation.plot_style import COLOURS, GREY, new_figure, tidy
from loan_default.evaluation.same_rows import align_predictions
from loan_default.frames import DEFAULT, TEST, in_part

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SHOWN = ("roc_auc", "average_precision", "brier", "ks")
PIPELINE = "model_comparison"
BEST, LEVEL, BEHIND = "best", "level with the best", "behind the best"


@dataclass(frozen=True)
class Cost:
    """What a model takes.

    Attributes:
        train_rows: Rows it was trained on.
        train_seconds: Time of its training.
        microseconds_per_row: Time to score one of many rows.
        megabytes: Size of the trained model in a file.
    """

    train_rows: int
    train_seconds: float
    microseconds_per_row: float
    megabytes: float


def rank_models(
    predictions: Mapping[str, pd.DataFrame],
    metrics: Mapping[str, Mapping[str, float]],
    costs: Mapping[str, Cost],
    labels: Mapping[str, str],
    confidence: float,
) -> pd.DataFrame:
    """Order models by ROC AUC on the same test rows, and hold each against the best.

    The best of many is the best by luck too: that it is ahead of another is only said where DeLong's test,
    corrected for as many comparisons (Bonferroni), says so. The interval of the difference is corrected
    alike, so that a model is behind where its own leaves out zero, and level where it holds it.

    Args:
        predictions: `row_id`, `part`, `default`, `probability` by model.
        metrics: Of `evaluate_predictions`, by model.
        costs: By model.
        labels: Names for people, by model.
        confidence: Coverage of a metric's interval, and of all intervals of differences together.

    Returns:
        One row per model, best first: `model`, `label`, the metrics in `SHOWN` with `_low` and `_high`,
        `validation_roc_auc`, `difference` (ROC AUC minus that of the best) with `_low` and `_high`, `p`
        (corrected), `verdict`, and the fields of `Cost`.

    Raises:
        InputError: The models were not scored on the same test rows.
    """
    best = max(predictions, key=lambda name: metrics[name]["roc_auc"])
    test = {name: in_part(frame, TEST) for name, frame in predictions.items()}
    test = align_predictions(test, best, PIPELINE)
    outcome, units = test[best][DEFAULT].to_numpy(), sampling_units(test[best])
    comparisons = max(len(test) - 1, 1)
    each = 1 - (1 - confidence) / comparisons
    rows = []
    for name, frame in test.items():
        against = compare_auc(
            outcome, frame["probability"].to_numpy(), test[best]["probability"].to_numpy(), each, units
        )
        shown = {key: metrics[name][key] for m in SHOWN for key in (m, f"{m}_low", f"{m}_high")}
        rows.append(
            {
                "model": name,
                "label": labels[name],
                **shown,
                "validation_roc_auc": metrics[name]["validation_roc_auc"],
                "difference": against.difference,
                "difference_low": against.low,
                "difference_high": against.high,
                "p": min(1.0, comparisons * against.p_value),
                **vars(costs[name]),
            }
        )
    table = pd.DataFrame(rows).sort_values("roc_auc", ascending=False, ignore_index=True, kind="stable")
    others = table["model"] != best
    table.loc[~others, ["difference_low", "difference_high", "p"]] = np.nan
    behind = np.where(table["difference_high"] < 0, BEHIND, LEVEL)
    table.insert(2, "verdict", np.where(others, behind, BEST))
    return table


def in_words(table: pd.DataFrame) -> str:
    """Say who is first, who is level and who is behind.

    Args:
        table: From `rank_models`.
    """
    first = table.iloc[0]
    words = [
        f"{first['label']} has the highest ROC AUC on test rows, {first['roc_auc']:.4f} "
        f"[{first['roc_auc_low']:.4f}, {first['roc_auc_high']:.4f}]."
    ]
    level = table.loc[table["verdict"] == LEVEL, "label"].tolist()
    if level:
        words.append(f"Level with it, by a test that allows for the many comparisons: {'; '.join(level)}.")
    behind = table[table["verdict"] == BEHIND]
    if len(behind):
        words.append(
            "Behind: "
            + "; ".join(f"{row['label']} ({_difference(row)})" for _, row in behind.iterrows())
            + "."
        )
    return " ".join(words)


def plot_leaderboard(table: pd.DataFrame) -> Figure:
    """Draw every model's ROC AUC with its interval, and what its training took.

    Args:
        table: From `rank_models`.
    """
    figure = new_figure(1.8 + 0.38 * len(table), "The field on the same test rows", in_words(table))
    axes = figure.add_subplot()
    places = np.arange(len(table))[::-1]
    colours = {BEST: COLOURS[0], LEVEL: COLOURS[0], BEHIND: COLOURS[1]}
    for verdict, marker in ((BEST, "D"), (LEVEL, "o"), (BEHIND, "s")):
        of = (table["verdict"] == verdict).to_numpy()
        if not of.any():
            continue
        value = table.loc[of, "roc_auc"]
        reach = [value - table.loc[of, "roc_auc_low"], table.loc[of, "roc_auc_high"] - value]
        axes.errorbar(
            value, places[of], xerr=reach, fmt=marker, color=colours[verdict], capsize=3, label=verdict
        )
    axes.axvline(table["roc_auc"].iloc[0], color=GREY, linewidth=0.8)
    axes.set_yticks(
        places,
        [f"{row['label']}  ({_duration(row['train_seconds'])})" for _, row in table.iterrows()],
    )
    axes.set_xlabel("ROC AUC on test rows, with interval; in brackets: time of training")
    tidy(axes)
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=3, frameon=False)
    return figure


def leaderboard_markdown(table: pd.DataFrame, title: str, left_out: Sequence[str] = ()) -> str:
    """Write the leaderboard as a page.

    Args:
        table: From `rank_models`.
        title: Heading of the page.
        left_out: Names of models whose package is not installed.
    """
    lines = [
        f"# {title}: the field",
        "",
        in_words(table),
        "",
        "| model | ROC AUC | to the best | average precision | Brier | KS | train rows | time | row | size |",
        "|---|---|---|---|---|---|---:|---:|---:|---:|",
    ]
    for _, row in table.iterrows():
        difference = (
            "best"
            if row["verdict"] == BEST
            else f"{_difference(row)} {'level' if row['verdict'] == LEVEL else 'behind'}"
        )
        cells = [
            row["label"],
            *(_with_interval(row, "roc_auc"), difference),
            *(_with_interval(row, metric) for metric in SHOWN[1:]),
            f"{row['train_rows']:,}",
            _duration(row["train_seconds"]),
            f"{row['microseconds_per_row']:.1f} µs",
            _size(row["megabytes"]),
        ]
        lines.append(f"| {' | '.join(cells)} |")
    lines += [
        "",
        "Test rows are the same for all; brackets hold intervals. Times are of training and of scoring one "
        "of many rows, on this machine. The intervals of the differences (DeLong), and these alone, are "
        f"widened for {_comparisons(len(table) - 1)} (Bonferroni): a model is behind where its own leaves "
        "out zero, else level.",
    ]
    sampled = table[table["train_rows"] < table["train_rows"].max()]
    if len(sampled):
        names = ", ".join(f"{row['label']} ({row['train_rows']:,})" for _, row in sampled.iterrows())
        lines += [
            "",
            f"Trained on a sample of the {table['train_rows'].max():,} train rows, as slow on more: {names}.",
        ]
    if left_out:
        lines += ["", f"Left out, as the package is not installed: {', '.join(left_out)}."]
    return "\n".join(lines) + "\n"


def _difference(row: pd.Series) -> str:
    return f"{row['difference']:+.4f} [{row['difference_low']:+.4f}, {row['difference_high']:+.4f}]"


def _with_interval(row: pd.Series, metric: str) -> str:
    return f"{row[metric]:.4f} [{row[f'{metric}_low']:.4f}, {row[f'{metric}_high']:.4f}]"


def _comparisons(count: int) -> str:
    return "1 comparison" if count == 1 else f"{count} comparisons"


def _duration(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds < 60 else f"{seconds / 60:.1f} min"


def _size(megabytes: float) -> str:
    return f"{1000 * megabytes:.1f} kB" if megabytes < 0.1 else f"{megabytes:.2f} MB"
