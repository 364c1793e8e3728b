"""What the imbalance study found, in a picture and a paragraph."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from loan_default.evaluation.plot_style import COLOURS, GREY, MARKERS, new_figure, tidy
from loan_default.evaluation.words import LABELS, title_of
from loan_default.studies.imbalance import AS_TRAINED, CORRECTED, MEASURED

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WORDS = {
    "none": "nothing",
    "class_weight": "class weights",
    "undersample": "undersampling",
    "smote": "SMOTE",
    "smotenc": "SMOTENC",
    "balanced_forest": "balanced forest",
}


def imbalance_in_words(summary: pd.DataFrame, fake: pd.DataFrame) -> str:
    """Write the findings from the numbers.

    Args:
        summary: From `summarise_imbalance`.
        fake: Rows of `show_leaks` for resampling before the split; may be empty.
    """
    tried = summary[summary["method"] != "none"]
    as_trained = tried[tried["probability"] == AS_TRAINED]
    sentences = []
    for change, beyond_chance in (
        ("better", as_trained["roc_auc_gain_low"] > 0),
        ("worse", as_trained["roc_auc_gain_high"] < 0),
    ):
        found = as_trained[beyond_chance]
        if len(found):
            sentences.append(f"Ranking is {change} than with nothing for {_named(found)}.")
    level = as_trained[(as_trained["roc_auc_gain_low"] <= 0) & (as_trained["roc_auc_gain_high"] >= 0)]
    if len(level):
        sentences.append(f"No difference in ROC AUC can be told for {_named(level)}.")
    worst = as_trained.sort_values("brier_gain").iloc[-1]
    sentences.append(
        f"The probabilities suffer most from {WORDS[worst['method']]} of the {title_of(worst['model'])}: its "
        f"Brier score is {worst['brier']:.4f} as trained, {worst['brier'] - worst['brier_gain']:.4f} with "
        "nothing."
    )
    corrected = tried[tried["probability"] == CORRECTED]
    sentences.append(
        f"Corrected, Brier scores lie between {corrected['brier'].min():.4f} and "
        f"{corrected['brier'].max():.4f}, {corrected['brier_gain'].min():+.4f} to "
        f"{corrected['brier_gain'].max():+.4f} from those with nothing."
    )
    ranking = fake[fake["metric"].isin(("roc_auc", "average_precision"))]
    if len(ranking):
        shown = [
            f"{LABELS[row['metric']]} {row['leaky']:.3f} instead of {row['honest']:.3f}"
            for _, row in ranking.iterrows()
        ]
        sentences.append(
            f"Resampling before the split would have shown {' and '.join(shown)} "
            f"({title_of(ranking['model'].iloc[0])}): rows made of test rows lie among the train rows, and "
            "others like them among the test rows."
        )
    return " ".join(sentences)


def plot_imbalance(summary: pd.DataFrame, finding: str) -> Figure:
    """Draw ROC AUC by method, and Brier score as trained and corrected, for each model.

    Args:
        summary: From `summarise_imbalance`.
        finding: From `imbalance_in_words`.
    """
    models = list(dict.fromkeys(summary["model"]))
    figure = new_figure(1.9 + 2.6 * len(models), "What rebalancing does, test rows, mean over seeds", finding)
    grid = figure.subplots(len(models), 2, squeeze=False)
    for row, model in zip(grid, models, strict=True):
        of_model = summary[summary["model"] == model]
        ranking = of_model[of_model["probability"] == AS_TRAINED]
        _points(row[0], ranking, "roc_auc", 0, AS_TRAINED)
        row[0].set(xlabel="ROC AUC", title=title_of(model))
        for at, probability in enumerate((AS_TRAINED, CORRECTED)):
            _points(row[1], of_model[of_model["probability"] == probability], "brier", at, probability)
        row[1].set(xlabel="Brier score (lower is better)", title=title_of(model))
        row[1].legend(frameon=False)
        for axes, metric in ((row[0], "roc_auc"), (row[1], "brier")):
            nothing = ranking.loc[ranking["method"] == "none", metric]
            axes.axvline(float(nothing.iloc[0]), color=GREY, linewidth=0.8)
            tidy(axes)
    return figure


def _points(axes: Axes, rows: pd.DataFrame, metric: str, series: int, label: str) -> None:
    places = -np.arange(len(rows)) - 0.18 * series
    reach = [rows[metric] - rows[f"{metric}_low"], rows[f"{metric}_high"] - rows[metric]]
    axes.errorbar(
        rows[metric], places, xerr=reach, fmt=MARKERS[series], color=COLOURS[series], capsize=3, label=label
    )
    axes.set_yticks(-np.arange(len(rows)), [WORDS[method] for method in rows["method"]])


def _named(rows: pd.DataFrame) -> str:
    return ", ".join(
        f"{WORDS[row['method']]} of the {title_of(row['model'])} ({row['roc_auc_gain']:+.4f})"
        for _, row in rows.iterrows()
    )


def imbalance_markdown(results: pd.DataFrame, summary: pd.DataFrame, findings: str, title: str) -> str:
    """Write the study as a page.

    Args:
        results: From `study_imbalance`, for what could not be tried.
        summary: From `summarise_imbalance`.
        findings: From `imbalance_in_words`.
        title: Heading of the page.
    """
    lines = [
        f"# {title}: what rebalancing is worth",
        "",
        findings,
        "",
        "| model | method | probability | ROC AUC | average precision | Brier | calibration error | recall |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for _, row in summary.iterrows():
        cells = [title_of(row["model"]), WORDS[row["method"]], row["probability"]]
        cells += [f"{row[m]:.4f} [{row[f'{m}_low']:.4f}, {row[f'{m}_high']:.4f}]" for m in MEASURED]
        lines.append(f"| {' | '.join(cells)} |")
    not_tried = results[results["does_not_apply"].notna()].drop_duplicates(["model", "method"])
    lines += [
        f"\nNot tried: {WORDS[row['method']]} of the {title_of(row['model'])}: {row['does_not_apply']}"
        for _, row in not_tried.iterrows()
    ]
    lines += [
        "",
        f"Test rows, mean over {int(summary['seeds'].max())} seeds with t intervals. Recall is the share of "
        "defaults caught by the widest cut whose calls are right as often as asked for.",
    ]
    return "\n".join(lines) + "\n"
