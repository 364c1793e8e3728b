"""What is known beside the numbers: the model that is watched, and what was read of its predictions."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from loan_default.evaluation.monitoring.reference import Reference
from loan_default.evaluation.risk_bands import Policy


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Watched(_Record):
    """The model in service."""

    portfolio: str = Field(description="Name of the portfolio for people.")
    currency: str | None = Field(description="Unit of amounts.")
    model: str = Field(description="Name of the model in the comparison.")
    version: str = Field(description="Of its bundle.")
    threshold: float = Field(description="Probability of default from which it is refused.")
    roc_auc: float = Field(description="On its test rows.")
    roc_auc_low: float = Field(description="Lower end of the interval.")
    roc_auc_high: float = Field(description="Upper end of the interval.")
    policies: dict[Policy, int] = Field(description="Rows of the score's reference by policy of their band.")
    labels: dict[str, str] = Field(description="Inputs by name, as people call them.")
    reference: Reference


class Reading(_Record):
    """What was read, and what could not be."""

    source: str = Field(description="In words: the prediction log, or a batch.")
    where: str = Field(description="File.")
    files: int = Field(description="Files read.")
    records: int = Field(description="Lines of the log, or rows of the batch, in all.")
    broken: int = Field(default=0, description="Lines that are no entry of a prediction log.")
    broken_at: tuple[str, ...] = Field(default=(), description="The first of them: file and line.")
    repeated: int = Field(default=0, description="Predictions that were met again: they count once.")
    outside: int = Field(default=0, description="Applications outside the days that were asked for.")
    refused: int = Field(default=0, description="Faulty applications in the period: not scored.")
    failed: int = Field(default=0, description="Applications that the service failed to answer.")
    faults: dict[str, int] = Field(default={}, description="Faulty applications by field, the most first.")
    without_inputs: int = Field(
        default=0, description="Predictions of the watched version whose inputs were not kept."
    )
    other_rows: str = Field(default="", description="Anything else that the reader must know, in words.")


class OutcomesRead(_Record):
    """What the file of outcomes gave."""

    path: str | None = Field(description="The file; null where none was named.")
    rows: int = Field(default=0, description="Its rows.")
    malformed: int = Field(default=0, description="Rows with the wrong number of fields: left out.")
    unknown: int = Field(default=0, description="Rows whose outcome is not known yet.")
    unmatched: int = Field(default=0, description="Rows of no prediction in the period.")
    unmatched_id: str = Field(default="", description="The first of these, as the file names it.")
    too_early: int = Field(default=0, description="Outcomes dated before their prediction: left out.")
    first: str = Field(default="", description="First day on which an outcome was known, if dated.")
    last: str = Field(default="", description="Last day.")
