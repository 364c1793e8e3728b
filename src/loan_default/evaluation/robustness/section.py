"""The chapter on robustness, written from its numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd

from loan_default.evaluation.phrases import listed, percent, plural, sentence, with_interval
from loan_default.evaluation.printed import as_printed
from loan_default.evaluation.records import Record, highest, records
from loan_default.evaluation.robustness.measure import UNCHANGED, costliest_gaps
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
    table: pd.DataFrame,
    rows: int,
    of_rows: int,
    metrics: Mapping[str, float],
    settings: RobustnessSettings,
) -> Section:
    """Write the chapter; what is judged is judged by the numbers as they are printed.

    Args:
        table: `kind` (`UNCHANGED` in the first row), `optional` (every field left out may be missing) and the
            columns of `measure_losses`.
        rows: Test rows that were scored.
        of_rows: Test rows there are.
        metrics: Flat metrics of the model on all test rows.
        settings: How the rows were changed.
    """
    sample = f"{rows:,} of {of_rows:,} test rows" if rows < of_rows else f"all {rows:,} test rows"
    before = table.loc[table["kind"] == UNCHANGED]
    errors = _as_printed(table.loc[table["kind"].isin(["noise", "swap"])])
    gaps = _as_printed(costliest_gaps(table))
    together = _as_printed(table.loc[table["kind"] == "all missing"])
    base = _base_words(records(before)[0], rows, of_rows, metrics)
    findings = [_of_gaps(before, gaps, together, settings, "" if len(errors) else base)]
    heaviest = records(gaps)[0]
    summary = (
        f"On {sample}, leaving out {_field(heaviest)}, the field that is missed most, costs "
        f"{_changed(heaviest)} of ROC AUC"
    )
    if len(errors):
        findings.insert(0, _of_errors(before, errors, settings, base))
        summary += f"; {records(errors)[0]['change']} costs {_changed(records(errors)[0])}"
    return Section(
        key="robustness",
        title="Errors and gaps in applications",
        summary=f"{summary}.",
        verdict=worst(finding.verdict for finding in findings),
        findings=tuple(findings),
        values={"rows": float(rows), **dict(_values(table))},
    )


def _as_printed(table: pd.DataFrame) -> pd.DataFrame:
    """Round what is judged; a mean probability is printed in percent."""
    forms = {
        "roc_auc_lost": ".3f",
        "roc_auc_lost_low": ".3f",
        "roc_auc_lost_high": ".3f",
        "mean_probability": ".1%",
    }
    return table.assign(
        **{name: [as_printed(value, form) for value in table[name]] for name, form in forms.items()}
    )


def _base_words(row: Record, rows: int, of_rows: int, metrics: Mapping[str, float]) -> str:
    """Say what the losses are taken from, and why it is not the figure of the first page."""
    all_rows = with_interval(metrics["roc_auc"], metrics["roc_auc_low"], metrics["roc_auc_high"])
    if rows == of_rows:
        return f"As they are, these rows have ROC AUC {all_rows}. "
    own = with_interval(row["roc_auc"], row["roc_auc_low"], row["roc_auc_high"])
    return (
        f"As they are, these {rows:,} rows have ROC AUC {own}; all {of_rows:,} test rows, of which they are "
        f"a sample, have {all_rows}. "
    )


def _changed(row: Record) -> str:
    return with_interval(row["roc_auc_lost"], row["roc_auc_lost_low"], row["roc_auc_lost_high"])


def _field(row: Record) -> str:
    return str(row["change"]).removeprefix("without ")


def _values(table: pd.DataFrame) -> Iterable[tuple[str, float]]:
    yield "roc_auc_as_given", float(table.loc[table["kind"] == UNCHANGED, "roc_auc"].iloc[0])
    for kind, rows in table.loc[table["kind"] != UNCHANGED].groupby("kind", sort=False):
        name = str(kind).replace(" ", "_")
        yield f"largest_loss_{name}", float(rows["roc_auc_lost"].max())
        yield f"largest_share_of_decisions_changed_{name}", float(rows["decisions_changed"].max())


def _of_errors(
    before: pd.DataFrame, errors: pd.DataFrame, settings: RobustnessSettings, base: str
) -> Finding:
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
        else f" The smallest errors cost no more than {settings.max_loss:g}."
    )
    return Finding(
        title="Errors",
        look_for="How far ROC AUC falls when numbers are inexact and labels wrong; small errors should cost "
        "little.",
        found=f"{base}In ROC AUC, {listed(words, 6)}.{ending}",
        verdict=verdict,
        figure=FIGURE,
        table=table_of(
            pd.concat([before, errors]),
            _COLUMNS,
            "First the rows as they are. Noise is normal, on every number at once, in units of its robust "
            "spread (interquartile range over 1.35); whole numbers stay whole, and numbers with few values "
            "keep to these. Swapped labels are those of another applicant. Intervals by paired bootstrap.",
        ),
    )


def _of_gaps(
    before: pd.DataFrame, gaps: pd.DataFrame, together: pd.DataFrame, settings: RobustnessSettings, base: str
) -> Finding:
    """Say what missing fields cost; `gaps` is the costliest first."""
    given = float(_as_printed(before)["mean_probability"].iloc[0])
    heavy = gaps.loc[(gaps["roc_auc_lost"] > settings.max_loss) & (gaps["roc_auc_lost_low"] > 0)]
    free = int((gaps["roc_auc_lost_low"] <= 0).sum())
    if heavy.empty:
        found = f"No single field costs more than {settings.max_loss:g} of ROC AUC when it is missing"
    else:
        words = [f"{_field(row)} ({_changed(row)})" for row in records(heavy)]
        found = f"More than {settings.max_loss:g} of ROC AUC is lost without {listed(words)}"
    found += f"; {free} of {len(gaps)} fields cost nothing that can be told from chance. "
    shift = highest(gaps.assign(moved=(gaps["mean_probability"] - given).abs()), "moved")
    found += (
        f"The mean probability, {percent(given)} as given, moves most without {_field(shift)}: to "
        f"{percent(shift['mean_probability'])}."
    )
    if len(together):
        row = records(together)[0]
        found += (
            f" {sentence(_field(row))} missing at once cost {_changed(row)} and move it to "
            f"{percent(row['mean_probability'])}."
        )
    optional = pd.concat([gaps, together])
    optional = optional.loc[optional["optional"]]
    lost = (optional["roc_auc_lost"] > settings.max_loss) & (optional["roc_auc_lost_low"] > 0)
    # Rounded again: a difference of two rounded shares is not exact.
    moved = (optional["mean_probability"] - given).abs().round(6) > settings.max_shift
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
        found=base + found,
        verdict=verdict,
        figure=FIGURE,
        table=table_of(
            pd.concat([before, gaps.head(settings.shown), together]).assign(
                optional=lambda rows: (
                    rows["optional"].map({True: "yes", False: "no"}).where(rows["kind"] != UNCHANGED)
                )
            ),
            {**_COLUMNS, "optional": Column(name="May be missing")},
            "First the rows as they are; then each field left empty in every application and filled as in "
            "training. Fields that may not be missing are refused by the service's form and API, but filled "
            f"in a batch.{_left_out(len(gaps) - settings.shown)}",
        ),
    )


def _left_out(count: int) -> str:
    if count <= 0:
        return ""
    costs = "costs" if count == 1 else "cost"
    return f" {plural(count, 'more field')} that {costs} less in the dataset `robustness_losses_table`."
