"""The architecture that suits the number of training rows."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from loan_default.models.networks.base import NetworkSettings
from loan_default.models.networks.tabm import TabmNetwork


class AutoNetwork(BaseModel):
    """Let the number of training rows choose."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["auto"] = "auto"


def suited_network(rows: int) -> NetworkSettings:
    """Choose an architecture.

    Args:
        rows: Training rows.

    Returns:
        Its settings.
    """
    return TabmNetwork()
