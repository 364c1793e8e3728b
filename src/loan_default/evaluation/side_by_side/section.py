"""The chapter that lays the models side by side, written from its numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from loan_default.evaluation.comparison import ALIKE, BETTER, ITSELF
from loan_default.evaluation.gates import refusals
from loan_default.evaluation.phrases import chance_in_calibration, listed, percent, sentence, with_interval
from loan_default.evaluation.printed import as_printed
from loan_default.evaluation.records import highest, records
from loan_default.evaluation.words import LABELS
from loan_default.report.section import Column, Finding, Section, Table, Verdict, table_of, worst

RANKING = ("roc_auc", "gini", "ks", "average_precision", "brier", "log_loss", "calibration_error")
AT_THRESHOLD = ("accuracy", "precision", "recall", "f1")
LINE = ("calibration_slope", "calibration_intercept")
PAIRED = ("roc_auc", "average_precision", "brier", "log_loss")
IN_SECTION = ("roc_auc", "gini", "ks", "average_precision", "brier", "log_loss", "calibration_error", *LINE)

Metrics = Mapping[str, Mapping[str, float]]


def describe_models(
    table: pd.DataFrame,
    champion: Mapping[str, Any],
    reported: str,
    metrics: Metrics,
    gains: pd.DataFrame,
    by_outcome: pd.DataFrame,
) -> Section:
    """Write the chapter.

    Args:
        table: Table of `compare_models`.
        champion: Record of `choose_champion`.
        reported: The model that the report is about.
        metrics: Flat metrics by model.
        gains: `model` and the columns of `cumulative_gains`, at the shares of the table.
        by_outcome: From `probability_by_outcome`, of the reported model.
    """
    own = metrics[reported]
    side = "vs_champion" if champion["champion"] else "vs_reference"
    findings = (
        _of_metrics(table, champion, reported, own),
        _of_differences(table, side, champion["metric"]),
        _of_ranking(metrics, reported),
        _of_precision(metrics, reported),
        _of_calibration(metrics, reported),
        _of_gains(gains, reported),
        _of_probabilities(by_outcome, own, reported),
    )
    role = "champion" if champion["champion"] else "best on validation rows; no model was admitted"
    summary = (
        f"{reported} ({role}) has ROC AUC {_shown(own, 'roc_auc')} and Brier score {_shown(own, 'brier')} on "
        f"{own['n']:,.0f} test rows with {own['events']:,.0f} defaults. {_verdicts(table, side)}"
    )
    return Section(
        key="models",
        title="Models side by side",
        summary=summary,
        verdict=worst(finding.verdict for finding in findings),
        findings=findings,
        values={
            f"{name}{end}": float(own[f"{name}{end}"]) for name in IN_SECTION for end in ("", "_low", "_high")
        }
        | {"train_test_gap": float(own["train_test_gap"])},
    )


def _shown(values: Mapping[str, float], name: str, form: str = ".3f") -> str:
    return with_interval(values[name], values[f"{name}_low"], values[f"{name}_high"], form)


def _verdicts(table: pd.DataFrame, side: str) -> str:
    """Say which models are level with, better or worse than the one they are compared with."""
    other = table[f"{side}_model"].iloc[0]
    said: dict[str, list[str]] = {}
    for row in records(table):
        verdict = row[f"{side}_verdict"]
        if verdict != ITSELF:
            said.setdefault("level with it" if verdict == ALIKE else verdict, []).append(row["model"])
    if not said:
        return f"There is no other model to compare with {other}."
    words = [f"{listed(names)} {'is' if len(names) == 1 else 'are'} {what}" for what, names in said.items()]
    return sentence(f"against {other}, {'; '.join(words)}.")


def _of_metrics(
    table: pd.DataFrame, champion: Mapping[str, Any], reported: str, own: Mapping[str, float]
) -> Finding:
    base = own["event_rate"] * (1 - own["event_rate"])
    found = _why_refused(champion, reported) + (
        f"{reported} explains {percent(1 - own['brier'] / base)} of the variance of the outcome (Brier score "
        f"{own['brier']:.4f}, against {base:.4f} for giving every loan the default rate of "
        f"{percent(own['event_rate'])}); from train to test it loses {own['train_test_gap']:.3f} of ROC AUC."
    )
    rows = tuple(
        (row["model"], row["role"], *(_shown(row, name) for name in RANKING)) for row in records(table)
    )
    columns = ("Model", "Role", *(sentence(LABELS[name]) for name in RANKING))
    return Finding(
        title="Metrics with intervals",
        look_for="Intervals that overlap widely: such models cannot be told apart by their position in the "
        "table.",
        found=found,
        verdict="good" if champion["champion"] else "bad",
        table=Table(
            columns=tuple(Column(name=name) for name in columns),
            rows=rows,
            caption=f"{own['n']:,.0f} test rows; intervals by bootstrap, twins drawn together. Lower is "
            "better for "
            "Brier score, log-loss and calibration error. " + str(champion["reason"]),
        ),
    )


def _why_refused(champion: Mapping[str, Any], reported: str) -> str:
    """Say what the objection is where no model is admitted."""
    if champion["champion"]:
        return ""
    missed = refusals(champion["criteria"][reported])
    return f"No model was admitted; {reported}, best on validation rows, is refused: {'; '.join(missed)}. "


def _of_differences(table: pd.DataFrame, side: str, metric: str) -> Finding:
    other = table[f"{side}_model"].iloc[0]
    others = table.loc[table[f"{side}_verdict"] != ITSELF]
    rows = tuple(
        (
            row["model"],
            "level" if row[f"{side}_verdict"] == ALIKE else row[f"{side}_verdict"],
            *(_shown(row, f"{side}_{name}", "+.4f") for name in PAIRED),
            float(row[f"{side}_roc_auc_p"]),
        )
        for row in records(others)
    )
    found = _verdicts(table, side)
    if len(others):
        widest = highest(others.assign(size=others[f"{side}_{metric}"].abs()), "size")
        found += (
            f" The largest difference in {LABELS[metric]} is that of {widest['model']}, "
            f"{_shown(widest, f'{side}_{metric}', '+.4f')}."
        )
    ahead = others.loc[others[f"{side}_verdict"] == BETTER, "model"].tolist()
    return Finding(
        title=f"Paired differences to {other}",
        look_for="Whether the interval of a difference on the same test rows leaves out 0; where it does "
        "not, the models are level.",
        found=found,
        verdict="attention" if ahead else "none",
        figure="comparison_figure",
        table=Table(
            columns=(
                Column(name="Model"),
                Column(name=f"Than {other}"),
                *(Column(name=sentence(LABELS[name])) for name in PAIRED),
                Column(name="p (ROC AUC)", format="number"),
            ),
            rows=rows,
            caption=f"Model minus {other}; the verdict reads {LABELS[metric]}. Not corrected for the number "
            "of comparisons.",
        ),
    )


def _of_ranking(metrics: Metrics, reported: str) -> Finding:
    values = {name: found["roc_auc"] for name, found in metrics.items()}
    best, last = max(values, key=lambda n: values[n]), min(values, key=lambda n: values[n])
    own = metrics[reported]
    found = (
        f"Of a default and a good loan drawn at random, {reported} gives the higher probability to the "
        f"default in {_shown(own, 'roc_auc', '.1%')} of cases; its KS is {_shown(own, 'ks')}."
    )
    if best != last:
        found += f" The models span {values[best] - values[last]:.3f} of ROC AUC, from {last} to {best}."
    return Finding(
        title="ROC curves",
        look_for="How far the curves lie above the diagonal, and whether they cross or lie on each other.",
        found=found,
        verdict="good" if own["roc_auc_low"] > 0.5 else "bad",
        figure="roc_figure",
    )


def _of_precision(metrics: Metrics, reported: str) -> Finding:
    own = metrics[reported]
    return Finding(
        title="Precision and recall",
        look_for="How fast precision falls towards the default rate as more defaults are caught.",
        found=f"Average precision of {reported} is {_shown(own, 'average_precision')}, "
        f"{own['average_precision'] / own['event_rate']:.1f} times the default rate of "
        f"{percent(own['event_rate'])}; at its threshold {_shown(own, 'precision', '.1%')} of the loans it "
        f"predicts to default do, and it predicts {_shown(own, 'recall', '.1%')} of the defaults.",
        figure="precision_recall_figure",
        table=_table(metrics, AT_THRESHOLD, "Each model at its own threshold, set on validation rows."),
    )


def _of_calibration(metrics: Metrics, reported: str) -> Finding:
    own = metrics[reported]
    slope_off, level_off = (
        not as_printed(own[f"{name}_low"]) <= perfect <= as_printed(own[f"{name}_high"])
        for name, perfect in zip(LINE, (1, 0), strict=True)
    )
    if slope_off:
        words = (
            f"its probabilities are too {'extreme' if own['calibration_slope'] < 1 else 'timid'}: the "
            f"calibration slope {_shown(own, 'calibration_slope')} leaves out 1"
        )
    elif level_off:
        words = (
            f"its probabilities are off in level: the intercept {_shown(own, 'calibration_intercept')} "
            "leaves out 0"
        )
    else:
        words = (
            f"slope {_shown(own, 'calibration_slope')} and intercept {_shown(own, 'calibration_intercept')} "
            "hold 1 and 0: no tilt or shift can be told from chance; single bands are in the next chapter"
        )
    verdict: Verdict = "attention" if slope_off or level_off else "good"
    return Finding(
        title="Calibration",
        look_for="Points on the grey line: of the loans given 20 %, one in five should default.",
        found=f"{reported} gives {percent(own['mean_probability'])} on average, {percent(own['event_rate'])} "
        f"default; {words}. Its calibration error is {_shown(own, 'calibration_error', '.4f')}. "
        f"{chance_in_calibration(own)}",
        verdict=verdict,
        figure="calibration_figure",
        table=_table(metrics, ("calibration_error", *LINE), "Slope 1 and intercept 0 are perfect."),
    )


def _table(metrics: Metrics, names: tuple[str, ...], caption: str) -> Table:
    return Table(
        columns=(Column(name="Model"), *(Column(name=sentence(LABELS[name])) for name in names)),
        rows=tuple((model, *(_shown(values, name) for name in names)) for model, values in metrics.items()),
        caption=caption,
    )


def _of_gains(gains: pd.DataFrame, reported: str) -> Finding:
    own = {row["share"]: row for row in records(gains) if row["model"] == reported}
    tenth, fifth = own[0.1], own[0.2]
    wide = gains.pivot_table(index="share", columns="model", values="captured")
    spread = float((wide.max(axis=1) - wide.min(axis=1)).max())
    words = f" The models differ by at most {100 * spread:.1f} points." if wide.shape[1] > 1 else ""
    written = gains.assign(captured=[_captured(row) for row in records(gains)])
    shown = written.pivot_table("captured", "share", "model", aggfunc="first").reset_index()
    return Finding(
        title="Gains and lift",
        look_for="How many of the defaults lie among the riskiest tenth or fifth of the loans.",
        found=f"The riskiest 10 % of the loans by {reported} hold {_captured(tenth)} of the "
        f"defaults (lift {tenth['lift']:.1f}), the riskiest 20 % hold {_captured(fifth)} (lift "
        f"{fifth['lift']:.1f})." + words,
        figure="models_gains_plot",
        table=table_of(
            shown,
            {
                "share": Column(name="Riskiest loans", format="share"),
                **{str(name): Column(name=str(name)) for name in gains["model"].unique()},
            },
            "Share of all defaults among the riskiest loans, with its interval.",
        ),
    )


def _captured(row: Mapping[str, Any]) -> str:
    return with_interval(row["captured"], row["captured_low"], row["captured_high"], ".1%")


def _of_probabilities(by_outcome: pd.DataFrame, own: Mapping[str, float], reported: str) -> Finding:
    bad, good = records(by_outcome)
    return Finding(
        title="Probabilities by outcome",
        look_for="How far the two shapes lie apart; where they overlap, no threshold can tell the loans "
        "apart.",
        found=f"Half of the defaults were given more than {percent(bad['p50'])} by {reported}, half of the "
        f"good loans more than {percent(good['p50'])}; on average {percent(bad['mean'])} and "
        f"{percent(good['mean'])}, {100 * (bad['mean'] - good['mean']):.1f} points apart. At the best cut KS "
        f"is {own['ks']:.3f}.",
        figure="models_scores_plot",
        table=table_of(
            by_outcome,
            {
                "outcome": Column(name="Test loans"),
                "n": Column(name="Number", format="count"),
                "mean": Column(name="Mean", format="share"),
                "p05": Column(name="5 % below", format="share"),
                "p25": Column(name="25 % below", format="share"),
                "p50": Column(name="Median", format="share"),
                "p75": Column(name="75 % below", format="share"),
                "p95": Column(name="95 % below", format="share"),
            },
            "Probability of default given to test loans, by what became of them.",
        ),
    )
