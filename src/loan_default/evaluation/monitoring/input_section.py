"""The chapter on inputs, written from its numbers."""

from __future__ import annotations

import pandas as pd

from loan_default.evaluation.monitoring.checking import Checks
from loan_default.evaluation.monitoring.facts import Reading, Watched
from loan_default.evaluation.monitoring.judging import GRAVE
from loan_default.evaluation.phrases import listed
from loan_default.evaluation.records import records
from loan_default.report.section import Column, Finding, Section, Table, Verdict, table_of, worst

INPUTS_FIGURE = "monitoring_inputs_plot"
INTERVAL_NOTE = "From and to: Wilson's interval of the share, wide enough for all inputs together."


def describe_inputs(inputs: pd.DataFrame, checks: Checks, watched: Watched, reading: Reading) -> Section:
    """Write the chapter on inputs.

    Args:
        inputs: From `measure_inputs`.
        checks: By key.
        watched: The model and its reference.
        reading: What was read.
    """
    drift, missing, new = (checks[key] for key in ("inputs", "missing_values", "new_categories"))
    if inputs.empty:
        summary = f"{drift.found} Drift of inputs, missing values and new categories cannot be told."
        return Section(key="inputs", title="Inputs", summary=summary)
    partly = (
        f" The inputs of {reading.without_inputs:,} predictions were not kept."
        if reading.without_inputs
        else ""
    )
    findings = (
        Finding(
            title="Drift",
            look_for="Bars beyond the marks and beyond the black ticks; below a tick chance is an "
            "explanation.",
            found=f"{drift.found}{_moves(inputs, drift.verdict)}{partly}",
            verdict=drift.verdict,
            figure=INPUTS_FIGURE,
            table=_inputs_table(inputs, watched),
        ),
        Finding(
            title="Missing values",
            look_for="An input that used to be given and no longer is: a broken form or feed.",
            found=missing.found,
            verdict=missing.verdict,
            table=_missing_table(inputs, watched),
        ),
        Finding(
            title="New categories",
            look_for="Labels that training did not have: the model has learnt nothing about them.",
            found=new.found,
            verdict=new.verdict,
            table=_new_table(inputs, watched),
        ),
    )
    verdict = worst(finding.verdict for finding in findings)
    gravest = [finding for finding in findings if finding.verdict == verdict]
    return Section(
        key="inputs",
        title="Inputs",
        summary=" ".join(f"{finding.title}: {finding.found}" for finding in gravest[:2]),
        verdict=verdict,
        findings=findings,
        values={f"psi_{row['input']}": float(row["psi"]) for row in records(inputs)},
    )


def _moves(inputs: pd.DataFrame, verdict: Verdict) -> str:
    """Say what moved in the inputs that the check names: those of its own verdict."""
    if verdict not in GRAVE:
        return ""
    moved = [row for row in records(inputs) if row["psi_verdict"] == verdict]
    texts = [f"`{row['input']}` ({row['largest_move']})" for row in moved]
    return f" What moved most: {listed(texts, 3)}."


def _named(inputs: pd.DataFrame, watched: Watched) -> pd.DataFrame:
    return inputs.assign(label=[watched.labels.get(name, name) for name in inputs["input"]])


def _inputs_table(inputs: pd.DataFrame, watched: Watched) -> Table | None:
    return table_of(
        _named(inputs, watched),
        {
            "label": Column(name="Input"),
            "rows": Column(name="Rows", format="count"),
            "psi": Column(name="PSI", format="number"),
            "psi_by_chance": Column(name="Chance below", format="number"),
            "largest_move": Column(name="Largest move"),
        },
        "Judged is the PSI less what chance makes of so few rows on average. Largest move: the bin whose "
        "share changed most, training to now.",
    )


def _missing_table(inputs: pd.DataFrame, watched: Watched) -> Table | None:
    named = _named(inputs, watched)
    shown = named.loc[(named["missing"] > 0) | (named["missing_then"] > 0)]
    if shown.empty:
        return None
    return table_of(
        shown,
        {
            "label": Column(name="Input"),
            "missing_then": Column(name="Missing in training", format="share"),
            "missing": Column(name="Now", format="share"),
            "missing_low": Column(name="from", format="share"),
            "missing_high": Column(name="to", format="share"),
        },
        INTERVAL_NOTE,
    )


def _new_table(inputs: pd.DataFrame, watched: Watched) -> Table | None:
    named = _named(inputs, watched)
    shown = named.loc[named["new_share"] > 0]
    if shown.empty:
        return None
    return table_of(
        shown,
        {
            "label": Column(name="Input"),
            "new_share": Column(name="Rows with a new label", format="share"),
            "new_low": Column(name="from", format="share"),
            "new_high": Column(name="to", format="share"),
            "new_labels": Column(name="Which, and how often"),
        },
        INTERVAL_NOTE,
    )
