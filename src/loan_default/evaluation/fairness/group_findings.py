"""Findings on groups as the model treats them: approval, errors, calibration."""

from __future__ import annotations

from loan_default.evaluation.fairness import sentences as say
from loan_default.evaluation.fairness.facts import FairnessFacts
from loan_default.evaluation.fairness.settings import FairnessSettings
from loan_default.report.section import Column, Finding, Verdict, table_of

FAR_OFF = 0.2
"""A group is badly calibrated if its whole interval lies this far from 1."""


def who_finding(facts: FairnessFacts, settings: FairnessSettings) -> Finding:
    """Say which groups there are, and which there are not."""
    sizes = {name: int((facts.groups["column"] == name).sum()) for name in facts.present}
    parts = [
        f"{facts.described[name]} in {size} group{'' if size == 1 else 's'}"
        + (f" ({facts.notes[name].rstrip('.')})" if name in facts.notes else "")
        for name, size in sizes.items()
    ]
    absent = [label for name, label in facts.described.items() if name not in facts.present]
    missing = f" Described but not in this file: {say.listed(absent)}." if absent else ""
    return Finding(
        title="Groups",
        look_for=f"Groups of at least {settings.min_rows:,} test rows are judged; smaller ones cannot be.",
        found=f"{'; '.join(parts)}.{missing}",
        verdict="none" if say.comparable(facts.groups, "ratio") else "attention",
    )


def approval_finding(facts: FairnessFacts, settings: FairnessSettings) -> Finding:
    """Hold approval rates against the mark."""
    rows = say.comparable(facts.groups, "ratio")
    verdict: Verdict = "good" if rows else "none"
    if any(row["ratio_high"] < settings.approval_mark for row in rows):
        verdict = "bad"
    elif any(row["ratio"] < settings.approval_mark for row in rows):
        verdict = "attention"
    return Finding(
        title="Approval rates",
        look_for=f"Groups left of the dashed line are approved less than {settings.approval_mark:g} times as "
        "often as the group approved most; whether they default more is for the law and the lender to weigh.",
        found=say.say_approval(facts.groups, settings.approval_mark, facts.described),
        verdict=verdict,
        figure="fairness_approval_plot",
        table=table_of(
            facts.named(facts.groups),
            {
                "column": Column(name="Column"),
                "group": Column(name="Group"),
                "n": Column(name="Rows", format="count"),
                "default_rate": Column(name="Default rate", format="share"),
                "refusal_rate": Column(name="Refused", format="share"),
                "approval_rate": Column(name="Approved", format="share"),
                "ratio": Column(name="Approval ratio", format="number"),
                "ratio_low": Column(name="from", format="number"),
                "ratio_high": Column(name="to", format="number"),
            },
            "Test rows. Each group is held against the one of its column that is approved most.",
        ),
    )


def errors_finding(facts: FairnessFacts) -> Finding:
    """Compare what the model gets wrong, and how well it ranks, group by group."""
    ranking = say.say_ranking(facts.groups, facts.described)
    return Finding(
        title="Errors and ranking",
        look_for="Good borrowers of one group should not be refused much more often than those of another.",
        found=f"{say.say_errors(facts.groups, facts.described)} {ranking}".strip(),
        table=table_of(
            facts.named(facts.groups),
            {
                "column": Column(name="Column"),
                "group": Column(name="Group"),
                "events": Column(name="Defaults", format="count"),
                "true_positive_rate": Column(name="Defaults refused", format="share"),
                "true_positive_rate_low": Column(name="from", format="share"),
                "true_positive_rate_high": Column(name="to", format="share"),
                "false_positive_rate": Column(name="Repaid refused", format="share"),
                "false_positive_rate_low": Column(name="from", format="share"),
                "false_positive_rate_high": Column(name="to", format="share"),
                "roc_auc": Column(name="ROC AUC", format="number"),
                "roc_auc_low": Column(name="from", format="number"),
                "roc_auc_high": Column(name="to", format="number"),
            },
            "Gaps: too few defaults or too few repaid loans.",
        ),
    )


def calibration_finding(facts: FairnessFacts) -> Finding:
    """Hold defaults against expected defaults, group by group."""
    wrong = say.off(facts.groups)
    verdict: Verdict = "good" if facts.groups["observed_to_expected"].notna().any() else "none"
    if wrong:
        far = any(
            row["observed_to_expected_low"] > 1 + FAR_OFF or row["observed_to_expected_high"] < 1 - FAR_OFF
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
