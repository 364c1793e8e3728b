"""Write the chapter on fairness from its numbers."""

from __future__ import annotations

import numpy as np

from loan_default.evaluation.fairness import sentences as say
from loan_default.evaluation.fairness.change_findings import (
    blind_finding,
    given_away,
    mitigation_finding,
    proxy_finding,
)
from loan_default.evaluation.fairness.facts import FairnessFacts
from loan_default.evaluation.fairness.group_findings import (
    approval_finding,
    calibration_finding,
    errors_finding,
    who_finding,
)
from loan_default.evaluation.fairness.settings import FairnessSettings
from loan_default.evaluation.phrases import listed, plural
from loan_default.evaluation.records import records
from loan_default.report.section import Finding, Section, worst


def fairness_section(facts: FairnessFacts, settings: FairnessSettings) -> Section:
    """Write the chapter.

    Args:
        facts: The numbers.
        settings: The marks they are held against.

    Returns:
        The section. Where there is no protected column it says what that means.
    """
    if not facts.present:
        return _nothing_to_measure(facts)
    findings = [
        who_finding(facts, settings),
        approval_finding(facts, settings),
        errors_finding(facts),
        calibration_finding(facts),
        blind_finding(facts),
        proxy_finding(facts),
    ]
    if settings.mitigation != "none":
        findings.append(mitigation_finding(facts, settings))
    return Section(
        key="fairness",
        title="Fairness",
        summary=_in_short(facts, settings),
        verdict=worst(finding.verdict for finding in findings),
        findings=tuple(findings),
        values=_values(facts, settings),
    )


def _in_short(facts: FairnessFacts, settings: FairnessSettings) -> str:
    text = say.say_approval(facts.groups, settings.approval_mark, facts.described)
    if wrong := say.off(facts.groups):
        groups = plural(len(wrong), "group")
        text += f" {groups} {'defaults' if len(wrong) == 1 else 'default'} more or less often than expected."
    if away := given_away(facts):
        text += f" The features in use give {listed(away)} away."
    return text


def _nothing_to_measure(facts: FairnessFacts) -> Section:
    found = "The portfolio describes no protected column (age, sex, marital status, region or the like)."
    if facts.described:
        has = "none of them" if len(facts.described) > 1 else "no such column"
        which = listed(list(facts.described.values()))
        found = f"All that is described as protected is {which}; this file has {has}."
    meaning = (
        "So no group can be compared with another. That is no sign of fairness: a model may treat groups "
        "differently by features that stand in for what the file does not hold. To know, collect the "
        "attributes for audit where the law allows it, or estimate them by an accepted method."
    )
    return Section(
        key="fairness",
        title="Fairness",
        summary=f"{found} Fairness could not be measured.",
        verdict="attention",
        findings=(
            Finding(
                title="Protected columns",
                look_for="Which groups of people can be told apart in this file.",
                found=f"{found} {meaning}",
                verdict="attention",
            ),
        ),
        values={"protected_columns": 0.0},
    )


def _values(facts: FairnessFacts, settings: FairnessSettings) -> dict[str, float]:
    rows = say.comparable(facts.groups, "ratio")
    values: dict[str, float] = {
        "protected_columns": len(facts.present),
        "groups": len(rows),
        "groups_miscalibrated": len(say.off(facts.groups)),
    }
    if rows:
        lowest = min(rows, key=lambda row: row["ratio"])
        values |= {f"lowest_approval_{name}": lowest[name] for name in ("ratio", "ratio_low", "ratio_high")}
        values["groups_below_mark"] = sum(say.below_mark(row, settings.approval_mark) for row in rows)
    for measure in ("true_positive_rate", "false_positive_rate", "roc_auc"):
        ends = say.widest(say.comparable(facts.groups, measure), measure)
        if ends:
            values[f"widest_{measure}_gap"] = ends[-1][measure] - ends[0][measure]
    for row in records(facts.features):
        name = f"without_protected_{row['metric']}_difference"
        values |= {name: row["difference"], f"{name}_low": row["low"], f"{name}_high": row["high"]}
    if len(facts.proxies):
        values["strongest_proxy_roc_auc"] = facts.proxies["roc_auc"].max()
    return {name: float(value) for name, value in values.items() if np.isfinite(float(value))}
