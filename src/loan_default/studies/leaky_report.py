"""What the leaky protocols would have pretended, in words and as a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from loan_default.evaluation.phrases import percent, sentence, with_interval
from loan_default.evaluation.plot_style import COLOURS, new_figure, tidy
from loan_default.evaluation.words import LABELS
from loan_default.report.section import Column, Finding, table_of
from loan_default.studies.leaky_protocols import METRICS

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_WORDS = {
    "twins_apart": "twins in different parts",
    "post_outcome_in": "post-outcome columns as features",
    "resample_before_split": "resampling before the split",
    "early_stopping_on_test": "early stopping on test rows",
}
_TITLE = "What a leaky evaluation would have claimed"
_NOT_ASKED = (
    "No leaky protocol was run. On request (--params leaks_shown.protocols=all) a run measures what each "
    "would have added to the metrics."
)


def describe_flattery(table: pd.DataFrame) -> Finding:
    """Say how much each protocol would have flattered the model.

    Args:
        table: Of `show_leaks`.
    """
    if table.empty:
        return Finding(title=_TITLE, look_for="Whether a leaky protocol was measured.", found=_NOT_ASKED)
    measured = table.loc[table["metric"].notna()]
    sentences = [_sentence(row) for row in _by_pair(measured, "roc_auc")]
    idle = table.loc[table["metric"].isna()]
    sentences += [
        f"{sentence(_WORDS[row['protocol']])} cannot be shown here: {row['does_not_apply']}."
        for row in idle.to_dict("records")
    ]
    return Finding(
        title=_TITLE,
        look_for="How far the leaky figure lies above the honest one: that is what the leak alone pretends.",
        found=" ".join(sentences),
        figure="leaks_shown_plot",
        table=None if measured.empty else table_of(_for_people(measured), _HEADINGS, _caption(table)),
    )


def flattery_values(table: pd.DataFrame) -> dict[str, float]:
    """Return the ROC AUC gained by each leak, for machines.

    Args:
        table: Of `show_leaks`.
    """
    return {
        f"flattery_{row['protocol']}_{row['model']}": float(row["flattery"])
        for row in _by_pair(table, "roc_auc")
    }


def plot_flattery(table: pd.DataFrame) -> Figure:
    """Draw honest and leaky metrics side by side.

    Args:
        table: Of `show_leaks`.
    """
    measured = table.loc[table["metric"].notna()]
    finding = describe_flattery(table)
    if measured.empty:
        return new_figure(1.2, _TITLE, finding.found)
    pairs = _by_pair(measured, METRICS[0])
    figure = new_figure(2.6 + 0.62 * len(pairs), _TITLE, _caption(table))
    panels = figure.subplots(1, len(METRICS), sharey=True)
    for axes, metric in zip(panels, METRICS, strict=True):
        _draw_metric(axes, _by_pair(measured, metric), metric)
    panels[0].set_yticks(range(len(pairs)), [_name(row) for row in pairs])
    panels[0].invert_yaxis()
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper right", ncols=2, frameon=False)
    return figure


def _draw_metric(axes: Axes, rows: list[dict[str, Any]], metric: str) -> None:
    tidy(axes)
    for side, colour, marker, shift in (("honest", COLOURS[0], "o", 0.12), ("leaky", COLOURS[1], "D", -0.12)):
        values = [row[side] for row in rows]
        axes.errorbar(
            values,
            [place + shift for place in range(len(rows))],
            xerr=[
                [row[side] - row[f"{side}_low"] for row in rows],
                [row[f"{side}_high"] - row[side] for row in rows],
            ],
            fmt=marker,
            color=colour,
            markersize=6,
            capsize=3,
            label=side,
        )
    axes.set_xlabel(sentence(LABELS[metric]) + (", lower is better" if metric == "brier" else ""))
    axes.locator_params(axis="x", nbins=4)
    axes.margins(x=0.12, y=0.25 if len(rows) > 1 else 1)


def _by_pair(table: pd.DataFrame, metric: str) -> list[dict[str, Any]]:
    return table.loc[table["metric"] == metric].to_dict("records")  # type: ignore[return-value]


def _name(row: dict[str, Any]) -> str:
    return f"{sentence(_WORDS[row['protocol']])}\n{row['model'].replace('_', ' ')}"


def _sentence(row: dict[str, Any]) -> str:
    what = f"{sentence(_WORDS[row['protocol']])} ({row['model'].replace('_', ' ')})"
    gained = with_interval(row["flattery"], row["flattery_low"], row["flattery_high"], "+.3f")
    if row["flattery_low"] <= 0 <= row["flattery_high"]:
        return f"{what} made no detectable difference in ROC AUC ({gained})."
    verb = "lifted" if row["flattery"] > 0 else "lowered"
    return f"{what} {verb} ROC AUC from {row['honest']:.3f} to {row['leaky']:.3f} ({gained})."


_HEADINGS = {
    "protocol": Column(name="Leak"),
    "model": Column(name="Model"),
    "metric": Column(name="Metric"),
    "honest": Column(name="Honest"),
    "leaky": Column(name="Leaky"),
    "flattery": Column(name="Difference"),
}


def _for_people(measured: pd.DataFrame) -> pd.DataFrame:
    shown = pd.DataFrame(
        {
            "protocol": measured["protocol"].map(_WORDS),
            "model": measured["model"].str.replace("_", " "),
            "metric": measured["metric"].map(LABELS),
        }
    )
    for side, form in (("honest", ".3f"), ("leaky", ".3f"), ("flattery", "+.3f")):
        ends = measured[[side, f"{side}_low", f"{side}_high"]]
        shown[side] = [
            with_interval(value, low, high, form)
            for value, low, high in ends.itertuples(index=False, name=None)
        ]
    return shown


def _caption(table: pd.DataFrame) -> str:
    measured = table.loc[table["metric"].notna()]
    caption = (
        f"Test rows of {int(table['rows'].iloc[0]):,} rows of the file, with bootstrap intervals; honest and "
        "leaky are measured by the same code and differ in the leak alone."
    )
    resampled = measured.loc[measured["protocol"] == "resample_before_split", "event_rate_leaky"]
    if len(resampled):
        caption += (
            f" After resampling {percent(resampled.iloc[0], 0)} of the test rows are defaults, which alone "
            "lifts average precision and F1 and spoils the Brier score."
        )
    return caption
