"""What the settings of every architecture have in common."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Units = Annotated[int, Field(ge=1)]


class NetworkSettings(BaseModel):
    """Hidden layers and optimiser; each architecture has defaults of its own."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    hidden_layers: tuple[Units, ...] = Field(
        default=(128, 128, 128), min_length=1, description="Units of each hidden layer, first to last."
    )
    activation: Literal["relu", "gelu", "silu", "tanh"] = Field(
        default="relu", description="Activation of the hidden layers."
    )
    dropout: float = Field(
        default=0.1, ge=0, lt=1, description="Share of units dropped after each hidden layer while training."
    )
    optimiser: Literal["adam", "adamw"] = Field(
        default="adamw", description="adam, or adamw with decoupled weight decay."
    )
    embedding_width: int | None = Field(
        default=None,
        ge=1,
        description="Numbers that a category with more levels than this becomes, in place of its 0/1 columns "
        "(see features.high_cardinality); null = the 0/1 columns as they are.",
    )
    learning_rate: float = Field(default=1e-3, gt=0, description="Step size of the optimiser.")
    weight_decay: float = Field(
        default=3e-4,
        ge=0,
        description="Share of each weight taken off per step, times learning_rate (adamw only).",
    )
    gradient_clip: float | None = Field(
        default=1.0, gt=0, description="Largest norm of all gradients together; null = not clipped."
    )
