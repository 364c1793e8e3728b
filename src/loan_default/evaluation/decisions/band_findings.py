"""What is found of score bands and risk bands."""

from __future__ import annotations

import pandas as pd

from loan_default.evaluation.decisions.bands import BEYOND_CHANCE, holds_expected
from loan_default.evaluation.multiple_testing import holm
from loan_default.evaluation.phrases import listed, percent
from loan_default.evaluation.records import highest, records
from loan_default.report.section import Column, Finding, Verdict, table_of

RATE_COLUMNS = {
    "n": Column(name="Loans", format="count"),
    "events": Column(name="Defaults", format="count"),
    "event_rate": Column(name="Observed", format="share"),
    "event_rate_low": Column(name="from", format="share"),
    "event_rate_high": Column(name="to", format="share"),
    "mean_probability": Column(name="Expected", format="share"),
}


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


def beyond_chance(pairs: pd.DataFrame) -> int:
    """Count the pairs out of order by more than chance."""
    return int((pairs["adjusted_p"] < BEYOND_CHANCE).sum())


def _expected_words(table: pd.DataFrame) -> tuple[str, bool]:
    """Say which bands' expected rate is off by more than chance, and which by no more.

    Args:
        table: `band` and the columns of `observed_and_expected`, by band.

    Returns:
        The words, and whether any band is off by more than chance.
    """
    sure = pd.Series(holm(table["p_value"].to_numpy()) < BEYOND_CHANCE, index=table.index)
    outside = ~holds_expected(table) & ~sure
    off, near = (
        listed(
            [
                f"{row['band']} (expected {percent(row['mean_probability'])}, "
                f"observed {percent(row['event_rate'])})"
                for row in records(table.loc[which])
            ]
        )
        if which.any()
        else ""
        for which in (sure, outside)
    )
    if not off and not near:
        return "in each of them the expected rate lies inside the interval of the observed one", False
    words = f"the expected rate is off by more than chance explains in band {off}" if off else ""
    if near:
        words += "; it" if off else "the expected rate"
        words += f" lies outside the interval in band {near}, no more than chance explains in so many bands"
    return words, bool(off)


def of_score_bands(table: pd.DataFrame, pairs: pd.DataFrame) -> Finding:
    """Say how default falls over bands of equal count, and whether it is as expected."""
    calibrated, sure = _expected_words(table)
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
        verdict="bad" if beyond_chance(pairs) else "attention" if sure else "good",
        figure="decisions_bands_plot",
        table=table_of(
            table,
            {
                "band": Column(name="Band", format="count"),
                **RATE_COLUMNS,
                "cumulative_capture": Column(name="Defaults so far", format="share"),
                "lift": Column(name="Lift", format="number"),
                "ks": Column(name="KS", format="number"),
            },
            "Test rows in bands of equal count, riskiest first. Lift: default rate of the band over that of "
            "all.",
        ),
    )


def of_risk_bands(table: pd.DataFrame, pairs: pd.DataFrame) -> Finding:
    """Say whether the named bands hold what their ranges say and what the model expects."""
    outside = table.loc[table["against_range"].str.endswith("beyond chance")]
    empty = table.loc[table["n"] == 0, "band"].tolist()
    if outside.empty:
        words = "No band's default rate lies outside its range by more than chance"
    else:
        words = "Outside of their range lie " + listed(
            [
                f"{row['band']} (observed {percent(row['event_rate'])}, range {percent(row['range_low'], 0)} "
                f"to {percent(row['range_high'], 0)})"
                for row in records(outside)
            ]
        )
    calibrated, sure = _expected_words(table.loc[table["n"] > 0])
    words += f"; {calibrated}"
    largest = highest(table, "share")
    words += f"; {order_words(pairs)}. {percent(largest['share'])} of the loans are in '{largest['band']}'"
    words += f"; no test loan is in {listed(empty)}." if empty else "."
    verdict: Verdict = (
        "bad" if beyond_chance(pairs) else "good" if outside.empty and not sure else "attention"
    )
    return Finding(
        title="Risk bands of the service",
        look_for="Each named band should default as often as its range says and as the model expects, none "
        "more than a riskier one.",
        found=words,
        verdict=verdict,
        figure="decisions_bands_plot",
        table=table_of(
            table,
            {
                "band": Column(name="Band"),
                "range_low": Column(name="Range from", format="share"),
                "range_high": Column(name="up to", format="share"),
                "policy": Column(name="Policy"),
                "share": Column(name="Share of loans", format="share"),
                **RATE_COLUMNS,
                "against_range": Column(name="Observed against range"),
                "against_expected": Column(name="Observed against expected"),
            },
            "Test rows by the risk bands of `service.bands`, riskiest first. Beyond chance: p below "
            f"{BEYOND_CHANCE:g}, adjusted for all bands; inside the expected: the interval holds it.",
        ),
    )
