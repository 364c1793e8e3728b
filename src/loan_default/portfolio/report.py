"""The cleaning report: what became of every row of the file."""

from __future__ import annotations

from typing import Any

import pandas as pd

from loan_default.frames import DEFAULT, PART, PARTS, TRAIN, fingerprint
from loan_default.portfolio.cleaner import ApplicationCleaner
from loan_default.portfolio.codes import likely_codes
from loan_default.portfolio.intake import Intake, rejects_by_reason
from loan_default.portfolio.twins import twin_statistics


def cleaning_report(
    intake: Intake,
    dealt: pd.DataFrame,
    clean: pd.DataFrame,
    cleaner: ApplicationCleaner,
    findings: pd.DataFrame,
) -> dict[str, Any]:
    """Account for every row and column.

    Args:
        intake: The file, taken in.
        dealt: Applications after repeats were dropped, with part and twin group, not yet cleaned.
        clean: The cleaned applications.
        cleaner: The fitted cleaner.
        findings: Of the leak scan.

    Returns:
        Plain data for JSON. `steps` lists what was taken away and what is left; the counts add up to the rows
        of the file.
    """
    portfolio = intake.resolved.portfolio
    steps = [
        ("still running, set aside", sum(intake.unresolved.values())),
        ("rejected", len(intake.rejected)),
        ("exact repeats dropped", len(intake.applications) - len(dealt)),
        ("outliers left out of train", len(dealt) - len(clean)),
    ]
    left = len(intake.raw)
    table = [{"step": "rows in the file", "rows": left, "left": left}]
    for step, rows in steps:
        left -= rows
        table.append({"step": step, "rows": rows, "left": left})
    assert left == len(clean), "the cleaning steps do not add up"
    return {
        "portfolio": portfolio.name,
        "file": portfolio.file.path,
        "fingerprint": fingerprint(intake.raw),
        "steps": table,
        "unresolved": intake.unresolved,
        "rejected_by_column": rejects_by_reason(intake.rejected),
        "columns": {
            "absent": list(intake.resolved.absent),
            "switched_off": {name: list(lacks) for name, lacks in intake.resolved.switched_off.items()},
            "not_described": list(intake.resolved.undescribed),
            "written_as_fraction": list(intake.fractions),
        },
        "twins": twin_statistics(dealt),
        "parts": _parts(clean, portfolio.application_date),
        "missing": _missing(dealt, cleaner),
        "likely_codes": {
            name: code._asdict() for name, code in likely_codes(intake.applications, portfolio).items()
        },
        "outliers": _outliers(dealt, cleaner),
        "leaks": findings.loc[findings["leak"]].to_dict("records"),
        "columns_scanned": len(findings),
        "left_out_as_leaks": list(cleaner.leaks),
    }


def data_tags(report: dict[str, Any]) -> dict[str, str]:
    """Return the facts by which runs on the same data are found again."""
    rows = {f"rows_{part}": str(counts["rows"]) for part, counts in report["parts"].items()}
    return {
        "data_fingerprint": report["fingerprint"],
        "data_file": report["file"],
        "rows_in_file": str(report["steps"][0]["rows"]),
        **rows,
    }


def _parts(clean: pd.DataFrame, application_date: str | None) -> dict[str, dict[str, Any]]:
    parts: dict[str, dict[str, Any]] = {}
    for part in PARTS:
        rows = clean.loc[clean[PART] == part]
        parts[part] = {
            "rows": len(rows),
            "events": int(rows[DEFAULT].sum()),
            "event_rate": float(rows[DEFAULT].mean()),
        }
        if application_date is not None:
            dates = rows[application_date].dropna()
            if len(dates):
                parts[part] |= {"from": str(dates.min().date()), "to": str(dates.max().date())}
    return parts


def _missing(dealt: pd.DataFrame, cleaner: ApplicationCleaner) -> dict[str, dict[str, Any]]:
    train = dealt[PART] == TRAIN
    return {
        name: {
            "share_train": float(dealt.loc[train, name].isna().mean()),
            "share_elsewhere": float(dealt.loc[~train, name].isna().mean()),
            "filled_with": fill,
            "flagged": name in cleaner.flagged,
        }
        for name, fill in cleaner.fills.items()
        if dealt[name].isna().any()
    }


def _outliers(dealt: pd.DataFrame, cleaner: ApplicationCleaner) -> dict[str, dict[str, Any]]:
    found = {
        name: {
            "low": bounds.low,
            "high": bounds.high,
            "action": bounds.action,
            "rows": int(bounds.outside(dealt[name]).sum()),
        }
        for name, bounds in cleaner.bounds.items()
    }
    return {name: rule for name, rule in found.items() if rule["rows"]}
