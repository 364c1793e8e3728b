"""Findings on what would change: without protected columns, and by thresholds of the groups' own."""

from __future__ import annotations

from loan_default.evaluation.fairness import sentences as say
from loan_default.evaluation.fairness.facts import FairnessFacts
from loan_default.evaluation.fairness.mitigation import (
    BLIND,
    BY_POLICY,
    GROUP_THRESHOLDS,
    ONE_THRESHOLD,
    SEEING,
)
from loan_default.evaluation.fairness.rule_effects import ENDS, MEASURES
from loan_default.evaluation.fairness.settings import FairnessSettings
from loan_default.evaluation.phrases import listed, percent, with_interval
from loan_default.evaluation.printed import as_printed
from loan_default.evaluation.records import Record, records
from loan_default.report.section import Column, Finding, Table, Verdict, table_of

STRONG_PROXY = 0.8
"""ROC AUC from which the features in use are said to give a group away."""

UNLAWFUL = (
    "Group thresholds use the protected column in each decision. In the United States that is disparate "
    "treatment under the Equal Credit Opportunity Act and Regulation B (12 CFR 1002) for sex, marital "
    "status, race, religion, national origin and, with exceptions, age; in the European Union "
    "equal-treatment law (for sex Directive 2004/113/EC, for ethnic origin 2000/43/EC) stands against it. It "
    "is measured here to show the price of closing a gap and goes into service nowhere: ask a lawyer first."
)


def blind_finding(facts: FairnessFacts) -> Finding:
    """Say what features from protected columns are worth."""
    found = "None of the protected columns can be a feature here, so there is nothing to leave out."
    if len(facts.features):
        uses = f"uses {listed(facts.used)}" if facts.used else "uses no protected column"
        compared = [_difference(row, bool(facts.used)) for row in records(facts.features)]
        found = (
            f"The model {uses}. {' '.join(compared)} (Two LightGBM models trained on the same "
            "rows, compared on the test rows.)"
        )
    return Finding(
        title="What protected columns are worth",
        look_for="What leaving out every feature from protected columns costs, or what they would add.",
        found=found,
    )


def _difference(row: Record, in_use: bool) -> str:
    auc = row["metric"] == "roc_auc"
    name, digits = ("ROC AUC", 3) if auc else ("Brier score", 4)
    numbers = (
        f"{row['without_protected']:.{digits}f} without, {row['with_protected']:.{digits}f} with, "
        f"difference {with_interval(row['difference'], row['low'], row['high'], f'+.{digits}f')}"
    )
    low, high = (as_printed(row[end], f".{digits}f") for end in ("low", "high"))
    if low <= 0 <= high:
        return f"{name} is level: {numbers}."
    # Of a Brier score less is better.
    worse_without = (row["difference"] < 0) == auc
    if in_use:
        return f"{name} is {'worse' if worse_without else 'better'} without them: {numbers}."
    return f"{name} would be {'better' if worse_without else 'worse'} with them: {numbers}."


def proxy_finding(facts: FairnessFacts) -> Finding:
    """Say how well the features in use give each protected column away."""
    best = _best_guessed(facts)
    strong = given_away(facts)
    verdict: Verdict = "none"
    found = "No column has two groups to be told apart."
    if best:
        verdict = "attention" if strong else "good"
        guesses = [
            f"{say.of_group(row, facts.described)} (ROC AUC {say.with_ends(row, 'roc_auc')})"
            for row in best.values()
        ]
        found = f"Best guessed by trees from the other features: {'; '.join(guesses)}. " + (
            f"Leaving out {listed(strong)} does not hide {'it' if len(strong) == 1 else 'them'}."
            if strong
            else f"None reaches {STRONG_PROXY:g}."
        )
    return Finding(
        title="Proxies",
        look_for="A group that other features give away (0.5: not at all, 1: fully) can be treated by "
        "them as if its column were one of them.",
        found=found,
        verdict=verdict,
    )


def given_away(facts: FairnessFacts) -> list[str]:
    """Name the protected columns, for people, that the features in use give away."""
    return [
        facts.described[column]
        for column, row in _best_guessed(facts).items()
        if as_printed(row["roc_auc"]) >= STRONG_PROXY
    ]


def _best_guessed(facts: FairnessFacts) -> dict[str, Record]:
    """Return by column the group that is guessed best, the best of all first."""
    best: dict[str, Record] = {}
    for row in sorted(records(facts.proxies), key=lambda row: -row["roc_auc"]):
        best.setdefault(row["column"], row)
    return best


def mitigation_finding(facts: FairnessFacts, settings: FairnessSettings) -> Finding:
    """Say how far gaps close by what was asked for, and at what price."""
    blind = settings.mitigation == "group_blind"
    before, after, beside = (
        (SEEING, BLIND, BY_POLICY) if blind else (BY_POLICY, GROUP_THRESHOLDS, ONE_THRESHOLD)
    )
    by_rule = {(row["column"], row["rule"]): row for row in records(facts.mitigation)}
    columns = list(dict.fromkeys(column for column, _ in by_rule))
    changes = [
        f"{facts.described[column]}: {_change(*(by_rule[column, rule] for rule in (before, after, beside)))}"
        for column in columns
    ]
    measured = " ".join(changes) or "No column has two groups that could be treated."
    if not blind:
        closing = UNLAWFUL
    else:
        closing = "Both models approve as large a share of validation rows as the policy accepts." + (
            "" if facts.used else " The reported model is group-blind already."
        )
    return Finding(
        title="Group-blind features" if blind else "A threshold for each group",
        look_for="How far the gaps close, and what that costs in defaults approved and repaid loans not "
        "approved.",
        found=f"{measured} {closing}",
        verdict="none" if blind else "attention",
        table=_rules(facts, blind=blind),
    )


def _change(old: Record, new: Record, beside: Record) -> str:
    def ends(name: str, times: float = 1.0, form: str = "+.1f") -> str:
        value, low, high = (times * new[f"{name}_change{end}"] for end in ENDS)
        return with_interval(value, low, high, form)

    def gap(name: str) -> str:
        return f"from {percent(old[name])} to {percent(new[name])} ({ends(name, 100)} points)"

    return (
        f"from '{old['rule']}' to '{new['rule']}' the lowest approval ratio goes from "
        f"{old['lowest_ratio']:.2f} to {new['lowest_ratio']:.2f} ({ends('lowest_ratio', form='+.2f')}; "
        f"'{beside['rule']}': {beside['lowest_ratio']:.2f}), the gap in defaults not approved "
        f"{gap('true_positive_rate_gap')}, in repaid loans not approved {gap('false_positive_rate_gap')}, "
        f"with {ends('defaults_approved_per_1000', form='+.0f')} defaults approved and "
        f"{ends('goods_not_approved_per_1000', form='+.0f')} repaid loans not approved per 1,000 "
        "applications."
    )


def _rules(facts: FairnessFacts, *, blind: bool) -> Table:
    caption = "Test rows; intervals by paired bootstrap, for the rules as they stand."
    if not blind:
        caption += (
            f" Thresholds are fitted on validation rows. '{BY_POLICY}' approves what the risk bands accept; "
            "the other two both seek balanced accuracy, so that between them only the groups differ."
        )

    def written(row: Record, name: str, form: str) -> str:
        value, low, high = (row[f"{name}{end}"] for end in ENDS)
        return with_interval(value, low, high, form)

    forms = dict(zip(MEASURES, (".2f", ".1%", ".1%", ".1%", ".0f", ".0f"), strict=True))
    rows = records(facts.mitigation)
    texts = {name: [written(row, name, form) for row in rows] for name, form in forms.items()}
    return table_of(
        facts.named(facts.mitigation.assign(**texts)),
        {
            "column": Column(name="Column"),
            "rule": Column(name="Decided by"),
            "approval_rate": Column(name="Approved", format="share"),
            "lowest_ratio": Column(name="Lowest approval ratio"),
            "true_positive_rate_gap": Column(name="Gap in defaults not approved"),
            "false_positive_rate_gap": Column(name="Gap in repaid not approved"),
            "default_rate_of_approved": Column(name="Default rate of approved"),
            "defaults_approved_per_1000": Column(name="Defaults approved per 1,000"),
            "goods_not_approved_per_1000": Column(name="Repaid not approved per 1,000"),
        },
        caption,
    )
