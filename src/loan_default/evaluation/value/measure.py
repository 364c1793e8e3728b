"""What is measured of value: the cut-off is chosen on validation rows, everything else is of test rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from loan_default.evaluation.risk_bands import Band, policy_edges
from loan_default.evaluation.settings import EvaluationSettings
from loan_default.evaluation.value.book import open_book
from loan_default.evaluation.value.cutoffs import (
    BestCutoff,
    best_cutoff,
    cutoff_grid,
    cutoff_table,
    is_granted,
)
from loan_default.evaluation.value.holdings import Ends
from loan_default.evaluation.value.policies import band_sets, policy_table
from loan_default.evaluation.value.pricing import price_table
from loan_default.evaluation.value.rules import (
    ALL,
    BEST,
    EACH,
    POLICY,
    POLICY_STRICT,
    THRESHOLD,
    acceptance_table,
    rule_table,
    same_rate_table,
)
from loan_default.evaluation.value.settings import ValueSettings
from loan_default.evaluation.value.swaps import swap_sets, swap_table
from loan_default.frames import DEFAULT, PART, ROW_ID, TEST, VALIDATION, in_part

MODEL, OTHER, LENDER = "model", "other_model", "lender"
"""Orders of loans: by the reported model, by the model it is compared with, by the lender's own grade."""


@dataclass(frozen=True)
class Value:
    """What decisions are worth.

    Attributes:
        best: Best cut-off on validation rows.
        cutoffs: `cutoff_table` of validation and test rows, with `part`.
        rules: `rule_table`, with `cutoff` where the rule is one; a policy is, by the edges of its bands.
        acceptance: `acceptance_table`.
        same_rate: `same_rate_table` for as many as the policy accepts without referral.
        swaps: `swap_table` for as many.
        swap_rate: Event rate of those who come in less that of those who go out.
        swap_money: Money of the same, per 1,000 applications.
        prices: `price_table`.
        policies: `policy_table`.
    """

    best: BestCutoff
    cutoffs: pd.DataFrame
    rules: pd.DataFrame
    acceptance: pd.DataFrame
    same_rate: pd.DataFrame
    swaps: pd.DataFrame
    swap_rate: Ends
    swap_money: Ends
    prices: pd.DataFrame
    policies: pd.DataFrame


def join_loans(predictions: pd.DataFrame, other: pd.DataFrame, terms: pd.DataFrame) -> pd.DataFrame:
    """Put what is known of validation and test loans into one frame.

    Args:
        predictions: Predictions of the reported model.
        other: Predictions of the model it is compared with, over the same rows.
        terms: `row_id` and what is known of `amount`, `annual_rate`, `term_months`, `lender_grade`.

    Returns:
        The predictions and terms, `other_probability`, and instead of `lender_grade` a `lender_risk`: higher
        is riskier, the way up found on validation rows, loans without a grade in the middle.
    """
    loans = predictions[predictions[PART].isin([VALIDATION, TEST])]
    second = other[[ROW_ID, "probability"]].rename(columns={"probability": "other_probability"})
    for known in (second, terms):
        loans = loans.merge(known, on=ROW_ID, validate="one_to_one")
    if "lender_grade" not in loans:
        return loans
    grade = loans["lender_grade"].fillna(loans["lender_grade"].median())
    seen = loans[PART] == VALIDATION
    events, goods = grade[seen & (loans[DEFAULT] == 1)], grade[seen & (loans[DEFAULT] == 0)]
    riskier_up = events.mean() >= goods.mean()
    return loans.drop(columns="lender_grade").assign(lender_risk=grade if riskier_up else -grade)


def measure_value(
    loans: pd.DataFrame,
    threshold: float,
    bands: Sequence[Band],
    settings: ValueSettings,
    evaluation: EvaluationSettings,
    seed: int,
) -> Value:
    """Measure what decisions are worth.

    Args:
        loans: From `join_loans`.
        threshold: Probability from which the model predicts a default.
        bands: The service's risk bands with their policies, from 0 to 1, lowest first.
        settings: Costs.
        evaluation: Confidence and resamples.
        seed: Seed of the bootstrap.

    Returns:
        See `Value`.
    """
    book = open_book(loans, settings)
    seen, test = (in_part(book, part).reset_index(drop=True) for part in (VALIDATION, TEST))
    best = best_cutoff(seen, settings.flat_within, evaluation, seed)

    p = test["probability"].to_numpy()
    cutoffs = {**_policy_cutoffs(bands), BEST: best.cutoff, THRESHOLD: threshold}
    granted = {
        ALL: np.ones(len(test)),
        **{rule: is_granted(p, cutoff).astype(float) for rule, cutoff in cutoffs.items()},
        EACH: (test["expected_gain"] > 0).to_numpy(dtype=float),
    }
    columns = {OTHER: "other_probability", LENDER: "lender_risk"}
    orders = {name: test[column].to_numpy() for name, column in columns.items() if column in test}
    rules = rule_table(test, granted, orders, evaluation, seed)
    rules.insert(1, "cutoff", rules["name"].map(cutoffs))

    every = {MODEL: p, **orders}
    accepted = granted.get(POLICY_STRICT, granted[POLICY]).sum()
    sets = swap_sets(p, orders[OTHER], accepted)
    swaps, swap_rate, swap_money = swap_table(test, sets, evaluation, seed)
    grid = cutoff_grid(test, best.cutoff)
    tables = [cutoff_table(rows, grid).assign(part=part) for part, rows in ((VALIDATION, seen), (TEST, test))]
    return Value(
        best=best,
        cutoffs=pd.concat(tables, ignore_index=True),
        rules=rules,
        acceptance=acceptance_table(test, every),
        same_rate=same_rate_table(test, every, accepted, evaluation, seed),
        swaps=swaps,
        swap_rate=swap_rate,
        swap_money=swap_money,
        prices=price_table(test, band_sets(p, bands), settings, evaluation, seed),
        policies=policy_table(test, bands, settings, evaluation, seed),
    )


def _policy_cutoffs(bands: Sequence[Band]) -> dict[str, float]:
    """Say below which probability a policy grants, the referred granted and, if there are any, refused."""
    accepted_up_to, declined_from = policy_edges(bands)
    strict = {POLICY_STRICT: accepted_up_to} if accepted_up_to < declined_from else {}
    return {POLICY: declined_from} | strict
