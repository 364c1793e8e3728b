"""The chapter on value, written from the numbers."""

from __future__ import annotations

from typing import Any

import pandas as pd

from loan_default.evaluation.phrases import percent
from loan_default.evaluation.settings import EvaluationSettings
from loan_default.evaluation.value.measure import OTHER, Value
from loan_default.evaluation.value.naming import Naming
from loan_default.evaluation.value.policy_sentences import (
    edges_found,
    misplaced_edge,
    policy_found,
    policy_rules,
    policy_worth_found,
    whole_policies,
)
from loan_default.evaluation.value.rules import BEST, EACH, POLICY, POLICY_STRICT, THRESHOLD
from loan_default.evaluation.value.section_tables import (
    policies_for_people,
    rules_for_people,
    swaps_for_people,
)
from loan_default.evaluation.value.sentences import (
    acceptance_found,
    best_cutoff_found,
    by_name,
    price_found,
    swap_found,
    worth_found,
)
from loan_default.evaluation.value.settings import ValueSettings
from loan_default.report.section import Finding, Section, Verdict, worst


def write_section(
    value: Value, settings: ValueSettings, evaluation: EvaluationSettings, names: Naming
) -> Section:
    """Write the chapter.

    Args:
        value: What was measured.
        settings: Costs.
        evaluation: Confidence of the intervals.
        names: Names for people.

    Returns:
        The section.
    """
    findings = (
        Finding(
            title="Profit by cut-off",
            look_for="Look for where profit is highest and how far the cut-off can move before it matters.",
            found=best_cutoff_found(value, settings, evaluation.confidence, names),
            figure="value_cutoffs_plot",
        ),
        Finding(
            title="What the policy is worth",
            look_for="Look for rules that earn more than accepting all, and than another order of the loans.",
            found=" ".join(
                (policy_worth_found(value, names), edges_found(value, settings), worth_found(value, names))
            ),
            verdict=_worth_verdict(value),
            table=rules_for_people(value, names),
        ),
        Finding(
            title="Acceptance rate against default rate",
            look_for="Look for the lower curve: as many loans granted, fewer of them in default.",
            found=acceptance_found(value, names),
            figure="value_acceptance_plot",
        ),
        Finding(
            title="Swap sets",
            look_for="Look for whether those who come in default less and earn more than those who go out.",
            found=swap_found(value, names),
            verdict=_swap_verdict(value),
            figure="value_swaps_plot",
            table=swaps_for_people(value, names),
        ),
        Finding(
            title="Break-even price by risk band",
            look_for="Look for bands that are charged less than what they need to break even.",
            found=price_found(value, settings, names),
            verdict=_price_verdict(value, names),
            figure="value_prices_plot",
        ),
        Finding(
            title="Accept, refer, decline",
            look_for="Look for policies that refuse loans which earn, or accept loans which lose.",
            found=policy_found(value, names),
            verdict=_policy_verdict(value),
            table=policies_for_people(value, names),
        ),
        Finding(
            title="What these sums rest on",
            look_for="Look for assumptions that do not hold for your book.",
            found=" ".join(_assumptions(settings, names)),
        ),
    )
    return Section(
        key="value",
        title="Business value",
        summary=" ".join(
            filter(None, (policy_worth_found(value, names), _worse(value, names), _lacking(names)))
        ),
        verdict=worst(finding.verdict for finding in findings),
        findings=findings,
        values=_values(value),
    )


def _worth_verdict(value: Value) -> Verdict:
    """Judge the policy, granting the referred or refusing them; bad is a model no cut-off of which helps."""
    best, rules = by_name(value.rules)[BEST], policy_rules(value)
    against = [key for key in ("over_all", "over_lender") if key in value.rules]
    if any(best[f"{key}_high"] < 0 for key in against):
        return "bad"
    if misplaced_edge(value) or all(rule["over_all_high"] < 0 for rule in rules):
        return "attention"
    near_best = [rule for rule in rules if rule["over_best_high"] >= 0]
    return "good" if any(rule[f"{key}_low"] > 0 for rule in near_best for key in against) else "none"


def _price_verdict(value: Value, names: Naming) -> Verdict:
    priced = value.prices.dropna(subset="break_even")
    if not names.rates or priced.empty:
        return "none"
    return "attention" if (priced["break_even_low"] > priced["charged"]).any() else "good"


def _policy_verdict(value: Value) -> Verdict:
    whole = whole_policies(value)
    refuses_earning = "decline" in whole and whole["decline"]["money_low"] > 0
    accepts_losing = "accept" in whole and whole["accept"]["money_high"] < 0
    return "attention" if refuses_earning or accepts_losing else "none"


def _swap_verdict(value: Value) -> Verdict:
    """Judge by money: with as many granted, does the reported model surely earn less than the other?"""
    return "attention" if value.swap_money[2] < 0 else "none"


def _worse(value: Value, names: Naming) -> str:
    """Say on the first page, too, that the other model earns more."""
    if _swap_verdict(value) == "none":
        return ""
    return f"With as many granted, {names.model} {names.earns(value.swap_money, names.other)}."


def _assumptions(settings: ValueSettings, names: Naming) -> list[str]:
    lost = f"A default loses {percent(settings.loss_given_default, 0)} of the amount"
    if names.rates:
        earned = (
            f"a good loan earns its own rate less {percent(settings.funding_rate)} a year for funding, on "
            f"the balance of equal instalments, {percent(settings.interest_earned, 0)} of it after early "
            "repayment"
        )
    else:
        earned = f"a good loan earns {percent(settings.margin, 0)} of the amount over its life, an assumption"
    texts = [
        f"{lost}; {earned}. Granting nothing is zero; running costs are left out.",
        "All of it is seen on loans that were granted: what refused applicants would have done is unknown, "
        "and nothing here speaks of them.",
        _lacking(names),
    ]
    if names.lender and names.sees_grade:
        texts.append(
            f"The models may use {names.lender} and whatever else the lender set: the gain over it is what "
            "they add."
        )
    return [text for text in texts if text]


def _lacking(names: Naming) -> str:
    """Say what the portfolio does not know."""
    texts = []
    if not names.amounts:
        texts.append("The portfolio names no amount: every loan counts as one, and money is in loan amounts.")
    if not names.lender:
        texts.append("The portfolio names no grade of the lender's own to compare with.")
    return " ".join(texts)


def _values(value: Value) -> dict[str, float]:
    best = value.best
    values: dict[str, Any] = {
        "best_cutoff": best.cutoff,
        "best_cutoff_low": best.low,
        "best_cutoff_high": best.high,
        "flat_low": best.around[0],
        "flat_high": best.around[1],
    }
    rules = by_name(value.rules)
    rows = {
        "policy_accepted": rules.get(POLICY_STRICT, rules[POLICY]),
        "policy_accepted_and_referred": rules[POLICY],
        "best_cutoff": rules[BEST],
        "threshold": rules[THRESHOLD],
        "expected_profit": rules[EACH],
    }
    for key, row in rows.items():
        for name in ("money", "over_all", "over_best", "over_lender", f"over_{OTHER}"):
            if name in row and (key, name) != ("best_cutoff", "over_best"):
                values |= {f"{key}_{name}{end}": row[f"{name}{end}"] for end in ("", "_low", "_high")}
    swaps = (("swap_rate_difference", value.swap_rate), ("swap_money_difference", value.swap_money))
    for key, found in swaps:
        values |= dict(zip((key, f"{key}_low", f"{key}_high"), found, strict=True))
    return {key: float(number) for key, number in values.items() if not pd.isna(number)}
