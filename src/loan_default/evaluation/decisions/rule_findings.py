"""What is found of the policy and of the threshold."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from loan_default.evaluation.decisions.band_findings import RATE_COLUMNS
from loan_default.evaluation.decisions.threshold import FLAT
from loan_default.evaluation.phrases import listed, percent, with_interval
from loan_default.evaluation.printed import as_printed
from loan_default.evaluation.records import Record, records
from loan_default.report.section import Column, Finding, Table, table_of

Rates = Mapping[str, tuple[float, float, float]]

OPEN = 0.1
"""Span of the approval rate across the flat stretch of F1 from which F1 leaves the threshold open."""

_WORDS = {
    "approval_rate": "approved, of all loans",
    "approved_default_rate": "in default, of the approved",
    "refused_default_rate": "in default, of the refused",
    "defaults_caught": "refused, of the defaults",
    "goods_refused": "refused, of the good loans",
}


def policy_words(policies: pd.DataFrame) -> str:
    """Say how many loans the policy accepts, refers and declines, and how many of them default.

    Args:
        policies: From `policy_rates`, by policy.
    """
    verbs = {"accept": "accepts", "refer": "refers", "decline": "declines"}
    first, *others = [
        (
            verbs[row["policy"]],
            percent(row["share"]),
            _event_rate(row),
        )
        for row in records(policies)
    ]
    parts = [f"{first[0]} {first[1]} of the loans ({first[2]} of them default)"]
    parts += [f"{verb} {share} ({rate} default)" for verb, share, rate in others]
    return f"The policy of the risk bands {listed(parts)}."


def _event_rate(row: Record) -> str:
    return with_interval(row["event_rate"], row["event_rate_low"], row["event_rate_high"], ".1%")


def of_policy(policies: pd.DataFrame, pairs: pd.DataFrame, threshold: float) -> Finding:
    """Say what the policy does with the loans, and where it goes against the prediction.

    Args:
        policies: From `policy_rates`, by policy.
        pairs: From `policy_rates`, by policy and prediction.
        threshold: Probability of default from which the prediction is Default.
    """
    against = pairs.loc[pairs["disagree"]]
    words = (
        f"{policy_words(policies)} The policy is what to do with an application; the prediction, Default "
        f"from {percent(threshold)}, is what precision, recall and F1 are measured by."
    )
    if against.empty:
        words += " No loan is accepted against the prediction, and none is declined against it."
    else:
        row = records(against)[0]
        done = {"accept": "accepted", "decline": "declined"}[row["policy"]]
        words += (
            f" They disagree on {percent(row['share'])} of the loans, predicted {row['prediction']} and yet "
            f"{done}: {_event_rate(row)} of these default."
        )
    return Finding(
        title="What the policy does",
        look_for="Whom the policy accepts, refers to a person and declines, and where it goes against the "
        "prediction.",
        found=words,
        table=table_of(
            pairs,
            {
                "policy": Column(name="Policy"),
                "prediction": Column(name="Prediction"),
                "share": Column(name="Share of loans", format="share"),
                **RATE_COLUMNS,
            },
            "Test rows by the policy of their risk band (`service.bands`) and the prediction.",
        ),
    )


def of_threshold(threshold: Mapping[str, Any], rates: Rates, confusion: Mapping[str, int]) -> Finding:
    """Say whom the threshold would refuse and let pass."""
    shown = {name: with_interval(*values, form=".1%") for name, values in rates.items()}
    found = (
        f"As a rule for refusing, {percent(threshold['value'])} catches {shown['defaults_caught']} of "
        f"the defaults and refuses {shown['goods_refused']} of the good loans: {shown['approval_rate']} are "
        "approved"
    )
    if "approved_default_rate" in shown:
        found += f", of which {shown['approved_default_rate']} default"
    if "refused_default_rate" in shown:
        goods_per_default = confusion["false_positives"] / max(confusion["true_positives"], 1)
        found += f". For each default refused, {goods_per_default:.1f} good loans are refused with it"
    rows = (
        ("Default: would be refused", confusion["true_positives"], confusion["false_positives"]),
        ("No Default: would be approved", confusion["false_negatives"], confusion["true_negatives"]),
    )
    table = Table(
        columns=(
            Column(name="Prediction"),
            Column(name="in default", format="count"),
            Column(name="paid back", format="count"),
            Column(name="Default rate", format="share"),
        ),
        rows=tuple(
            (name, events, goods, events / (events + goods) if events + goods else None)
            for name, events, goods in rows
        ),
        caption=f"Rule of the threshold, set on validation rows: {threshold['reason']} "
        + "; ".join(f"{_WORDS[name]}: {words}" for name, words in shown.items())
        + ".",
    )
    one_sided = not (confusion["true_positives"] + confusion["false_positives"]) or not (
        confusion["true_negatives"] + confusion["false_negatives"]
    )
    return Finding(
        title="The threshold",
        look_for="What is refused that would have been paid back, and what defaults among the approved.",
        found=found + ".",
        verdict="attention" if one_sided else "none",
        table=table,
    )


def of_neighbours(beside: pd.DataFrame, flat: tuple[pd.Series, pd.Series]) -> Finding:
    """Say how much hangs on the exact place of the threshold."""
    low, high = flat
    at = beside.loc[beside["multiple"] == 1].iloc[0]
    # Of the rates as they are printed, so that the reader finds the same span.
    span = as_printed(
        as_printed(high["approval_rate"], ".1%") - as_printed(low["approval_rate"], ".1%"), ".1%"
    )
    found = (
        f"F1 ({at['f1']:.3f} here) stays within {FLAT:g} from {percent(low['threshold'])} to "
        f"{percent(high['threshold'])}, between which the approval rate runs from "
        f"{percent(low['approval_rate'])} to {percent(high['approval_rate'])} and the default rate of the "
        f"approved from {_rate(low['approved_default_rate'])} to {_rate(high['approved_default_rate'])}"
    )
    points = f": {100 * span:.1f} points of approval"
    found += (
        f"{points}, so F1 leaves its place open; costs can, see the chapter on value."
        if span > OPEN
        else f"{points}, no more than {100 * OPEN:g}, so F1 leaves little choice of its place."
    )
    return Finding(
        title="How much hangs on its exact place",
        look_for="How wide the grey stretch of flat F1 is, and how far the approval rate moves across it.",
        found=found,
        figure="decisions_threshold_plot",
        table=table_of(
            beside,
            {
                "threshold": Column(name="Threshold", format="share"),
                "approval_rate": Column(name="Approved", format="share"),
                "approved_default_rate": Column(name="Default rate of the approved", format="share"),
                "defaults_caught": Column(name="Defaults caught", format="share"),
                "goods_refused": Column(name="Good loans refused", format="share"),
                "f1": Column(name="F1", format="number"),
            },
            "The threshold in use, and four fifths to six fifths of it.",
        ),
    )


def _rate(value: float) -> str:
    return "none" if pd.isna(value) else percent(value)
