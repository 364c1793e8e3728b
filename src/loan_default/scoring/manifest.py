"""The manifest of a scoring bundle: what it is, what it was made of, how good it is, how not to use it."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from loan_default.evaluation.risk_bands import Band, disagreement
from loan_default.scoring.fields import Field as ApplicationField
from loan_default.scoring.scale import Scale
from loan_default.scoring.settings import NotAbove, ReasonTexts

FORMAT = 2
"""Version of the bundle's layout. 2: risk bands have policies."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PortfolioCard(_Part):
    """Whose book it is."""

    name: str = Field(description="Name of the portfolio's folder in conf/.")
    title: str = Field(description="Name for people.")
    currency: str | None = Field(description="Unit of amounts.")


class Training(_Part):
    """The rows the model learnt from."""

    rows: int = Field(description="Train rows.")
    events: int = Field(description="Defaults among them.")
    default_rate: float = Field(description="Share of defaults.")
    first_date: str | None = Field(description="First application date, YYYY-MM-DD; null if there is none.")
    last_date: str | None = Field(description="Last application date, YYYY-MM-DD; null if there is none.")


class Manifest(_Part):
    """All that can be told of a bundle without scoring with it."""

    format: int = Field(description="Version of the bundle's layout.")
    portfolio: PortfolioCard
    model: str = Field(description="Name of the model in the comparison.")
    role: Literal["champion", "challenger", "requested"] = Field(
        description="Why it was packed: the comparison chose it, or it was asked for by name."
    )
    admitted: bool = Field(description="It met the comparison's minimum criteria.")
    version: str = Field(description="Names the content: the same files, scale and bands, the same version.")
    created: str = Field(description="When it was packed, ISO 8601, UTC.")
    run_id: str = Field(description="MLflow run that packed it, or `not tracked`.")
    data_fingerprint: str = Field(description="Fingerprint of the lender's file it was trained on.")
    versions: dict[str, str] = Field(description="Python and library versions at packing time.")
    training: Training
    metrics: dict[str, float] = Field(description="On test rows; intervals as _low and _high.")
    threshold: float = Field(
        description="Probability of default from which the prediction is Default. The metrics hold the model "
        "to it; what to do with an application is the policy of its band."
    )
    threshold_reason: str = Field(description="The rule behind the threshold.")
    scale: Scale
    bands: tuple[Band, ...] = Field(description="Risk bands from 0 to 1 with their policies.")
    fields: tuple[ApplicationField, ...] = Field(description="What an application consists of.")
    consistency: tuple[NotAbove, ...] = Field(description="Contradictions that give a warning.")
    reason_texts: ReasonTexts
    limits: tuple[str, ...] = Field(description="How not to use the model, in words.")
    files: dict[str, str] = Field(description="SHA-256, in hex digits, of every other file of the bundle.")

    @property
    def disagreement(self) -> tuple[float, float] | None:
        """The probabilities, from and up to, for which policy and prediction disagree, if there are."""
        return disagreement(self.bands, self.threshold)
