"""What was found about the policy of the risk bands, in sentences."""

from __future__ import annotations

from typing import Any

from loan_default.evaluation.phrases import percent
from loan_default.evaluation.value.book import PER
from loan_default.evaluation.value.measure import Value
from loan_default.evaluation.value.naming import Naming
from loan_default.evaluation.value.rules import POLICY, POLICY_STRICT
from loan_default.evaluation.value.sentences import by_name, ends
from loan_default.evaluation.value.settings import ValueSettings


def policy_rules(value: Value) -> list[dict[Any, Any]]:
    """Return the rows of the policy as a rule: the referred refused (if there are any), and granted."""
    rules = by_name(value.rules)
    return [rules[name] for name in (POLICY_STRICT, POLICY) if name in rules]


def policy_worth_found(value: Value, names: Naming) -> str:
    """Say what the policy earns over accepting all and over the best cut-off."""
    rules = policy_rules(value)
    texts = []
    for rule in rules:
        if len(rules) == 1:
            which = "the policy of the risk bands"
        elif rule["name"] == POLICY_STRICT:
            which = "the policy of the risk bands, if all the referred are refused,"
        else:
            which = "If all the referred are granted, it"
        over_all, over_best = ends(rule, "over_all"), ends(rule, "over_best")
        texts.append(
            f"{which} grants {percent(rule['share'])}: that {names.earns(over_all, 'accepting all')}, and "
            f"{names.earns(over_best, 'the best cut-off')}."
        )
    return f"Per {PER:,} applications {' '.join(texts)}"


def misplaced_edge(value: Value) -> dict[Any, Any] | None:
    """Find the edge of the policy that costs money where it lies.

    Returns:
        The rule that grants up to the edge nearest to the best cut-off, if it is surely worse than the best
        and does not come near it on validation rows. None where the best lies among the referred.
    """
    rules, best = policy_rules(value), value.best
    if rules[0]["cutoff"] < best.cutoff < rules[-1]["cutoff"]:
        return None
    nearest = _nearest(value)
    low, high = best.around
    near = low <= nearest["cutoff"] <= high
    return nearest if nearest["over_best_high"] < 0 and not near else None


def edges_found(value: Value, settings: ValueSettings) -> str:
    """Say whether the edges of the risk bands lie right by money, and which to move if not."""
    best, rules = value.best, policy_rules(value)
    if best.profit <= 0:
        return "By money no edge of the bands is low enough: nothing earns at these costs."
    accepted, granted = rules[0]["cutoff"], rules[-1]["cutoff"]
    moved = misplaced_edge(value)
    if moved is None:
        text = "By money no edge of the bands has to move"
        if accepted < best.cutoff < granted:
            return (
                f"{text}: the best cut-off, {best.cutoff:.3f}, lies among the referred ({accepted:.3f} to "
                f"{granted:.3f}), where a person decides."
            )
        nearest = _nearest(value)
        if nearest["over_best_high"] >= 0:
            judged = f"earns no less than the best cut-off, {best.cutoff:.3f}, as far as can be told"
        else:
            judged = (
                f"comes within {percent(settings.flat_within, 0)} of the best cut-off, {best.cutoff:.3f}, on "
                "validation rows, which choose, though it earns less on test rows"
            )
        return f"{text}: the nearest, {nearest['cutoff']:.3f}, {judged}."
    if best.cutoff >= 1:
        return "By money nobody should be declined: let the riskiest of `service.bands` refer or accept."
    what = "accept only up to" if best.cutoff < moved["cutoff"] else "decline only from"
    low, high = best.around
    return (
        f"By money, {what} {best.cutoff:.3f} instead of {moved['cutoff']:.3f}: let a band of `service.bands` "
        f"end there (`up_to`) and its `policy` change there. Edges from {low:.3f} to {high:.3f} come within "
        f"{percent(settings.flat_within, 0)} of the best."
    )


def _nearest(value: Value) -> dict[Any, Any]:
    """Return the rule that grants up to the edge nearest to a best cut-off outside the referred."""
    rules = policy_rules(value)
    return rules[0] if value.best.cutoff <= rules[0]["cutoff"] else rules[-1]


def policy_found(value: Value, names: Naming) -> str:
    """Say what each policy holds, and whether referral and refusal pay."""
    whole = whole_policies(value)
    held = [
        f"{policy} holds {percent(row['share'])} of applications, {percent(row['event_rate'])} in default"
        for policy, row in whole.items()
        if row["n"]
    ]
    text = "; ".join(held).capitalize() + "."
    per = f"per {PER:,} applications"
    if "decline" in whole and whole["decline"]["n"]:
        text += _if_granted(
            whole["decline"],
            names,
            f"The declined would have earned {{}} {per}.",
            f"Declining spares {{}} {per}.",
            "Whether declining pays cannot be told.",
        )
    if "refer" in whole and whole["refer"]["loss"]:
        cost, loss = whole["refer"]["referral_cost"], whole["refer"]["loss"]
        text += _if_granted(
            whole["refer"],
            names,
            f"The referred earn {{}} {per} if all are granted.",
            f"The referred lose {{}} {per} if all are granted.",
            "Whether granting the referred pays cannot be told.",
        )
        text += (
            f" Looking at the referred costs {names.money(cost)} {per}; it pays if it "
            f"avoids more than {percent(cost / loss)} of their losses and refuses no good loan."
        )
    return text


def _if_granted(row: dict[Any, Any], names: Naming, earns: str, loses: str, unsure: str) -> str:
    """Choose the sentence for what the loans of a policy come to if they are granted, and fill in the sum."""
    money, low, high = ends(row, "money")
    if low > 0:
        return f" {earns.format(names.money_ends((money, low, high)))}"
    if high < 0:
        return f" {loses.format(names.money_ends((-money, -high, -low)))}"
    return f" {unsure}"


def whole_policies(value: Value) -> dict[str, dict[Any, Any]]:
    """Return the rows of the policy table for whole policies, by policy."""
    return by_name(value.policies[value.policies["band"].isna()], "policy")
