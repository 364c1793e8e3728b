"""The chapter on decisions, written from its numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from loan_default.evaluation.decisions.threshold import FLAT
from loan_default.evaluation.multiple_testing import holm
from loan_default.evaluation.phrases import listed, percent, with_interval
from loan_default.evaluation.records import highest, records
from loan_default.report.section import Column, Finding, Section, Table, Verdict, table_of, worst

BEYOND_CHANCE = 0.05
"""Level, adjusted for all neighbours, from which bands out of order are more than chance."""

Rates = Mapping[str, tuple[float, float, float]]

_RATE = {
    "n": Column(name="Loans", format="count"),
    "events": Column(name="Defaults", format="count"),
    "event_rate": Column(name="Observed", format="share"),
    "event_rate_low": Column(name="from", format="share"),
    "event_rate_high": Column(name="to", format="share"),
    "mean_probability": Column(name="Expected", format="share"),
}
_WORDS = {
    "approval_rate": "approved, of all loans",
    "approved_default_rate": "in default, of the approved",
    "refused_default_rate": "in default, of the refused",
    "defaults_caught": "refused, of the defaults",
    "goods_refused": "refused, of the good loans",
}


def describe_decisions(
    score_bands: pd.DataFrame,
    score_pairs: pd.DataFrame,
    risk_bands: pd.DataFrame,
    risk_pairs: pd.DataFrame,
    threshold: Mapping[str, Any],
    rates: Rates,
    confusion: Mapping[str, int],
    beside: pd.DataFrame,
    flat: tuple[pd.Series, pd.Series],
) -> Section:
    """Write the chapter.

    Args:
        score_bands: From `band_rates`.
        score_pairs: Their neighbours out of order.
        risk_bands: From `named_band_rates`.
        risk_pairs: Their neighbours out of order.
        threshold: Record of the threshold: `value`, `reason`.
        rates: From `decision_rates`.
        confusion: From `confusion_counts`.
        beside: From `at_thresholds`, the threshold and its neighbours.
        flat: From `flat_stretch`.
    """
    findings = (
        _of_score_bands(score_bands, score_pairs),
        _of_risk_bands(risk_bands, risk_pairs),
        _of_threshold(threshold, rates, confusion),
        _of_neighbours(beside, flat),
    )
    first, *_, last = records(score_bands)
    summary = (
        f"{percent(first['event_rate'])} of the loans in the riskiest band default, "
        f"{percent(last['event_rate'])} in the safest; {order_words(score_pairs)}. Refusing from a "
        f"probability of {percent(threshold['value'])} approves {percent(rates['approval_rate'][0])} of the "
        "loans"
        + (
            f", of which {percent(rates['approved_default_rate'][0])} default"
            if "approved_default_rate" in rates
            else ""
        )
        + "."
    )
    return Section(
        key="decisions",
        title="Score bands and threshold",
        summary=summary,
        verdict=worst(finding.verdict for finding in findings),
        findings=findings,
        values={
            "score_bands": float(len(score_bands)),
            "score_bands_out_of_order": float(len(score_pairs)),
            "score_bands_out_of_order_beyond_chance": float(_beyond(score_pairs)),
            "risk_bands_out_of_order_beyond_chance": float(_beyond(risk_pairs)),
            "risk_bands_outside_their_range": float(
                risk_bands["against_range"].isin(["above", "below"]).sum()
            ),
            "threshold": float(threshold["value"]),
            "f1": float(beside.loc[beside["multiple"] == 1, "f1"].iloc[0]),
            **{
                f"{name}{end}": value
                for name, values in rates.items()
                for end, value in zip(("", "_low", "_high"), values, strict=True)
            },
            "flat_from": float(flat[0]["threshold"]),
            "flat_to": float(flat[1]["threshold"]),
        },
    )


def order_words(pairs: pd.DataFrame) -> str:
    """Say which neighbouring bands are out of order, and whether by more than chance.

    Args:
        pairs: From `out_of_order`.
    """
    if pairs.empty:
        return "the observed rate falls from every band to the next"
    sure = pairs.loc[pairs["adjusted_p"] < BEYOND_CHANCE]
    named = listed([f"{pair.safer} above {pair.riskier}" for pair in pairs.itertuples()])
    if len(sure):
        named = listed([f"{pair.safer} above {pair.riskier}" for pair in sure.itertuples()])
        return f"bands are out of order by more than chance ({named})"
    return f"bands are out of order ({named}), by no more than chance explains"


def _beyond(pairs: pd.DataFrame) -> int:
    return int((pairs["adjusted_p"] < BEYOND_CHANCE).sum())


def _of_score_bands(table: pd.DataFrame, pairs: pd.DataFrame) -> Finding:
    off = table.loc[
        (table["mean_probability"] < table["event_rate_low"])
        | (table["mean_probability"] > table["event_rate_high"])
    ]
    sure = bool((holm(table["p_value"].to_numpy()) < BEYOND_CHANCE).any())
    if off.empty:
        calibrated = "in each of them the expected rate lies inside the interval of the observed one"
    else:
        words = [
            f"{row['band']} (expected {percent(row['mean_probability'])}, observed "
            f"{percent(row['event_rate'])})"
            for row in records(off)
        ]
        chance = "more than chance explains" if sure else "no more than chance explains in so many bands"
        calibrated = f"the expected rate lies outside the interval in band {listed(words)}, {chance}"
    first, *_, last = records(table)
    fall = (
        f"from {percent(first['event_rate'])} to {percent(last['event_rate'])}, "
        f"{first['event_rate'] / last['event_rate']:.1f} times less"
        if last["events"]
        else f"from {percent(first['event_rate'])} to none"
    )
    return Finding(
        title="Score bands",
        look_for="Observed default rates should fall from band to band, and the expected rate should lie "
        "inside each interval.",
        found=f"Over {len(table)} bands the default rate runs {fall}: {order_words(pairs)}; {calibrated}.",
        verdict="bad" if _beyond(pairs) else "attention" if sure else "good",
        figure="decisions_bands_plot",
        table=table_of(
            table,
            {
                "band": Column(name="Band", format="count"),
                **_RATE,
                "cumulative_capture": Column(name="Defaults so far", format="share"),
                "lift": Column(name="Lift", format="number"),
                "ks": Column(name="KS", format="number"),
            },
            "Test rows in bands of equal count, riskiest first. Lift: default rate of the band over that of "
            "all.",
        ),
    )


def _of_risk_bands(table: pd.DataFrame, pairs: pd.DataFrame) -> Finding:
    outside = table.loc[table["against_range"].isin(["above", "below"])]
    empty = table.loc[table["n"] == 0, "band"].tolist()
    if outside.empty:
        words = "No band's default rate lies outside its range by more than chance"
    else:
        words = "Outside of their range lie " + listed(
            [
                f"{row['band']} (observed {percent(row['event_rate'])}, {row['against_range']} "
                f"{percent(row['range_high' if row['against_range'] == 'above' else 'range_low'])})"
                for row in records(outside)
            ]
        )
    largest = highest(table, "share")
    words += f"; {order_words(pairs)}. {percent(largest['share'])} of the loans are in '{largest['band']}'"
    words += f"; no test loan is in {listed(empty)}." if empty else "."
    verdict: Verdict = "bad" if _beyond(pairs) else "good" if outside.empty else "attention"
    return Finding(
        title="Risk bands of the service",
        look_for="Each named band should default as often as its range says, none more than a riskier one.",
        found=words,
        verdict=verdict,
        figure="decisions_bands_plot",
        table=table_of(
            table,
            {
                "band": Column(name="Band"),
                "range_low": Column(name="Range from", format="share"),
                "range_high": Column(name="up to", format="share"),
                "share": Column(name="Share of loans", format="share"),
                **_RATE,
                "against_range": Column(name="Observed rate"),
            },
            "Test rows by the risk bands of `service.bands`, riskiest first.",
        ),
    )


def _of_threshold(threshold: Mapping[str, Any], rates: Rates, confusion: Mapping[str, int]) -> Finding:
    shown = {name: with_interval(*values, form=".1%") for name, values in rates.items()}
    found = (
        f"Refusing from {percent(threshold['value'])} catches {shown['defaults_caught']} of the defaults and "
        f"refuses {shown['goods_refused']} of the good loans: {shown['approval_rate']} are approved"
    )
    if "approved_default_rate" in shown:
        found += f", of which {shown['approved_default_rate']} default"
    if "refused_default_rate" in shown:
        goods_per_default = confusion["false_positives"] / max(confusion["true_positives"], 1)
        found += f". For each default refused, {goods_per_default:.1f} good loans are refused with it"
    rows = (
        ("refused", confusion["true_positives"], confusion["false_positives"]),
        ("approved", confusion["false_negatives"], confusion["true_negatives"]),
    )
    table = Table(
        columns=(
            Column(name="Test loans"),
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


def _of_neighbours(beside: pd.DataFrame, flat: tuple[pd.Series, pd.Series]) -> Finding:
    low, high = flat
    at = beside.loc[beside["multiple"] == 1].iloc[0]
    width = high["threshold"] - low["threshold"]
    found = (
        f"F1 ({at['f1']:.3f} here) stays within {FLAT:g} from {percent(low['threshold'])} to "
        f"{percent(high['threshold'])}, between which the approval rate runs from "
        f"{percent(low['approval_rate'])} to {percent(high['approval_rate'])} and the default rate of the "
        f"approved from {_rate(low['approved_default_rate'])} to {_rate(high['approved_default_rate'])}"
    )
    freedom = high["approval_rate"] - low["approval_rate"]
    found += (
        ": F1 cannot say where in this stretch it should lie; costs can."
        if freedom > 0.1
        else f": a stretch of {100 * width:.1f} points, so its place matters."
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
