"""The chapter on robustness, written from its numbers."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from loan_default.evaluation.phrases import listed, percent, sentence, with_interval
from loan_default.evaluation.records import Record, highest, records
from loan_default.evaluation.robustness.settings import RobustnessSettings
from loan_default.report.section import Column, Finding, Section, Verdict, table_of, worst

FIGURE = "robustness_losses_plot"

_COLUMNS = {
    "change": Column(name="Change"),
    "roc_auc": Column(name="ROC AUC", format="number"),
    "roc_auc_lost": Column(name="Lost", format="number"),
    "roc_auc_lost_low": Column(name="from", format="number"),
    "roc_auc_lost_high": Column(name="to", format="number"),
    "brier_added": Column(name="Brier score added", format="number"),
    "mean_probability": Column(name="Mean probability", format="share"),
    "decisions_changed": Column(name="Policy changed", format="share"),
}


def describe_robustness(
    table: pd.DataFrame, rows: int, of_rows: int, before: float, settings: RobustnessSettings
) -> Section:
    """Write the chapter.

    Args:
        table: `kind`, `optional` (every field left out may be missing) and the columns of `measure_losses`.
        rows: Test rows that were scored.
        of_rows: Test rows there are.
        before: Mean probability of these rows as they are.
        settings: How they were changed.
    """
    sample = f"{rows:,} of {of_rows:,} test rows" if rows < of_rows else f"all {rows:,} test rows"
    errors = table.loc[table["kind"].isin(["noise", "swap"])]
    gaps, together = (table.loc[table["kind"] == kind] for kind in ("missing", "all missing"))
    findings = [_of_gaps(gaps, together, before, settings)]
    heaviest = highest(gaps, "roc_auc_lost")
    summary = (
        f"On {sample}, leaving out {_field(heaviest)}, the field that is missed most, costs "
        f"{_changed(heaviest)} of ROC AUC"
    )
    if len(errors):
        findings.insert(0, _of_errors(errors, settings))
        summary += f"; {records(errors)[0]['change']} costs {_changed(records(errors)[0])}"
    return Section(
        key="robustness",
        title="Errors and gaps in applications",
        summary=f"{summary}.",
        verdict=worst(finding.verdict for finding in findings),
        findings=tuple(findings),
        values={"rows": float(rows), **dict(_values(table))},
    )


def _changed(row: Record) -> str:
    return with_interval(row["roc_auc_lost"], row["roc_auc_lost_low"], row["roc_auc_lost_high"])


def _field(row: Record) -> str:
    return str(row["change"]).removeprefix("without ")


def _values(table: pd.DataFrame) -> Iterable[tuple[str, float]]:
    for kind, rows in table.groupby("kind", sort=False):
        name = str(kind).replace(" ", "_")
        yield f"largest_loss_{name}", float(rows["roc_auc_lost"].max())
        yield f"largest_share_of_decisions_changed_{name}", float(rows["decisions_changed"].max())


def _of_errors(errors: pd.DataFrame, settings: RobustnessSettings) -> Finding:
    words = [
        f"{row['change']} costs {_changed(row)} and changes the policy of "
        f"{percent(row['decisions_changed'])} of the loans"
        for row in records(errors)
    ]
    # The smallest error of each kind is what everyday work brings.
    small = errors.groupby("kind", sort=False).first()
    heavy = small.loc[small["roc_auc_lost"] > settings.max_loss, "change"].tolist()
    verdict: Verdict = "attention" if heavy else "good"
    ending = (
        f" More than {settings.max_loss:g} for {listed(heavy)} is remarkable."
        if heavy
        else f" The smallest errors cost less than {settings.max_loss:g}."
    )
    return Finding(
        title="Errors",
        look_for="How far ROC AUC falls when numbers are inexact and labels wrong; small errors should cost "
        "little.",
        found=f"In ROC AUC, {listed(words, 6)}.{ending}",
        verdict=verdict,
        figure=FIGURE,
        table=table_of(
            errors,
            _COLUMNS,
            "Noise is normal, on every number at once, in units of its robust spread (interquartile range "
            "over 1.35); whole numbers stay whole, and numbers with few values keep to these. Swapped "
            "labels are those of another applicant. Intervals by paired bootstrap.",
        ),
    )


def _of_gaps(
    gaps: pd.DataFrame, together: pd.DataFrame, before: float, settings: RobustnessSettings
) -> Finding:
    ordered = gaps.sort_values("roc_auc_lost", ascending=False, kind="stable")
    heavy = ordered.loc[(ordered["roc_auc_lost"] > settings.max_loss) & (ordered["roc_auc_lost_low"] > 0)]
    free = int((gaps["roc_auc_lost_low"] <= 0).sum())
    if heavy.empty:
        found = f"No single field costs more than {settings.max_loss:g} of ROC AUC when it is missing"
    else:
        words = [f"{_field(row)} ({_changed(row)})" for row in records(heavy)]
        found = f"More than {settings.max_loss:g} of ROC AUC is lost without {listed(words)}"
    found += f"; {free} of {len(gaps)} fields cost nothing that can be told from chance. "
    shift = highest(gaps.assign(moved=(gaps["mean_probability"] - before).abs()), "moved")
    found += (
        f"The mean probability, {percent(before)} as given, moves most without {_field(shift)}: to "
        f"{percent(shift['mean_probability'])}."
    )
    if len(together):
        row = records(together)[0]
        found += (
            f" {sentence(_field(row))} missing at once cost {_changed(row)} and move it to "
            f"{percent(row['mean_probability'])}."
        )
    optional = pd.concat([ordered, together])
    optional = optional.loc[optional["optional"]]
    lost = (optional["roc_auc_lost"] > settings.max_loss) & (optional["roc_auc_lost_low"] > 0)
    moved = (optional["mean_probability"] - before).abs() > settings.max_shift
    allowed = optional.loc[lost | moved]
    if len(allowed):
        found += (
            f" Applications may come without {listed([_field(row) for row in records(allowed)])}, and then "
            f"lose more than {settings.max_loss:g} of ROC AUC or move the mean probability by more than "
            f"{100 * settings.max_shift:g} points."
        )
    verdict: Verdict = "attention" if len(allowed) else "good"
    return Finding(
        title="Missing fields",
        look_for="Fields without which the model ranks much worse or gives quite other probabilities; such "
        "fields should be required.",
        found=found,
        verdict=verdict,
        figure=FIGURE,
        table=table_of(
            pd.concat([ordered.head(settings.shown), together]).assign(
                optional=lambda rows: rows["optional"].map({True: "yes", False: "no"})
            ),
            {**_COLUMNS, "optional": Column(name="May be missing")},
            "Each field left empty in every application and filled as in training; fields that may not be "
            "missing are refused by the service's form and API, but filled in a batch.",
        ),
    )
