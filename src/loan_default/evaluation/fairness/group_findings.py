"""Findings on groups as policy and model treat them: approval, errors, calibration."""

from __future__ import annotations

from loan_default.evaluation.fairness import sentences as say
from loan_default.evaluation.fairness.facts import FairnessFacts
from loan_default.evaluation.fairness.settings import FairnessSettings
from loan_default.evaluation.phrases import listed, plural
from loan_default.evaluation.printed import as_printed
from loan_default.report.section import Column, Finding, Verdict, table_of

FAR_OFF = 0.2
"""A group is badly calibrated if its whole interval lies this far from 1."""


def who_finding(facts: FairnessFacts, settings: FairnessSettings) -> Finding:
    """Say which groups there are, and which there are not."""
    sizes = {name: int((facts.groups["column"] == name).sum()) for name in facts.present}
    parts = [
        f"{facts.described[name]} in {plural(size, 'group') if size else 'none'}"
        + (f" ({facts.notes[name].rstrip('.')})" if name in facts.notes else "")
        for name, size in sizes.items()
    ]
    absent = [label for name, label in facts.described.items() if name not in facts.present]
    missing = f" Described but not in this file: {listed(absent)}." if absent else ""
    return Finding(
        title="Groups",
        look_for=f"Groups of at least {settings.min_rows:,} test rows, twins counted once, are judged; "
        "smaller ones cannot be.",
        found=f"{'; '.join(parts)}.{missing}",
        verdict="none" if say.comparable(facts.groups, "approval_rate") else "attention",
    )


def approval_finding(facts: FairnessFacts, settings: FairnessSettings) -> Finding:
    """Hold the shares that the policy accepts against the mark."""
    rows = say.comparable(facts.groups, "ratio")
    verdict: Verdict = "good"
    if not rows:
        verdict = "attention" if say.comparable(facts.groups, "approval_rate") else "none"
    elif say.all_accepted(rows):
        verdict = "none"
    elif any(say.below_mark(row, settings.approval_mark, "_high") for row in rows):
        verdict = "bad"
    elif any(say.below_mark(row, settings.approval_mark) for row in rows):
        verdict = "attention"
    return Finding(
        title="Approval by the policy",
        look_for="Approved is what the policy of the risk bands accepts; who is referred to a person is not "
        f"yet approved. Groups left of the dashed line are accepted less than {settings.approval_mark:g} "
        "times as often as the group accepted most; whether they default more is for the law and the lender "
        "to weigh.",
        found=f"{say.say_approval(facts.groups, settings.approval_mark, facts.described)} "
        f"{say.say_referred(facts.groups, facts.described)}".strip(),
        verdict=verdict,
        figure="fairness_approval_plot",
        table=table_of(
            facts.named(facts.groups),
            {
                "column": Column(name="Column"),
                "group": Column(name="Group"),
                "n": Column(name="Rows", format="count"),
                "default_rate": Column(name="Default rate", format="share"),
                "approval_rate": Column(name="Accepted", format="share"),
                "approval_rate_low": Column(name="from", format="share"),
                "approval_rate_high": Column(name="to", format="share"),
                "referral_rate": Column(name="Referred", format="share"),
                "decline_rate": Column(name="Declined", format="share"),
                "ratio": Column(name="Approval ratio", format="number"),
                "ratio_low": Column(name="from", format="number"),
                "ratio_high": Column(name="to", format="number"),
            },
            "Test rows by the policy of their risk band (`service.bands`). Approval ratio: share accepted "
            "over that of the group of the same column that is accepted most.",
        ),
    )


def errors_finding(facts: FairnessFacts) -> Finding:
    """Compare what the model gets wrong, and how well it ranks, group by group."""
    ranking = say.say_ranking(facts.groups, facts.described)
    return Finding(
        title="Errors and ranking",
        look_for="Good borrowers of one group should not be predicted Default much more often than those of "
        "another. These are the model's figures at the threshold, not what the policy does.",
        found=f"{say.say_errors(facts.groups, facts.described)} {ranking}".strip(),
        table=table_of(
            facts.named(facts.groups),
            {
                "column": Column(name="Column"),
                "group": Column(name="Group"),
                "events": Column(name="Defaults", format="count"),
                "predicted_default_rate": Column(name="Predicted Default", format="share"),
                "true_positive_rate": Column(name="Defaults predicted Default", format="share"),
                "true_positive_rate_low": Column(name="from", format="share"),
                "true_positive_rate_high": Column(name="to", format="share"),
                "false_positive_rate": Column(name="Repaid predicted Default", format="share"),
                "false_positive_rate_low": Column(name="from", format="share"),
                "false_positive_rate_high": Column(name="to", format="share"),
                "roc_auc": Column(name="ROC AUC", format="number"),
                "roc_auc_low": Column(name="from", format="number"),
                "roc_auc_high": Column(name="to", format="number"),
            },
            "Predicted Default at the threshold. Gaps: too few defaults or too few repaid loans.",
        ),
    )


def calibration_finding(facts: FairnessFacts) -> Finding:
    """Hold defaults against expected defaults, group by group."""
    wrong = say.off(facts.groups)
    verdict: Verdict = "good" if facts.groups["observed_to_expected"].notna().any() else "none"
    if wrong:
        far = any(
            as_printed(row["observed_to_expected_low"]) > 1 + FAR_OFF
            or as_printed(row["observed_to_expected_high"]) < 1 - FAR_OFF
            for row in wrong
        )
        verdict = "bad" if far else "attention"
    return Finding(
        title="Calibration by group",
        look_for="A probability should mean the same for everyone: intervals that hold 1.",
        found=say.say_calibration(facts.groups, facts.described),
        verdict=verdict,
        figure="fairness_calibration_plot",
    )
