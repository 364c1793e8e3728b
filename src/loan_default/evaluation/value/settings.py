"""What decisions cost and earn."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class ValueSettings(BaseModel):
    """The profit model; its formula is in docs/metrics.md."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    loss_given_default: float = Field(
        gt=0,
        le=1,
        description="What a default loses, after all payments and recoveries, as a share of the amount.",
    )
    margin: float = Field(
        gt=0,
        description="What a good loan earns over its life, as a share of the amount lent; read only where "
        "rate and term of each loan are not known.",
    )
    funding_rate: float = Field(
        ge=0, lt=1, description="Yearly cost of the money lent, as a fraction; read with rate or term."
    )
    interest_earned: float = Field(
        gt=0,
        le=1,
        description="Share of the contract's interest that good loans pay in fact; early repayment takes the "
        "rest. Read with rate or term.",
    )
    refused_good_cost: float = Field(
        ge=0,
        description="What refusing a good loan costs beyond its margin, such as a lost customer, as a share "
        "of the amount.",
    )
    referral_cost: float = Field(
        ge=0,
        description="What it costs that a person looks at one application, as a share of the mean amount.",
    )
    flat_within: float = Field(
        gt=0, lt=1, description="Cut-offs count as equally good whose profit is that share off the best."
    )
