"""Findings on the rows: what an event is, what became of the file, how the parts compare."""

from __future__ import annotations

import pandas as pd

from loan_default.evaluation.phrases import listed, percent, plural
from loan_default.frames import TEST, TRAIN
from loan_default.portfolio.chapters.data_tables import SHOWN, DataFacts
from loan_default.portfolio.description import Portfolio
from loan_default.portfolio.settings import SplitSettings
from loan_default.report.section import Column, Finding, table_of

_FEW_LEFT = 0.5
_MANY_REJECTS = 0.01
_GAP_IN_RATE = 0.1


def on_event(facts: DataFacts, portfolio: Portfolio) -> Finding:
    """Say what is predicted, and over what time."""
    outcome = portfolio.outcome
    default, paid = (listed(values, joint="or") for values in (outcome.default, outcome.paid))
    found = f"An event is a loan in default: {outcome.column} is {default}. It is paid where that is {paid}."
    if outcome.unresolved:
        running = listed(outcome.unresolved, joint="or")
        found += f" Loans still running ({running}) are set aside, not called good."
    if "from" in facts.parts:
        found += f" Applications are dated {facts.parts['from'].min()} to {facts.parts['to'].max()}."
    else:
        found += " The file has no application date, so nothing can be said about time."
    return Finding(
        title="What is predicted",
        look_for="Whether this is the default that the lender means, in a period that is still of use.",
        found=found,
    )


def on_rows(facts: DataFacts) -> Finding:
    """Account for every row of the file."""
    steps, parts = facts.report["steps"], facts.report["parts"]
    rows, used = facts.rows_in_file, steps[-1]["left"]
    taken = [f"{step['step']}: {step['rows']:,}" for step in steps[1:] if step["rows"]]
    left = [f"{part['rows']:,} {name}" for name, part in parts.items()]
    return Finding(
        title="From the file to the parts",
        look_for="Whether every row is accounted for, and no step takes away more than it should.",
        found=(
            f"{used:,} of {rows:,} rows ({percent(used / rows)}) are used. "
            f"{'Taken away: ' + '; '.join(taken) if taken else 'None was taken away'}. "
            f"They are {listed(left)} rows; the counts add up."
        ),
        verdict="attention" if used < _FEW_LEFT * rows else "good",
        figure="data_rows_plot",
        table=table_of(
            pd.DataFrame(steps),
            {
                "step": Column(name="Step"),
                "rows": Column(name="Rows", format="count"),
                "left": Column(name="Left", format="count"),
            },
        ),
    )


def on_rejects(facts: DataFacts) -> Finding:
    """Say how many rows could not be used, and why."""
    rejected = facts.taken_away("rejected")
    share = rejected / (facts.rows_in_file - facts.taken_away("still running, set aside"))
    title, look_for = "Rows that could not be used", "Whether the rejects have one cause that can be mended."
    if not rejected:
        return Finding(title=title, look_for=look_for, found="No row was rejected.", verdict="good")
    commonest = facts.rejects.iloc[0]
    return Finding(
        title=title,
        look_for=look_for,
        found=(
            f"{plural(rejected, 'row')} ({percent(share, 2)} of the resolved loans) could not be used, "
            f"{commonest['rows']:,} for {commonest['column']}. Each lies in rejected_applications with its "
            "reason."
        ),
        verdict="attention" if share > _MANY_REJECTS else "good",
        table=table_of(
            facts.rejects.head(SHOWN),
            {
                "column": Column(name="At fault"),
                "rows": Column(name="Rows", format="count"),
                "example": Column(name="First of them"),
            },
            "A row with two faults counts at its first.",
        ),
    )


def on_parts(facts: DataFacts, split: SplitSettings) -> Finding:
    """Compare the default rates of the parts."""
    train, test = facts.rates[TRAIN], facts.rates[TEST]
    gap = test.minus(train)
    low, high = gap.interval(facts.confidence)
    level = low <= 0 <= high
    dealt = (
        "The parts were dealt at random, defaults and paid loans apart, so they should be level."
        if split.method == "random"
        else "The test part holds the newest loans: a difference is the book's own change over time."
    )
    columns = {
        "part": Column(name="Part"),
        "rows": Column(name="Rows", format="count"),
        "share": Column(name="Share", format="share"),
        "events": Column(name="Defaults", format="count"),
        "event_rate": Column(name="Default rate", format="share"),
        "event_rate_low": Column(name="low", format="share"),
        "event_rate_high": Column(name="high", format="share"),
    }
    if "from" in facts.parts:
        columns |= {"from": Column(name="First date"), "to": Column(name="Last date")}
    return Finding(
        title="Default rate of each part",
        look_for="Whether the rows that the model is judged on default as often as those it learnt from.",
        found=(
            f"{percent(test.value)} of the test rows default and {percent(train.value)} of the train rows: a "
            f"difference of {_points(gap.value)} points [{_points(low)}, {_points(high)}], "
            f"{'which chance explains' if level else 'more than chance explains'}. {dealt}"
        ),
        verdict="good" if level or abs(gap.value) < _GAP_IN_RATE * train.value else "attention",
        table=table_of(
            facts.parts,
            columns,
            f"Intervals of {percent(facts.confidence, 0)}; twins count as one piece of evidence.",
        ),
    )


def _points(share: float) -> str:
    # + 0 keeps a rounded zero from being written -0.00.
    return f"{round(100 * share, 2) + 0:+.2f}"
