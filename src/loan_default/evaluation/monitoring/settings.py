"""What can be set about monitoring."""

from __future__ import annotations

from datetime import date
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator


class _Setting(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Marks(_Setting):
    """From where a number is amber, and from where it is red."""

    amber: float = Field(gt=0, description="From here on amber, in the unit of the number.")
    red: float = Field(gt=0, description="From here on red; above amber.")

    @model_validator(mode="after")
    def _red_is_above_amber(self) -> Self:
        if self.red <= self.amber:
            raise ValueError(f"red ({self.red:g}) must be above amber ({self.amber:g})")
        return self


class MonitoringMarks(_Setting):
    """The marks of every check."""

    psi: Marks = Field(description="Stability index of the score and of each input, less what chance makes.")
    decisions: Marks = Field(
        description="Change in the share that is accepted, referred or declined, in shares (0.05)."
    )
    missing: Marks = Field(description="Change in the share of missing values of an input, in shares (0.05).")
    new_labels: Marks = Field(description="Share of rows with a label that training did not have.")
    faulty: Marks = Field(
        description="Share of applications that could not be scored, and of lines that cannot be read."
    )
    roc_auc_fall: Marks = Field(
        description="ROC AUC on test rows less ROC AUC on known outcomes, their selection taken off."
    )
    calibration: Marks = Field(description="Distance of observed over expected defaults from 1 (0.1 = 10 %).")


class LogSettings(_Setting):
    """The prediction log of the service."""

    path: str = Field(
        description="File of the newest lines, relative to the project; <path>.1, .2 ... are read too."
    )


class BatchOutputSettings(_Setting):
    """The output of batch_scoring."""

    applications: str | None = Field(
        default=None, description="The file that was scored; null: the one that batch_summary names."
    )


class OutcomeSettings(_Setting):
    """The file of outcomes."""

    path: str | None = Field(default=None, description="CSV, .gz, .bz2 or .parquet; null: none is known yet.")
    id: str | None = Field(
        default=None,
        description="Its column that names the prediction; null: prediction_id for the log, row_id (or "
        "row_number, where the scores have no row_id) for a batch.",
    )
    outcome: str = Field(
        default="default",
        description="Its column of outcomes: 1 and 0, or the words of portfolio.outcome; empty: not yet "
        "known.",
    )
    date: str | None = Field(
        default=None, description="Its column of the day the outcome was known, YYYY-MM-DD; null: none."
    )


class MonitoringSettings(_Setting):
    """What is looked at, and from where it is amber or red."""

    source: Literal["log", "batch"] = Field(description="The service's prediction log, or a batch's output.")
    bundle: str | None = Field(
        default=None, description="Folder of the bundle in service; null: the portfolio's scoring_bundle."
    )
    log: LogSettings
    batch: BatchOutputSettings = BatchOutputSettings()
    since: date | None = Field(default=None, description="First day, YYYY-MM-DD, UTC; null: from the start.")
    until: date | None = Field(default=None, description="Last day, YYYY-MM-DD, UTC; null: to the end.")
    outcomes: OutcomeSettings = OutcomeSettings()
    level: float = Field(
        gt=0, lt=0.5, description="Chance of a false alarm over all inputs and the score, as a share."
    )
    confidence: float = Field(
        gt=0.5, lt=1, description="Coverage of the intervals, as a share (0.95 = 95 %)."
    )
    min_rows: int = Field(ge=50, description="With fewer predictions nothing is judged (count).")
    min_events: int = Field(
        ge=5, description="Fewest defaults, and fewest good loans, for a ROC AUC (count)."
    )
    marks: MonitoringMarks

    @model_validator(mode="after")
    def _period_is_not_empty(self) -> Self:
        if self.since and self.until and self.until < self.since:
            raise ValueError(f"until ({self.until}) lies before since ({self.since})")
        return self

    @property
    def period(self) -> str:
        """The days that were asked for, in words; empty where all were."""
        first = f"from {self.since}" if self.since else ""
        last = f"to {self.until}" if self.until else ""
        return f"{first} {last}".strip()
