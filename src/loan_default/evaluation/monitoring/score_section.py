"""The chapter on the score and what is decided by it, written from its numbers."""

from __future__ import annotations

import pandas as pd

from loan_default.evaluation.monitoring.checking import Checks
from loan_default.evaluation.monitoring.facts import Watched
from loan_default.evaluation.monitoring.judging import GRAVE
from loan_default.evaluation.phrases import percent
from loan_default.evaluation.records import records
from loan_default.report.section import Column, Finding, Section, Table, table_of, worst

SCORE_FIGURE = "monitoring_score_plot"

SHARES = {
    "n": Column(name="Predictions", format="count"),
    "share": Column(name="Share now", format="share"),
    "share_low": Column(name="from", format="share"),
    "share_high": Column(name="to", format="share"),
    "share_then": Column(name="In training", format="share"),
    "share_refused": Column(name="Predicted to default", format="share"),
    "mean_probability": Column(name="Mean probability", format="share"),
}
SHARES_NOTE = "In training: rows held out from learning. From and to: interval of the share."


def describe_score(
    bands: pd.DataFrame, policies: pd.DataFrame, own: pd.DataFrame, checks: Checks, watched: Watched
) -> Section:
    """Write the chapter on the score: its drift, what is decided, the expected default rate.

    Args:
        bands: From `by_band`; empty where there is no prediction of the watched version.
        policies: From `by_policy`.
        own: Predictions of the watched version.
        checks: By key.
        watched: The model and its reference.
    """
    score, decisions = checks["score"], checks["decisions"]
    findings = []
    values = {}
    if len(own):
        mean, then = float(own["probability"].mean()), watched.reference.score.mean_probability
        refused, refused_then = float(own["prediction"].mean()), watched.reference.score.share_refused
        values = {"expected_default_rate": mean, "share_refused": refused}
        values |= {f"share_{row['policy']}": float(row["share"]) for row in records(policies)}
        granted = own.loc[own["prediction"] == 0, "probability"]
        of_granted = ""
        if 0 < len(granted) < len(own):
            values["expected_default_rate_granted"] = float(granted.mean())
            of_granted = f", of those not predicted to default {percent(float(granted.mean()))}"
        findings = [
            Finding(
                title="Distribution of the score",
                look_for="Bars alike; a shift to the right means riskier applicants, or another input.",
                found=score.found,
                verdict=score.verdict,
                figure=SCORE_FIGURE,
            ),
            Finding(
                title="Accepted, referred, declined",
                look_for="Shares as in training, whose loans had been granted: of all who apply more may be "
                "declined from the first day on.",
                found=f"{decisions.found}{_of_accepted(policies)}",
                verdict=decisions.verdict,
                table=_policies_table(policies),
            ),
            Finding(
                title="Risk bands",
                look_for="Shares as in training, unless the score has moved.",
                found=f"{percent(refused)} are predicted to default, {percent(refused_then)} in training; if "
                f"the model is right, {percent(mean)} of these loans will default ({percent(then)} in "
                f"training){of_granted}. {_largest_band(bands)}",
                table=_bands_table(bands),
            ),
        ]
    return Section(
        key="score",
        title="Score and decisions",
        summary=" ".join([score.found, *([decisions.found] if decisions.verdict in GRAVE else [])]),
        verdict=worst([score.verdict, decisions.verdict]),
        findings=tuple(findings),
        values=values,
    )


def _largest_band(bands: pd.DataFrame) -> str:
    change = (bands["share"] - bands["share_then"]).abs()
    row = records(bands.loc[[change.idxmax()]])[0]
    return (
        f"The largest change is in band {row['band']}: {percent(row['share_then'])} in training, "
        f"{percent(row['share'])} now."
    )


def _of_accepted(policies: pd.DataFrame) -> str:
    accepted = policies.loc[(policies["policy"] == "accept") & (policies["n"] > 0)]
    if accepted.empty:
        return ""
    rate = percent(float(accepted["mean_probability"].iloc[0]))
    return f" If the model is right, {rate} of those accepted will default."


def _policies_table(policies: pd.DataFrame) -> Table | None:
    return table_of(policies, {"policy": Column(name="Policy")} | SHARES, SHARES_NOTE)


def _bands_table(bands: pd.DataFrame) -> Table | None:
    return table_of(bands, {"band": Column(name="Risk band")} | SHARES, SHARES_NOTE)
