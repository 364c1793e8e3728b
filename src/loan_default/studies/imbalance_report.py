"""What the imbalance study found, in a paragraph and a table."""

from __future__ import annotations

import pandas as pd

from loan_default.evaluation.phrases import with_interval
from loan_default.evaluation.words import LABELS, title_of
from loan_default.studies.imbalance import AS_TRAINED, CALIBRATED, CORRECTED, MEASURED

WORDS = {
    "none": "nothing",
    "class_weight": "class weights",
    "undersample": "undersampling",
    "smote": "SMOTE",
    "smotenc": "SMOTENC",
    "balanced_forest": "balanced forest",
}
PROBABILITIES = (AS_TRAINED, CORRECTED, CALIBRATED)
METRICS = {
    **{metric: LABELS[metric] for metric in MEASURED if metric in LABELS},
    "recall_at_precision": "recall",
}
"""How what was measured is called."""


def imbalance_in_words(results: pd.DataFrame, summary: pd.DataFrame, fake: pd.DataFrame) -> str:
    """Write the findings from the numbers.

    Args:
        results: From `study_imbalance`.
        summary: From `summarise_imbalance`.
        fake: Rows of `show_leaks` for resampling before the split; may be empty.
    """
    tried = summary[summary["method"] != "none"]
    sentences = []
    if tried.empty:
        sentences.append("No method of rebalancing could be tried.")
    else:
        as_trained = tried[tried["probability"] == AS_TRAINED]
        nothing = summary[(summary["method"] == "none") & (summary["probability"] == AS_TRAINED)]
        sentences += _of_ranking(as_trained)
        sentences.append(_of_recall(as_trained, nothing, results["precision"].max()))
        sentences += _of_probabilities(tried)
    return " ".join(sentences + _of_resampling_early(fake))


def _of_ranking(as_trained: pd.DataFrame) -> list[str]:
    better, worse = as_trained["roc_auc_gain_low"] > 0, as_trained["roc_auc_gain_high"] < 0
    found = {
        "Ranking is better than with nothing for": as_trained[better],
        "Ranking is worse than with nothing for": as_trained[worse],
        "No difference in ROC AUC can be told for": as_trained[~better & ~worse],
    }
    return [f"{words} {_named(rows)}." for words, rows in found.items() if len(rows)]


def _of_recall(as_trained: pd.DataFrame, nothing: pd.DataFrame, precision: float) -> str:
    found = " and ".join(
        f"{_bracketed(row, 'recall_at_precision', '.1%')} ({title_of(row['model'])})"
        for _, row in nothing.iterrows()
    )
    return (
        f"Where {precision:.0%} of the calls are to be right, doing nothing finds {found} of the defaults; "
        f"the methods change that by {_extremes(as_trained, 'recall_at_precision', '+.1f', 100)} percentage "
        "points."
    )


def _of_probabilities(tried: pd.DataFrame) -> list[str]:
    of = {name: tried[tried["probability"] == name] for name in PROBABILITIES}
    sentences = []
    worse = of[AS_TRAINED][of[AS_TRAINED]["brier_gain_low"] > 0].sort_values("brier_gain")
    if len(worse):
        worst = worse.iloc[-1]
        sentences.append(
            f"The probabilities suffer most from {_name(worst)}: its Brier score is "
            f"{_bracketed(worst, 'brier', '.4f')} as trained, {_bracketed(worst, 'brier_gain', '+.4f')} from "
            "that with nothing."
        )
    else:
        sentences.append("As trained, of no method can a worse Brier score than with nothing be told.")
    if len(of[CORRECTED]):
        sentences.append(
            f"Corrected in closed form, Brier scores are {_extremes(of[CORRECTED], 'brier', '+.4f')} from "
            "those with nothing."
        )
    sentences.append(
        "Calibrated on validation rows, as in every run, they are "
        f"{_extremes(of[CALIBRATED], 'brier', '+.4f')} from those with nothing calibrated likewise."
    )
    return sentences


def _of_resampling_early(fake: pd.DataFrame) -> list[str]:
    if fake.empty:
        return []
    if "does_not_apply" in fake and fake["does_not_apply"].notna().all():
        return [f"Resampling before the split was not shown: {fake['does_not_apply'].iloc[0]}."]
    ranking = fake[fake["metric"].isin(("roc_auc", "average_precision"))]
    shown = " and ".join(
        f"{LABELS[row['metric']]} {_bracketed(row, 'leaky', '.3f')} instead of "
        f"{_bracketed(row, 'honest', '.3f')}"
        for _, row in ranking.iterrows()
    )
    first = ranking.iloc[0]
    return [
        f"Resampling before the split would have shown {shown} ({title_of(first['model'])}): rows made of "
        "test rows lie among the train rows, others like them among the test rows, of which "
        f"{first['event_rate_leaky']:.0%} are then defaults and not {first['event_rate_honest']:.0%}, which "
        "alone lifts average precision."
    ]


def _bracketed(row: pd.Series, name: str, form: str, times: float = 1) -> str:
    value, low, high = (times * row[f"{name}{end}"] for end in ("", "_low", "_high"))
    # One seed has a mean, and no interval.
    return f"{value:{form}}" if pd.isna(low) else with_interval(value, low, high, form)


def _extremes(rows: pd.DataFrame, metric: str, form: str, times: float = 1) -> str:
    """Name the smallest and the largest change, each with its interval."""
    ordered = rows.sort_values(f"{metric}_gain", kind="stable")
    ends = ordered.iloc[[0, -1]] if len(ordered) > 1 else ordered
    return " to ".join(
        f"{_bracketed(row, f'{metric}_gain', form, times)} ({_name(row)})" for _, row in ends.iterrows()
    )


def _name(row: pd.Series) -> str:
    if row["method"] == "balanced_forest":
        return f"the {WORDS[row['method']]}"
    return f"{WORDS[row['method']]} of the {title_of(row['model'])}"


def _named(rows: pd.DataFrame) -> str:
    return ", ".join(f"{_name(row)} {_bracketed(row, 'roc_auc_gain', '+.4f')}" for _, row in rows.iterrows())


def imbalance_markdown(results: pd.DataFrame, summary: pd.DataFrame, findings: str, title: str) -> str:
    """Write the study as a page.

    Args:
        results: From `study_imbalance`, for what could not be tried.
        summary: From `summarise_imbalance`.
        findings: From `imbalance_in_words`.
        title: Heading of the page.
    """
    lines = [f"# {title}: what rebalancing is worth", "", findings, "", *_table(summary, "", ".4f")]
    tried = summary[summary["method"] != "none"]
    if len(tried):
        lines += ["", "Change from the same model with nothing, seed by seed:", ""]
        lines += _table(tried, "_gain", "+.4f")
    not_tried = results[results["does_not_apply"].notna()].drop_duplicates(["model", "method"])
    lines += [f"\nNot tried: {_name(row)}: {row['does_not_apply']}" for _, row in not_tried.iterrows()]
    lines += [
        "",
        f"Test rows, mean over {int(summary['seeds'].max())} seeds; intervals allow for the rows that deals "
        "have in common (Nadeau & Bengio 2003), not for the number of comparisons. Better and worse: the "
        "interval of the difference, seed by seed, leaves out 0. Recall: the share of defaults caught by the "
        f"widest cut at which {results['precision'].max():.0%} of the calls are right. Corrected: by the "
        "closed form, which SMOTE does not have; calibrated: by a line fitted on validation rows.",
    ]
    return "\n".join(lines) + "\n"


def _table(summary: pd.DataFrame, kind: str, form: str) -> list[str]:
    lines = [
        f"| model | method | probability | {' | '.join(METRICS.values())} |",
        f"|---|---|---|{'---|' * len(METRICS)}",
    ]
    for _, row in summary.iterrows():
        cells = [title_of(row["model"]), WORDS[row["method"]], row["probability"]]
        cells += [_bracketed(row, f"{metric}{kind}", form) for metric in METRICS]
        lines.append(f"| {' | '.join(cells)} |")
    return lines
