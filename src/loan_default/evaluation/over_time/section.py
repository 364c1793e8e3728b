"""The chapter on stability over time, written from its numbers."""

from __future__ import annotations

import pandas as pd

from loan_default.evaluation.over_time.measure import same_auc
from loan_default.evaluation.over_time.periods import RULE
from loan_default.evaluation.over_time.protocols import OUT_OF_TIME, RANDOM, lost_out_of_time
from loan_default.evaluation.over_time.settings import StabilitySettings
from loan_default.evaluation.phrases import listed, percent, with_interval
from loan_default.evaluation.records import by_key, highest, lowest, records
from loan_default.evaluation.stability import SHIFT_TO_ACT_ON, SHIFT_TO_WATCH
from loan_default.report.section import Column, Finding, Section, Verdict, table_of, worst

FIGURE = "stability_periods_plot"
KEY, TITLE = "stability", "Stability over time"


def describe_without_dates() -> Section:
    """Write the chapter of a portfolio without application dates."""
    said = (
        "This portfolio has no application date: whether the model holds over time, and on later loans than "
        "those it was trained on, cannot be told from this file."
    )
    finding = Finding(
        title="No dates", look_for="A date of application by which the loans can be put in "
        "order.", found=said,
        verdict="attention",
    )  # fmt: skip
    return Section(key=KEY, title=TITLE, summary=said, verdict="attention", findings=(finding,))


def describe_stability(
    table: pd.DataFrame,
    length: str,
    left_out: int,
    protocols: pd.DataFrame,
    why_not: str,
    confidence: float,
    settings: StabilitySettings,
) -> Section:
    """Write the chapter.

    Args:
        table: From `measure_periods`; may be empty.
        length: Length of a period: month, quarter, year.
        left_out: Test rows in periods with too few loans, or without a date.
        protocols: From `measure_protocols`; empty where the experiment could not be made.
        why_not: Why it could not.
        confidence: Coverage of the intervals, as a share.
        settings: Fewest rows of a period, level.
    """
    findings = [
        *_of_periods(table, length, left_out, settings),
        _of_protocols(protocols, why_not, confidence),
    ]
    values: dict[str, float] = {"periods": float(len(table))}
    if len(table):
        values |= {
            "lowest_roc_auc": float(table["roc_auc"].min()),
            "highest_roc_auc": float(table["roc_auc"].max()),
            "lowest_ratio": float(table["ratio"].min()),
            "highest_ratio": float(table["ratio"].max()),
            "highest_psi": float(table["psi"].max()),
            "roc_auc_heterogeneity_p": same_auc(table),
        }
    if len(protocols):
        lost = lost_out_of_time(protocols, confidence)
        by = by_key(protocols, "protocol")
        values |= dict(
            zip(("lost_out_of_time", "lost_out_of_time_low", "lost_out_of_time_high"), lost, strict=True)
        )
        values |= {
            "roc_auc_random": float(by[RANDOM]["roc_auc"]),
            "roc_auc_out_of_time": float(by[OUT_OF_TIME]["roc_auc"]),
            "ratio_out_of_time": float(by[OUT_OF_TIME]["ratio"]),
        }
    return Section(
        key=KEY,
        title=TITLE,
        summary=_summary(table, length, protocols, confidence),
        verdict=worst(finding.verdict for finding in findings),
        findings=tuple(findings),
        values=values,
    )


def _summary(table: pd.DataFrame, length: str, protocols: pd.DataFrame, confidence: float) -> str:
    if table.empty:
        words = f"No {length} has enough test rows to be judged"
    else:
        words = (
            f"Over {len(table)} {length}s ROC AUC lies between {table['roc_auc'].min():.3f} and "
            f"{table['roc_auc'].max():.3f}, observed over expected defaults between "
            f"{table['ratio'].min():.2f} and {table['ratio'].max():.2f}"
        )
    if protocols.empty:
        return f"{words}."
    return (
        f"{words}; a model tested on the newest loans loses "
        f"{with_interval(*lost_out_of_time(protocols, confidence), '+.3f')} of ROC AUC against a random "
        "split."
    )


def _of_periods(
    table: pd.DataFrame, length: str, left_out: int, settings: StabilitySettings
) -> list[Finding]:
    rule = (
        f"{RULE} Enough: {settings.min_rows} loans with {settings.min_events} defaults and as many good "
        f"loans. {left_out:,} test rows are left out."
    )
    if table.empty:
        return [
            Finding(
                title="By period",
                look_for="Periods with enough loans to be judged.",
                found=f"No {length} of the test rows has enough loans. {rule}",
                verdict="attention",
            )
        ]
    return [
        _of_rates(table, length, rule, settings),
        _of_ranking(table, length, settings),
        _of_drift(table, length),
    ]


def _of_rates(table: pd.DataFrame, length: str, rule: str, settings: StabilitySettings) -> Finding:
    low, high = lowest(table, "event_rate"), highest(table, "event_rate")
    off = table.loc[table["adjusted_p"] < settings.level]
    found = (
        f"By {length} the default rate runs from {percent(low['event_rate'])} ({low['period']}) to "
        f"{percent(high['event_rate'])} ({high['period']}), the mean probability from "
        f"{percent(table['mean_probability'].min())} to {percent(table['mean_probability'].max())}. "
    )
    if off.empty:
        far = lowest(table, "p_value")
        found += (
            f"In no {length} are they apart by more than chance explains; farthest in {far['period']}, "
            "observed over expected "
            f"{with_interval(far['ratio'], far['ratio_low'], far['ratio_high'], '.2f')}."
        )
    else:
        words = [
            f"{row['period']} ({with_interval(row['ratio'], row['ratio_low'], row['ratio_high'], '.2f')})"
            for row in records(off)
        ]
        found += f"Observed over expected defaults are off beyond chance in {listed(words)}."
    verdict: Verdict = "good" if off.empty else "attention"
    return Finding(
        title="Default rate and calibration by period",
        look_for="Whether the expected rate follows the observed one as times change.",
        found=found,
        verdict=verdict,
        figure=FIGURE,
        table=table_of(
            table,
            {
                "period": Column(name="Period"),
                "n": Column(name="Loans", format="count"),
                "events": Column(name="Defaults", format="count"),
                "event_rate": Column(name="Observed", format="share"),
                "event_rate_low": Column(name="from", format="share"),
                "event_rate_high": Column(name="to", format="share"),
                "mean_probability": Column(name="Expected", format="share"),
                "ratio": Column(name="Observed / expected", format="number"),
                "roc_auc": Column(name="ROC AUC", format="number"),
                "roc_auc_low": Column(name="from", format="number"),
                "roc_auc_high": Column(name="to", format="number"),
                "psi": Column(name="PSI", format="number"),
            },
            rule,
        ),
    )


def _of_ranking(table: pd.DataFrame, length: str, settings: StabilitySettings) -> Finding:
    p = same_auc(table)
    low, high = lowest(table, "roc_auc"), highest(table, "roc_auc")
    ends = [
        f"{with_interval(row['roc_auc'], row['roc_auc_low'], row['roc_auc_high'])} ({row['period']})"
        for row in (low, high)
    ]
    chance = (
        "more than chance explains" if p < settings.level else "no more than chance explains in so few loans"
    )
    verdict: Verdict = "attention" if p < settings.level else "good"
    return Finding(
        title="Ranking by period",
        look_for="A ROC AUC that falls towards the newest loans, or jumps beyond its intervals.",
        found=f"ROC AUC by {length} lies between {ends[0]} and {ends[1]}: {chance} (p {p:.3f}, Cochran's Q).",
        verdict=verdict,
        figure=FIGURE,
    )


def _of_drift(table: pd.DataFrame, length: str) -> Finding:
    most = highest(table, "psi")
    beyond = table.loc[(table["psi"] > table["psi_by_chance"]) & (table["psi"] >= SHIFT_TO_WATCH)]
    found = (
        f"The PSI of the probability against train is highest in {most['period']}, {most['psi']:.3f}; there "
        f"chance alone stays below {most['psi_by_chance']:.3f}. "
    )
    if beyond.empty:
        found += f"No {length} is above {SHIFT_TO_WATCH:g} by more than chance."
    else:
        found += f"Above {SHIFT_TO_WATCH:g}, and above chance, are {listed(beyond['period'].tolist())}"
        found += (
            f"; {SHIFT_TO_ACT_ON:g}, from where one acts, is reached."
            if (beyond["psi"] >= SHIFT_TO_ACT_ON).any()
            else f"; none reaches {SHIFT_TO_ACT_ON:g}, from where one acts."
        )
    verdict: Verdict = "good" if beyond.empty else "attention"
    return Finding(
        title="Drift of the probabilities by period",
        look_for=f"PSI above {SHIFT_TO_WATCH:g}, and above what chance does with so few loans.",
        found=found,
        verdict=verdict,
        figure=FIGURE,
    )


def _of_protocols(protocols: pd.DataFrame, why_not: str, confidence: float) -> Finding:
    look_for = (
        "What a random split hides: the same kind of model, tested on loans newer than all it was trained on."
    )
    title = "Random against out-of-time"
    if protocols.empty:
        return Finding(
            title=title,
            look_for=look_for,
            found=f"The experiment could not be made: {why_not}",
            verdict="attention",
        )
    lost = lost_out_of_time(protocols, confidence)
    by = by_key(protocols, "protocol")
    later = by[OUT_OF_TIME]
    verdict: Verdict
    if lost[1] > 0:
        words, verdict = "more than chance explains: ranking suffers on later loans", "attention"
    elif lost[2] < 0:
        words, verdict = "beyond chance: the newest loans are easier to rank", "none"
    else:
        words, verdict = "which cannot be told from nothing", "good"
    if later["p_value"] < 1 - confidence:
        kind = "understated" if later["ratio"] > 1 else "overstated"
        level = f"and the level of risk is {kind} beyond chance"
        verdict = "attention"
    else:
        level = "and the level of risk is right within chance"
    ratio = with_interval(later["ratio"], later["ratio_low"], later["ratio_high"], ".2f")
    return Finding(
        title=title,
        look_for=look_for,
        found=f"A logistic regression trained on loans until {later['train_to']} and tested on those from "
        f"{later['test_from']} on has ROC AUC {later['roc_auc']:.3f}, on random loans "
        f"{by[RANDOM]['roc_auc']:.3f}: a loss of {with_interval(*lost, '+.3f')}, {words}; out of time, "
        f"observed over expected defaults are {ratio}, {level}.",
        verdict=verdict,
        table=table_of(
            protocols,
            {
                "protocol": Column(name="Split"),
                "train_rows": Column(name="Train loans", format="count"),
                "train_to": Column(name="until"),
                "test_from": Column(name="Test loans from"),
                "n": Column(name="Test loans", format="count"),
                "event_rate": Column(name="Observed", format="share"),
                "mean_probability": Column(name="Expected", format="share"),
                "ratio": Column(name="Observed / expected", format="number"),
                "roc_auc": Column(name="ROC AUC", format="number"),
                "roc_auc_low": Column(name="from", format="number"),
                "roc_auc_high": Column(name="to", format="number"),
                "brier": Column(name="Brier score", format="number"),
            },
            "Cleaning, features, model and calibration are learnt anew in both, on equally many loans of "
            "the same file; only which loans are train, validation and test differs. The leaks found on the "
            "whole file stay out.",
        ),
    )
