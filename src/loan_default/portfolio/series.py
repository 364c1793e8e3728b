"""Repeated monthly columns: what a description says of them, and the derived features it stands for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class Series(BaseModel):
    """One quantity, month by month, in columns of its own: bills, payments, repayment status."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    columns: tuple[str, ...] = Field(min_length=3, description="Its columns, the oldest month first.")
    label: str = Field(description="Name for people.")
    late_from: float | None = Field(
        default=None, description="Value from which a month counts as late, where it says how late one was."
    )
    limit: str | None = Field(default=None, description="Column with the limit that the amounts use up.")
    pays: str | None = Field(default=None, description="Series of the amounts that these amounts pay.")


def derived_of(series: Mapping[str, Series]) -> dict[str, dict[str, Any]]:
    """Spell out the derived features that series stand for.

    Of every series its level (mean), trend (change per month) and volatility (standard deviation); of amounts
    under a limit their use of it; of payments their ratio to what was due; of repayment status the worst
    month, the months late, the months since, and the streak that lasts.

    Args:
        series: By name.

    Returns:
        Derived features by name, `{series}_{what}`, as a description would hold them.
    """
    derived: dict[str, dict[str, Any]] = {}
    for name, one in series.items():
        months = len(one.columns)
        statistics = {
            "level": f"mean of {months} months",
            "trend": "change per month",
            "volatility": f"spread over {months} months",
        }
        if one.late_from is not None:
            statistics |= {
                "worst": f"worst of {months} months",
                "months_late": f"months late of {months}",
                "since_late": "months since the last one late",
                "late_streak": "late months in a row until now",
            }
        for statistic, words in statistics.items():
            derived[f"{name}_{statistic}"] = {
                "kind": "over_months",
                "statistic": statistic,
                "columns": one.columns,
                "late_from": one.late_from if statistic in LATE_STATISTICS else None,
                "label": f"{one.label}, {words}",
            }
        if one.limit is not None:
            newest = one.columns[-1]
            for use, (above, words) in {
                "to_limit": (newest, "newest month to limit"),
                "level_to_limit": (f"{name}_level", "mean to limit"),
                "trend_to_limit": (f"{name}_trend", "change per month to limit"),
            }.items():
                derived[f"{name}_{use}"] = _ratio(above, one.limit, f"{one.label}, {words}")
        if one.pays is not None and one.pays in series:
            derived[f"{name}_to_{one.pays}"] = _ratio(
                f"{name}_level", f"{one.pays}_level", f"{one.label} to {series[one.pays].label.lower()}"
            )
    return derived


LATE_STATISTICS = ("months_late", "since_late", "late_streak")
"""Statistics that need to know from which value a month is late."""


def _ratio(numerator: str, denominator: str, label: str) -> dict[str, Any]:
    return {"kind": "ratio", "numerator": numerator, "denominator": denominator, "label": label}
