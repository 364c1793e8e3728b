"""docs/folds.md, written from the records of docs/folds.json."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
from markdown_table import grid

from loan_default.studies.averages import mean_over_deals

TUNED_FOREST = "random_forest_tuned"
LABELS = {
    "ann": "ANN",
    TUNED_FOREST: "Random Forest, tuned",
    "random_forest": "Random Forest",
    "logistic_regression": "logistic regression",
    "lightgbm_bagged": "LightGBM, bagged",
}
WITH_SERIES, WITHOUT_SERIES = "credit_card_clients", "credit_card_clients_raw"
CONFIDENCE = 0.95


def folds_page(results: Mapping[str, Any]) -> str:
    """Write the page.

    Args:
        results: The records by name, in the order in which to show them.
    """
    sections = [
        "# On repeated folds",
        "Made by `.venv/bin/python benchmarks/folds.py`; do not edit by hand. Everything is learnt anew on "
        "each fold, from cleaning to threshold, with twins in one fold; every row is a test row once in "
        "each repeat. Means over folds; brackets hold 95 % intervals that allow for overlapping train rows "
        "(Nadeau & Bengio 2003). Differences are paired by fold. A model is *level* with the ANN where the "
        "interval of the difference holds zero; these intervals are each for itself, not corrected for the "
        "number of rivals.",
        "The tuned forest's settings are the best of 20 that `tuning` tried on train and validation rows of "
        "the project's own split (`tuning.rows`: at most so many). Rows of these are test rows of the folds, "
        "which flatters this forest a little; all other models are as the project sets them for every file.",
        _summary(results),
        *(_section(found) for found in results.values()),
    ]
    if WITH_SERIES in results and WITHOUT_SERIES in results:
        sections.append(_series(results[WITH_SERIES]["each"], results[WITHOUT_SERIES]["each"]))
    return "\n\n".join(sections) + "\n"


def _summary(results: Mapping[str, Any]) -> str:
    """ROC AUC of every model on every file, and the Brier score of the ANN: the table of the README."""
    headings = ["ROC AUC", "loans, folds", *LABELS.values(), "Brier score, ANN"]
    rows = []
    for name, found in results.items():
        if name == WITHOUT_SERIES:
            continue
        models = {model["model"]: model for model in found["models"]}
        of_ann = (row for row in found["each"] if row["model"] == "ann")
        loans = sum(row["test_rows"] for row in of_ann if row["repeat"] == 1)
        rows.append(
            [
                found["title"],
                f"{loans:,}, {found['repeats']} x {found['folds']}",
                *(_short(models[model], "roc_auc") for model in LABELS),
                _short(models["ann"], "brier"),
            ]
        )
    return grid(headings, rows)


def _section(found: Mapping[str, Any]) -> str:
    tuned = ", ".join(f"{key} {value:.4g}" for key, value in found["tuned"].items())
    headings = ["model", "ROC AUC", "to the ANN", "Brier", "training, a fold"]
    return "\n\n".join(
        [
            f"## {found['title']}",
            f"{found['repeats']} x {found['folds']} folds, {found['train_rows']:,} train rows and "
            f"{found['test_rows']:,} test rows in each; {found['seconds'] / 60:.0f} min; {found['machine']}. "
            f"The tuned forest: {tuned}.",
            "```\n" + "\n".join(found["commands"]) + "\n```",
            grid(headings, [_row(model) for model in found["models"]], right=1),
        ]
    )


def _row(model: Mapping[str, Any]) -> list[str]:
    return [
        LABELS[model["model"]],
        _long(model, "roc_auc"),
        "" if model["difference"] is None else _difference(model),
        _long(model, "brier"),
        f"{model['seconds']:.0f} s",
    ]


def _difference(values: Mapping[str, Any]) -> str:
    low, high = values["difference_low"], values["difference_high"]
    word = "level" if low <= 0 <= high else "better" if low > 0 else "worse"
    return f"{values['difference']:+.4f} [{low:+.4f}, {high:+.4f}] {word}"


def _series(with_series: list[dict[str, Any]], without: list[dict[str, Any]]) -> str:
    """Pair the folds of the card clients with and without what their monthly columns come to."""
    keys = ["model", "repeat", "fold"]
    pairs = pd.DataFrame(with_series).merge(
        pd.DataFrame(without), on=keys, suffixes=("", "_without"), validate="one_to_one"
    )
    rows = []
    for model, label in LABELS.items():
        folds = pairs[pairs["model"] == model]
        gain = folds["roc_auc"] - folds["roc_auc_without"]
        share = float((folds["test_rows"] / folds["train_rows"]).mean())
        rows.append([label, _difference(mean_over_deals("difference", gain, share, CONFIDENCE))])
    return "\n\n".join(
        [
            "## What monthly columns come to",
            "Card clients: ROC AUC with level, trend, months late and the like of the six months "
            "(`features.use_series`) less that with the monthly columns as they are, paired by fold. The "
            "tuned forest is tuned anew for each.",
            grid(["model", "ROC AUC gained"], rows),
        ]
    )


def _long(values: Mapping[str, Any], metric: str) -> str:
    return f"{values[metric]:.4f} [{values[f'{metric}_low']:.4f}, {values[f'{metric}_high']:.4f}]"


def _short(values: Mapping[str, Any], metric: str) -> str:
    mean, low, high = (
        f"{values[key]:.3f}".lstrip("0") for key in (metric, f"{metric}_low", f"{metric}_high")
    )
    return f"{mean} [{low}, {high}]"
