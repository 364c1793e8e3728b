"""The chapter on weak spots, written from its numbers."""

from __future__ import annotations

import numpy as np
import pandas as pd

from loan_default.evaluation.phrases import listed, percent
from loan_default.evaluation.records import lowest
from loan_default.evaluation.weak_spots.settings import WeakSpotSettings
from loan_default.report.section import Column, Finding, Section, Verdict, table_of, worst

POWER = 0.8
"""Chance of being found that the smallest visible fault is given for."""

FIGURE = "weak_spots_slices_plot"


def describe_weak_spots(
    table: pd.DataFrame, looked_at: int, rows: int, settings: WeakSpotSettings
) -> Section:
    """Write the chapter.

    Args:
        table: From `measure_slices`.
        looked_at: Slices that were cut, those with too few defaults included.
        rows: Test rows.
        settings: What was searched.
    """
    if table.empty:
        said = (
            f"None of the {looked_at:,} slices of the {rows:,} test rows has {settings.min_rows:,} rows with "
            f"{settings.min_events} defaults and as many good loans: too few to look for weak spots."
        )
        nothing = Finding(
            title="Slices", look_for="Slices with enough rows to be judged.", found=said, figure=FIGURE
        )
        return Section(key="weak_spots", title="Weak spots", summary=said, findings=(nothing,))
    off = table.loc[table["adjusted_p"] < settings.level].sort_values("p_value")
    weak = table.loc[table["adjusted_ranking_p"] < settings.level].sort_values("ranking_p")
    findings = (_of_calibration(table, off, settings), _of_ranking(table, weak, settings))
    if off.empty and weak.empty:
        words = f"none of {len(table):,} slices is off by more than chance explains"
    else:
        words = (
            f"of {len(table):,} slices {_count(off)} miscalibrated and {_count(weak)} ranked worse than "
            "promised, beyond chance"
        )
    worst_named = f": {listed([*off['slice'], *weak['slice']], 2)}" if len(off) + len(weak) else ""
    return Section(
        key="weak_spots",
        title="Weak spots",
        summary=f"Among the {rows:,} test rows {words}{worst_named}. What could have been seen: "
        f"{_visible(table, settings)}",
        verdict=worst(finding.verdict for finding in findings),
        findings=findings,
        values={
            "slices": float(len(table)),
            "miscalibrated_slices": float(len(off)),
            "badly_ranked_slices": float(len(weak)),
            "largest_ratio": float(table["ratio"].max()),
            "smallest_ratio": float(table["ratio"].min()),
            "lowest_roc_auc": float(table["roc_auc"].min()),
        },
    )


def _count(slices: pd.DataFrame) -> str:
    return "none is" if slices.empty else f"{len(slices)} {'is' if len(slices) == 1 else 'are'}"


def _visible(table: pd.DataFrame, settings: WeakSpotSettings) -> str:
    """Say how large a fault of calibration must be in a slice of ordinary size to be found among so many."""
    from scipy.stats import norm

    n, p = float(table["effective_n"].median()), float(table["mean_probability"].median())
    z = norm.ppf(1 - settings.level / (4 * len(table))) + norm.ppf(POWER)
    return (
        f"in a slice of {n:,.0f} rows, a default rate that is off by "
        f"{100 * z * np.sqrt(p * (1 - p) / n):.1f} points is found in {percent(POWER, 0)} of cases."
    )


def _of_calibration(table: pd.DataFrame, off: pd.DataFrame, settings: WeakSpotSettings) -> Finding:
    first = lowest(table, "p_value")
    example = (
        f"{first['slice']}: {percent(first['mean_probability'])} expected, {percent(first['event_rate'])} "
        f"[{100 * first['event_rate_low']:.1f}, {100 * first['event_rate_high']:.1f}] observed on "
        f"{first['n']:,} loans"
    )
    if off.empty:
        found = (
            f"No slice is off by more than chance explains among {len(table):,}. The one that fits worst is "
            f"{example} (p {first['p_value']:.3f} alone, {first['adjusted_p']:.2f} among so many)."
        )
    else:
        under, over = int((off["ratio"] > 1).sum()), int((off["ratio"] < 1).sum())
        kinds = [f"{words} in {n}" for n, words in ((under, "understated"), (over, "overstated")) if n]
        found = (
            f"Beyond chance, the risk is {listed(kinds)} of {len(table):,} slices. The clearest is {example}."
        )
    verdict: Verdict = "good" if off.empty else "attention"
    return Finding(
        title="Calibration by slice",
        look_for="Slices that default more or less often than expected, by more than so many looks bring up "
        "by chance.",
        found=found,
        verdict=verdict,
        figure=FIGURE,
        table=table_of(
            table.sort_values("p_value", kind="stable").head(settings.shown),
            {
                "slice": Column(name="Slice"),
                "n": Column(name="Loans", format="count"),
                "events": Column(name="Defaults", format="count"),
                "mean_probability": Column(name="Expected", format="share"),
                "event_rate": Column(name="Observed", format="share"),
                "event_rate_low": Column(name="from", format="share"),
                "event_rate_high": Column(name="to", format="share"),
                "ratio": Column(name="Observed / expected", format="number"),
                "adjusted_p": Column(name="p among all", format="number"),
            },
            f"The {min(settings.shown, len(table))} slices that fit worst; intervals are of each slice "
            "alone, p is adjusted for all tests of this chapter (Holm).",
        ),
    )


def _of_ranking(table: pd.DataFrame, weak: pd.DataFrame, settings: WeakSpotSettings) -> Finding:
    first = lowest(table, "ranking_p")
    example = (
        f"{first['slice']}: ROC AUC {first['roc_auc']:.3f} [{first['roc_auc_low']:.3f}, "
        f"{first['roc_auc_high']:.3f}] where {first['expected_roc_auc']:.3f} is promised"
    )
    bottom = lowest(table, "roc_auc")
    found = (
        "No slice is ranked worse than its own probabilities promise, by more than chance explains; nearest "
        f"comes {example} (p {first['adjusted_ranking_p']:.2f} among all)."
        if weak.empty
        else f"{len(weak)} of {len(table):,} slices {'is' if len(weak) == 1 else 'are'} ranked worse than "
        f"{'its' if len(weak) == 1 else 'their'} own probabilities promise, beyond chance; clearest is "
        f"{example}."
    )
    found += (
        f" The lowest ROC AUC of all is {bottom['roc_auc']:.3f}, in {bottom['slice']}; loans so alike "
        f"promise {bottom['expected_roc_auc']:.3f}."
    )
    verdict: Verdict = "good" if weak.empty else "attention"
    return Finding(
        title="Ranking by slice",
        look_for="Slices in which the model orders loans worse than the spread of its own probabilities "
        "promises.",
        found=found,
        verdict=verdict,
        figure=FIGURE,
        table=table_of(
            table.sort_values("ranking_p", kind="stable").head(settings.shown),
            {
                "slice": Column(name="Slice"),
                "n": Column(name="Loans", format="count"),
                "events": Column(name="Defaults", format="count"),
                "roc_auc": Column(name="ROC AUC", format="number"),
                "roc_auc_low": Column(name="from", format="number"),
                "roc_auc_high": Column(name="to", format="number"),
                "expected_roc_auc": Column(name="Promised", format="number"),
                "adjusted_ranking_p": Column(name="p among all", format="number"),
            },
            "Within a slice of like loans any model has a low ROC AUC; what counts is what falls short of "
            "the ROC AUC that right probabilities would give there.",
        ),
    )
