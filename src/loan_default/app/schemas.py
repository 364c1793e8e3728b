"""The shapes of the answers, as the documentation shows them."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from loan_default.scoring.fields import Field as ApplicationField
from loan_default.scoring.manifest import PortfolioCard


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Probabilities(_Answer):
    """Both probabilities, rounded to 3 decimals; they add up to 1."""

    default: float = Field(alias="Default", ge=0, le=1)
    no_default: float = Field(alias="No Default", ge=0, le=1)


class Reason(_Answer):
    """One cause of the probability."""

    field: str = Field(description="Field of the application.")
    label: str = Field(description="Its name for people.")
    value: str = Field(description="The applicant's own value.")
    direction: Literal["raises", "lowers"] = Field(description="What it does to the probability of default.")
    contribution: float = Field(
        description="Its share, in log-odds, of the difference to a reference applicant."
    )
    text: str = Field(description="The reason in words.")


class Result(_Answer):
    """The decision on one application: `policy` is what to do, `prediction` what the model expects."""

    prediction_id: str = Field(
        description="Names this decision here and in the prediction log: keep it with the loan, as outcomes "
        "are joined by it.",
        examples=["9f1c2b7ad07e4f0c8f3d5a6b1e2c4d70"],
    )
    prediction: Literal["Default", "No Default"] = Field(
        description="Default: the probability of default reaches the threshold. By it the model's accuracy, "
        "precision and recall are measured; it does not say what to do."
    )
    probabilities: Probabilities
    probability_of_default: float = Field(ge=0, le=1, description="Calibrated and unrounded.")
    threshold: float = Field(
        ge=0, le=1, description="Probability of default from which it is called a default."
    )
    score: int = Field(description="Points: the more, the safer.")
    risk_band: str = Field(description="Name of the range of probabilities.")
    policy: Literal["accept", "refer", "decline"] = Field(
        description="What to do, by the policy of the risk band; refer: a person decides."
    )
    policy_note: str | None = Field(
        description="Says so where policy and prediction disagree: accept in spite of Default, or decline in "
        "spite of No Default. Else null."
    )
    reasons: list[Reason] = Field(
        max_length=4, description="Most important first; empty with `?reasons=false`."
    )
    warnings: list[str] = Field(
        description="What was ignored, lies outside the training range or contradicts itself."
    )


class ModelVersion(_Answer):
    """Which model decided."""

    name: str
    version: str
    run_id: str = Field(description="MLflow run that packed it, or `not tracked`.")


class PredictionResponse(_Answer):
    """The decisions, in the order of the applications."""

    n_predictions: int
    results: list[Result]
    model: ModelVersion


class Fault(_Answer):
    """One fault of a request."""

    type: str
    loc: list[str | int] = Field(description="Where: `body`, the index in an array, the field.")
    msg: str


class Faults(_Answer):
    """Why a request was refused."""

    detail: list[Fault]


class Health(_Answer):
    """The process answers."""

    status: Literal["ok"]


class Readiness(_Answer):
    """The model is loaded."""

    status: Literal["ready"]
    model: ModelVersion


class ApplicationSchema(_Answer):
    """What an application consists of."""

    portfolio: PortfolioCard
    fields: tuple[ApplicationField, ...]
