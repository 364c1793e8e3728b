"""The architecture that suits the number of loans."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from loan_default.models.networks.tabm import TabmNetwork

FEW_EVENTS = 400


class AutoNetwork(BaseModel):
    """Let the number of defaults among the training rows choose."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["auto"] = "auto"


def suited_network(events: int) -> TabmNetwork:
    """Choose the settings of a TabM.

    What can be learnt is bounded by the rarer outcome, not by the rows. With few defaults a smaller network
    that is held back more ranks better, with more of them the larger one does (`docs/decisions.md` has the
    numbers).

    Args:
        events: Training rows of the rarer outcome.
    """
    if events < FEW_EVENTS:
        return TabmNetwork(hidden_layers=(32, 32), dropout=0.3)
    return TabmNetwork()
