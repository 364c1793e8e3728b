"""The chapter on leaks: what the scan found, what was done, and whether twins are kept apart."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from loan_default.evaluation.phrases import listed, percent, plural
from loan_default.frames import PART, TEST, TRAIN, TWIN_GROUP, in_part
from loan_default.portfolio.settings import CleaningSettings
from loan_default.report.section import Column, Finding, Section, Verdict, table_of, worst

SHOWN = 15

USED, DROPPED, ALLOWED, NEVER_USED = "used all the same", "dropped", "allowed by name", "never used"


def scan_table(findings: pd.DataFrame, dropped: list[str]) -> pd.DataFrame:
    """Add to the leak scan's findings what was done with each column.

    Args:
        findings: Of the leak scan.
        dropped: Columns that it took out of the features.

    Returns:
        The findings with `done`: empty where there is nothing to answer for.
    """
    gives_away = findings["reason"].notna() & (findings["reason"] != "")
    cases = {
        NEVER_USED: gives_away & (findings["role"] != "feature"),
        DROPPED: findings["name"].isin(dropped),
        ALLOWED: gives_away & ~findings["leak"],
        USED: gives_away,
    }
    return findings.assign(done=np.select(list(cases.values()), list(cases), ""))


def write_leaks_section(
    scan: pd.DataFrame,
    report: dict[str, Any],
    clean: pd.DataFrame,
    cleaning: CleaningSettings,
    shown: Finding,
    flattery: dict[str, float],
) -> Section:
    """Write the chapter.

    Args:
        scan: Of `scan_table`.
        report: Of `cleaning_report`.
        clean: Cleaned applications.
        cleaning: What counts as a leak, and what becomes of repeats and twins.
        shown: What leaky protocols would have claimed.
        flattery: The same as numbers by name.
    """
    # From a file, an empty text is a missing one.
    scan = scan.assign(done=scan["done"].astype("object").where(scan["done"].notna(), ""))
    across = twin_groups_across_parts(clean)
    findings = (_on_scan(scan, cleaning), _on_twins(clean, report, cleaning, across), shown)
    counts = {name: int((scan["done"] == name).sum()) for name in (USED, DROPPED, ALLOWED, NEVER_USED)}
    return Section(
        key="leaks",
        title="Leaks",
        summary=f"{_leaks_in_words(scan)} {_twins_in_words(report, across)}",
        verdict=worst(finding.verdict for finding in findings),
        findings=findings,
        values={
            "columns_scanned": float(len(scan)),
            "leaks_used": float(counts[USED]),
            "leaks_dropped": float(counts[DROPPED]),
            "leaks_allowed": float(counts[ALLOWED]),
            "leaks_never_used": float(counts[NEVER_USED]),
            "share_with_a_twin": float(report["twins"]["share_with_a_twin"]),
            "twin_groups_across_parts": float(across),
            **flattery,
        },
    )


def twin_groups_across_parts(clean: pd.DataFrame) -> int:
    """Count the groups of twins that lie in more than one part: each lets a model remember.

    Args:
        clean: Cleaned applications.
    """
    places = clean[[TWIN_GROUP, PART]].drop_duplicates()[TWIN_GROUP].value_counts()
    return int((places > 1).sum())


def _on_scan(scan: pd.DataFrame, cleaning: CleaningSettings) -> Finding:
    told = scan.loc[scan["done"] != ""]
    honest = scan.loc[(scan["done"] == "") & (scan["role"] == "feature")]
    found = _leaks_in_words(scan)
    if len(honest):
        best = honest.sort_values("roc_auc", ascending=False).iloc[0]
        which = "strongest" if told.empty else "strongest of the others"
        found += f" The {which}, {best['name']}, reaches ROC AUC {best['roc_auc']:.3f} alone."
    return Finding(
        title="Single columns that give the outcome away",
        look_for=(
            f"A column whose values, or whose being missing, alone rank the outcome above ROC AUC "
            f"{cleaning.leaks.max_roc_auc:.2f}, or groups of rows that all end alike, beyond chance."
        ),
        found=found,
        verdict=_verdict(told),
        figure="leaks_scan_plot",
        table=table_of(
            scan.head(SHOWN).assign(
                role=lambda rows: rows["role"].replace("feature", "known at application")
            ),
            {
                "name": Column(name="Column"),
                "role": Column(name="Role"),
                "roc_auc": Column(name="ROC AUC alone", format="number"),
                "missing_roc_auc": Column(name="of its being missing", format="number"),
                "groups": Column(name="Groups of one outcome", format="count"),
                "reason": Column(name="Evidence"),
                "done": Column(name="Done"),
            },
            "Train rows, out-of-fold, twins in one fold. Post-outcome, ignored and undescribed columns are "
            "looked at too, and never used.",
        ),
    )


def _leaks_in_words(scan: pd.DataFrame) -> str:
    told = scan.loc[scan["done"] != ""]
    if told.empty:
        return f"None of the {plural(len(scan), 'column')} gives the outcome away by itself."
    fates = [(fate, told.loc[told["done"] == fate, "name"]) for fate in (USED, DROPPED, ALLOWED, NEVER_USED)]
    named = [f"{fate}: {listed(list(names))}" for fate, names in fates if len(names)]
    verb = "gives" if len(told) == 1 else "give"
    return f"{len(told)} of {plural(len(scan), 'column')} {verb} the outcome away ({'; '.join(named)})."


def _verdict(told: pd.DataFrame) -> Verdict:
    """A leak in use is bad; one that was dropped or allowed asks for a person to say where it belongs."""
    fates = set(told["done"])
    if USED in fates:
        return "bad"
    return "attention" if fates & {DROPPED, ALLOWED} else "good"


def _on_twins(
    clean: pd.DataFrame, report: dict[str, Any], cleaning: CleaningSettings, across: int
) -> Finding:
    twins = report["twins"]
    dropped = next(step["rows"] for step in report["steps"] if step["step"] == "exact repeats dropped")
    if cleaning.repeats == "keep":
        repeats = "Exact repeats were kept, as the settings ask"
    elif dropped:
        repeats = f"{plural(dropped, 'exact repeat')} {'was' if dropped == 1 else 'were'} dropped"
    else:
        repeats = "There was no exact repeat to drop"
    found = f"{_twins_in_words(report, across)} {repeats}."
    if twins["twin_groups_with_both_outcomes"]:
        hold = _hold(twins["twin_groups_with_both_outcomes"], twins["twin_groups"])
        found += f" {hold} both outcomes: nothing in these columns tells such loans apart."
    if across:
        seen = set(in_part(clean, TRAIN)[TWIN_GROUP])
        share = in_part(clean, TEST)[TWIN_GROUP].isin(seen).mean()
        found += f" {percent(share)} of the test rows have a twin among the train rows."
    return Finding(
        title="Twins and repeats",
        look_for=(
            "Rows equal in every known column (twins) must lie in one part: a model would remember those in "
            "train and look brilliant on those in test."
        ),
        found=found,
        verdict="bad" if across else "good",
    )


def _hold(both: int, groups: int) -> str:
    if groups == 1:
        return "The one group holds"
    if both == groups:
        return f"All {groups:,} groups hold"
    return f"{both:,} of {groups:,} groups {'holds' if both == 1 else 'hold'}"


def _twins_in_words(report: dict[str, Any], across: int) -> str:
    twins = report["twins"]
    if not twins["rows_with_a_twin"]:
        return "No two rows are twins."
    found = (
        f"{plural(twins['rows_with_a_twin'], 'row')} ({percent(twins['share_with_a_twin'], 2)}) have a twin, "
        f"in {plural(twins['twin_groups'], 'group')} of up to {twins['largest_twin_group']:,}; "
    )
    return found + (
        f"{plural(across, 'group')} {'lies' if across == 1 else 'lie'} in more than one part, which leaks."
        if across
        else "every group lies in one part."
    )
