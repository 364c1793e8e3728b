"""The chapter on decisions, written from its numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from loan_default.evaluation.decisions.band_findings import (
    beyond_chance,
    of_risk_bands,
    of_score_bands,
    order_words,
)
from loan_default.evaluation.decisions.rule_findings import (
    Rates,
    of_neighbours,
    of_policy,
    of_threshold,
    policy_words,
)
from loan_default.evaluation.phrases import percent
from loan_default.evaluation.records import records
from loan_default.evaluation.risk_bands import POLICIES
from loan_default.report.section import Section, worst


def describe_decisions(
    score_bands: pd.DataFrame,
    score_pairs: pd.DataFrame,
    risk_bands: pd.DataFrame,
    risk_pairs: pd.DataFrame,
    policies: pd.DataFrame,
    pairs: pd.DataFrame,
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
        policies: From `policy_rates`, by policy.
        pairs: From `policy_rates`, by policy and prediction.
        threshold: Record of the threshold: `value`, `reason`.
        rates: From `decision_rates`.
        confusion: From `confusion_counts`.
        beside: From `at_thresholds`, the threshold and its neighbours.
        flat: From `flat_stretch`.
    """
    findings = (
        of_score_bands(score_bands, score_pairs),
        of_risk_bands(risk_bands, risk_pairs),
        of_policy(policies, pairs, threshold["value"]),
        of_threshold(threshold, rates, confusion),
        of_neighbours(beside, flat),
    )
    first, *_, last = records(score_bands)
    summary = (
        f"{percent(first['event_rate'])} of the loans in the riskiest band default, "
        f"{percent(last['event_rate'])} in the safest; {order_words(score_pairs)}. {policy_words(policies)}"
    )
    return Section(
        key="decisions",
        title="Score bands, policy and threshold",
        summary=summary,
        verdict=worst(finding.verdict for finding in findings),
        findings=findings,
        values={
            "score_bands": float(len(score_bands)),
            "score_bands_out_of_order": float(len(score_pairs)),
            "score_bands_out_of_order_beyond_chance": float(beyond_chance(score_pairs)),
            "risk_bands_out_of_order_beyond_chance": float(beyond_chance(risk_pairs)),
            "risk_bands_outside_their_range": float(
                risk_bands["against_range"].str.endswith("beyond chance").sum()
            ),
            "risk_bands_off_expected_beyond_chance": float(
                risk_bands["against_expected"].str.endswith("beyond chance").sum()
            ),
            **{
                f"policy_{name}_share": float(policies.loc[policies["policy"] == name, "share"].sum())
                for name in POLICIES
            },
            "policy_against_prediction_share": float(pairs.loc[pairs["disagree"], "share"].sum()),
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
