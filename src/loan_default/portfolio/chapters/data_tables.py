"""The tables of the chapter on data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd
from scipy.stats import chi2

from loan_default.evaluation.event_rate import Rate, event_rate
from loan_default.evaluation.intervals import sampling_units
from loan_default.evaluation.stability import SHIFT_TO_ACT_ON, SHIFT_TO_WATCH
from loan_default.frames import DEFAULT, PART, PARTS, TEST, TRAIN, in_part
from loan_default.portfolio.intake import rejects_by_reason

STABLE, MOVING, MOVED = "stable", "moving", "moved"

SHOWN = 15
"""Rows of a table in the chapter; the files beside it have them all."""


@dataclass(frozen=True)
class DataFacts:
    """What the chapter is written from.

    Attributes:
        report: Of `cleaning_report`.
        rates: Of `part_rates`.
        parts: Of `part_table`.
        rejects: Of `reject_table`.
        missing: Of `missing_table`.
        drift: Of `drift_table`.
        unused: Of `unused_table`.
        confidence: Coverage of the intervals.
        psi_bins: Quantile bins of the stability index.
    """

    report: dict[str, Any]
    rates: dict[str, Rate]
    parts: pd.DataFrame
    rejects: pd.DataFrame
    missing: pd.DataFrame
    drift: pd.DataFrame
    unused: pd.DataFrame
    confidence: float
    psi_bins: int

    @property
    def rows_in_file(self) -> int:
        """Rows of the lender's file."""
        return self.report["steps"][0]["rows"]

    @property
    def chance_psi(self) -> float:
        """Return the stability index that chance alone exceeds in one of the inputs once in twenty runs.

        PSI / (1 / train rows + 1 / test rows) is chi-squared with bins - 1 degrees of freedom where both are
        samples of one book: Yurdakul (2018), "Statistical properties of PSI". Bonferroni over the inputs.
        """
        parts = self.report["parts"]
        level = 1 - 0.05 / max(len(self.drift), 1)
        width = 1 / parts[TRAIN]["rows"] + 1 / parts[TEST]["rows"]
        return float(chi2.ppf(level, self.psi_bins - 1)) * width

    def taken_away(self, step: str) -> int:
        """Return the rows that a step of cleaning took away."""
        return next(row["rows"] for row in self.report["steps"] if row["step"] == step)


def part_rates(clean: pd.DataFrame) -> dict[str, Rate]:
    """Measure the default rate of each part, twins together.

    Args:
        clean: Cleaned applications.
    """
    parts = {part: in_part(clean, part) for part in PARTS}
    return {part: event_rate(rows[DEFAULT].to_numpy(), sampling_units(rows)) for part, rows in parts.items()}


def part_table(report: dict[str, Any], rates: dict[str, Rate], confidence: float) -> pd.DataFrame:
    """Tabulate the parts.

    Args:
        report: Of `cleaning_report`.
        rates: Of `part_rates`.
        confidence: Coverage of the intervals.

    Returns:
        One row per part: `part`, `rows`, `share`, `events`, `event_rate` with `_low` and `_high`, and `from`,
        `to` where there is an application date.
    """
    total = sum(part["rows"] for part in report["parts"].values())
    table = []
    for name, part in report["parts"].items():
        low, high = rates[name].interval(confidence)
        ends = {"event_rate_low": max(low, 0.0), "event_rate_high": min(high, 1.0)}
        table.append({PART: name, "share": part["rows"] / total, **part, **ends})
    return pd.DataFrame(table)


def reject_table(rejected: pd.DataFrame) -> pd.DataFrame:
    """Count rejected rows by the column at fault, with the first row of each as an example.

    Args:
        rejected: Row number, reason, the row as it came.

    Returns:
        `column`, `rows`, `example`; a row with two faults counts at its first.
    """
    first = rejected.assign(column=rejected["reason"].str.split(":").str[0]).drop_duplicates("column")
    example = {
        column: f"row {row}: {reason}"
        for column, row, reason in zip(first["column"], first["row_number"], first["reason"], strict=True)
    }
    counts = rejects_by_reason(rejected)
    return pd.DataFrame(
        {
            "column": list(counts),
            "rows": list(counts.values()),
            "example": [example[column] for column in counts],
        }
    )


def missing_table(report: dict[str, Any]) -> pd.DataFrame:
    """Tabulate the columns with missing values, the emptiest first.

    Args:
        report: Of `cleaning_report`.

    Returns:
        `name`, `share_train`, `share_elsewhere`, `filled_with`, `flagged`.
    """
    columns = ["name", "share_train", "share_elsewhere", "filled_with", "flagged"]
    table = pd.DataFrame([{"name": name, **facts} for name, facts in report["missing"].items()])
    return table.reindex(columns=columns).sort_values("share_train", ascending=False, ignore_index=True)


def drift_table(feature_report: pd.DataFrame) -> pd.DataFrame:
    """Tabulate how far each raw input has moved from train to test rows, the furthest first.

    Args:
        feature_report: One row per column, flag and derived feature.

    Returns:
        `name`, `label`, `used_as`, `psi`, `verdict` (stable, moving from 0.10, moved from 0.25); columns
        without an index (dates, texts) are left out.
    """
    is_raw = ~feature_report["kind"].str.startswith("derived") & (feature_report["kind"] != "flag")
    table = feature_report.loc[
        is_raw & feature_report["psi"].notna(), ["name", "label", "used_as", "psi"]
    ].sort_values("psi", ascending=False, ignore_index=True)
    marks = [-float("inf"), SHIFT_TO_WATCH, SHIFT_TO_ACT_ON, float("inf")]
    verdict = pd.cut(table["psi"], marks, right=False, labels=[STABLE, MOVING, MOVED])
    return table.assign(verdict=verdict.astype("str"))


def unused_table(report: dict[str, Any], feature_report: pd.DataFrame) -> pd.DataFrame:
    """Tabulate what is not used as a feature, with the reason.

    Args:
        report: Of `cleaning_report`.
        feature_report: One row per column, flag and derived feature.

    Returns:
        `name`, `reason`; first what the file has, then what it lacks.
    """
    columns = report["columns"]
    known = feature_report.loc[feature_report["used_as"].isna(), ["name", "reason"]]
    others = [
        *((name, "in the file, not described") for name in columns["not_described"]),
        *((name, "described, not in the file or empty") for name in columns["absent"]),
        *((name, f"derived, needs {', '.join(lacks)}") for name, lacks in columns["switched_off"].items()),
    ]
    table = pd.concat([known, pd.DataFrame(others, columns=["name", "reason"])], ignore_index=True)
    return table.drop_duplicates("name", ignore_index=True)
