"""The chapter on what the model rests on."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import pandas as pd

from loan_default.evaluation.explanation.directions import AGAINST, AGREES
from loan_default.evaluation.explanation.findings import (
    TOO_GOOD,
    detectable,
    found_cases,
    found_contributions,
    found_effects,
    found_evidence,
    found_importance,
    found_weights,
    way_of_the_data,
)
from loan_default.evaluation.phrases import plural, with_interval
from loan_default.report.section import Column, Finding, Section, Table, Verdict, table_of

UNITS = {
    "ann": "log-odds of default, against a typical application",
    "logistic_regression": "log-odds of default, against a typical application",
    "lightgbm": "log-odds before calibration, against the mean of train",
    "random_forest": "probability before calibration, against the mean of train",
}
"""What the contributions of each model are measured in."""

TREES = ("random_forest", "lightgbm")
"""Models whose features are shared out, by TreeSHAP; of the others it is the raw inputs themselves."""

_TOP = 20
"""Inputs of a table of all."""
_MOST_BINS = 60
"""Rows of the table of weights on the page, whole inputs only."""


def write_section(
    reported: str,
    importances: pd.DataFrame,
    contributions: Mapping[str, pd.DataFrame],
    directions: pd.DataFrame,
    evidence: pd.DataFrame,
    strengths: pd.DataFrame,
    cases: pd.DataFrame,
    lender_set: Collection[str],
    protected: Collection[str],
) -> Section:
    """Write the chapter.

    Args:
        reported: The reported model.
        importances: From `compare_importances`.
        contributions: From `summarise_contributions`, by model.
        directions: Rows of `compare_direction`.
        evidence: Rows of `observe`, the most important input first.
        strengths: Inputs of the model by information value: `label`, `information_value`, strongest first.
        cases: `case`, `row_number`, `probability`, `prediction`, `default`, `reasons`, and `reason`: the
            largest for the call that was made.
        lender_set: Inputs that are the lender's own judgement.
        protected: Names for people of the protected inputs that the model reads.

    Returns:
        The section.
    """
    against = int((directions["agreement"] == AGAINST).sum())
    agrees = int((directions["agreement"] == AGREES).sum())
    verdict: Verdict = "attention" if against else "good" if agrees else "none"
    importance = found_importance(importances, reported, lender_set)
    own = importances.loc[importances["model"] == reported]
    most = max(int(summary["rows"].iloc[0]) for summary in contributions.values())
    findings = [
        Finding(
            title="Which inputs the ranking rests on",
            look_for="Look for one input that outweighs all others, and for inputs that cost nothing.",
            found=importance,
            figure="explanation_importance_plot",
            table=_importance_table(importances, reported),
        ),
        *(
            Finding(
                title=f"Which inputs move the answers of {model}",
                look_for="Look at the inputs on top, and whether high values (orange) lie on one side.",
                found=f"{found_contributions(contributions[model], model)} "
                f"{_measured_on(int(contributions[model]['rows'].iloc[0]), most, model)}",
                figure=f"explanation_shap_{model}_plot",
            )
            for model in [reported, *(name for name in contributions if name != reported)]
        ),
        Finding(
            title="What the strongest inputs do",
            look_for="Look for lines that turn against the squares, and for steep ends where few loans lie.",
            found=found_effects(directions) + _left_out(protected),
            verdict=verdict,
            figure="explanation_effects_plot",
            table=_direction_table(directions, len(own)),
        ),
        Finding(
            title="What each input says alone",
            look_for=f"Look for an information value above {TOO_GOOD:g}.",
            found=found_evidence(strengths),
            table=table_of(
                strengths.head(_TOP),
                {
                    "label": Column(name="Input"),
                    "information_value": Column(name="Information value", format="number"),
                },
                f"Train rows.{_more(len(strengths) - _TOP, 'explanation_strengths_table')}",
            ),
        ),
        Finding(
            title="Weight of evidence",
            look_for="Look for weights that jump up and down from bin to bin, and for bins of few loans.",
            found=found_weights(evidence),
            figure="explanation_evidence_plot",
            table=_evidence_table(evidence),
        ),
        Finding(
            title="Single loans",
            look_for="Look whether a loan officer would accept the reasons, above all of the wrong calls.",
            found=found_cases(cases),
            table=_case_table(cases),
        ),
    ]
    return Section(
        key="explanation",
        title="Explanation",
        summary=importance.split(". ")[0].rstrip(".") + ". " + way_of_the_data(agrees, against),
        verdict=verdict,
        findings=tuple(findings),
        values={
            "inputs": float(len(own)),
            "inputs_without_importance": float((~detectable(own)).sum()),
            "strongest_drop": float(own["drop"].iloc[0]),
            "strongest_drop_low": float(own["low"].iloc[0]),
            "strongest_drop_high": float(own["high"].iloc[0]),
            "directions_with_the_data": float(agrees),
            "directions_against_the_data": float(against),
        },
    )


def _measured_on(rows: int, most: int, model: str) -> str:
    text = f"Measured on {rows:,} test rows"
    if rows < most:
        text += (
            f", not {most:,} as for other models: a large forest takes its time (`explanation.leaves`), and "
            "its shares are less certain"
        )
    text += f". The unit is the {UNITS[model]}."
    if model in TREES:
        text += " What a feature made of several inputs contributes is shared alike among them."
    return text


def _left_out(protected: Collection[str]) -> str:
    return f" Protected inputs ({', '.join(protected)}) are not drawn; see fairness." if protected else ""


def _importance_table(importances: pd.DataFrame, reported: str) -> Table:
    own = importances.loc[importances["model"] == reported, "input"]
    order = own.head(_TOP)
    ends = importances[["drop", "low", "high"]].itertuples(index=False, name=None)
    written = importances.assign(text=[with_interval(*of_input) for of_input in ends])
    wide = written.pivot_table("text", "input", "model", aggfunc="first").loc[order].reset_index()
    wide["label"] = wide["input"].map(importances.drop_duplicates("input").set_index("input")["label"])
    models = importances["model"].unique().tolist()
    columns = {"label": Column(name="Input")} | {model: Column(name=model) for model in models}
    caption = (
        "Drop in ROC AUC on validation rows with its interval. Features made of an input follow its shuffled "
        "value. Inputs that say the same stand in for one another and look weak."
        + _more(len(own) - _TOP, "explanation_importance_table")
    )
    return table_of(wide, columns, caption)


def _more(count: int, dataset: str) -> str:
    """Say how many inputs a table leaves out, and where they are."""
    return f" {plural(count, 'more input')} in the dataset `{dataset}`." if count > 0 else ""


def _direction_table(directions: pd.DataFrame, inputs: int) -> Table:
    columns = {
        "label": Column(name="Input"),
        "method": Column(name="Method"),
        "span": Column(name="Span of the probability", format="share"),
        "data": Column(name="Data"),
        "model": Column(name="Model"),
        "agreement": Column(name="Agreement"),
    }
    caption = (
        "ALE (accumulated local effects) moves each loan only a little, so that correlated inputs do not "
        "make impossible loans; partial dependence gives every loan each label. Test rows; the data's trend "
        "is that of weight of evidence on train rows, which holds all that goes along with an input."
    )
    if len(directions) < inputs:
        caption += f" The strongest that can be drawn, {len(directions)} of {inputs} (`explanation.inputs`)."
    return table_of(directions, columns, caption)


def _evidence_table(evidence: pd.DataFrame) -> Table:
    sizes = evidence.groupby("input", sort=False).size()
    kept = sizes.index[sizes.cumsum() <= max(_MOST_BINS, sizes.head(1).sum())]
    caption = (
        "Train rows, the inputs of the picture, in its order. WoE = ln(share of good loans / share of "
        "defaults) of the bin: higher is safer; IV: its part of the information value of these bins. "
        "The table before has bins of its own (`features.information_bins`) and takes rare labels together, "
        "so that its values differ from the sum of these."
    )
    caption += _more(len(sizes) - len(kept), "explanation_evidence_table")
    columns = {
        "label": Column(name="Input"),
        "bin": Column(name="Bin"),
        "n": Column(name="Loans", format="count"),
        "events": Column(name="Defaults", format="count"),
        "event_rate": Column(name="Default rate", format="share"),
        "low": Column(name="from", format="share"),
        "high": Column(name="to", format="share"),
        "woe": Column(name="WoE", format="number"),
        "iv": Column(name="IV", format="number"),
    }
    return table_of(evidence[evidence["input"].isin(kept)], columns, caption)


def _case_table(cases: pd.DataFrame) -> Table:
    shown = cases.assign(
        called=cases["prediction"].map({0: "repaid", 1: "Default"}),
        was=cases["default"].map({0: "repaid", 1: "default"}),
    )
    columns = {
        "case": Column(name="Case"),
        "row_number": Column(name="Row of the file", format="count"),
        "probability": Column(name="Probability", format="share"),
        "called": Column(name="Predicted"),
        "was": Column(name="Was"),
        "reasons": Column(name="Reasons, the largest first"),
    }
    caption = (
        "Test rows; the prediction is that at the threshold, not the policy. Reasons are what sets the loan "
        "apart from a typical application, as the service gives them. Protected values and anybody's own "
        "words are not shown."
    )
    return table_of(shown, columns, caption)
