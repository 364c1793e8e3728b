"""Which way a model goes: the same applications with more of one thing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from loan_default.errors import InputError
from loan_default.models.log_odds import log_odds
from loan_default.scoring.fields import Value
from loan_default.scoring.scorer import Scorer


@dataclass(frozen=True, slots=True)
class Direction:
    """What became of the risk of applications when one number of each was changed, all else the same.

    Attributes:
        applications: How many could be changed without leaving the training range.
        mean_change: Of the log-odds of default; above 0: riskier.
        share_raised: Share of the applications that became riskier.
        share_lowered: Share that became safer.
    """

    applications: int
    mean_change: float
    share_raised: float
    share_lowered: float


def measure_direction(
    scorer: Scorer, applications: Sequence[Mapping[str, Value]], field: str, factor: float
) -> Direction:
    """Multiply a field of many applications and compare their risk with what it was.

    Args:
        scorer: The model.
        applications: Canonical values by field, as `Scorer.values` gives them.
        field: A number of the application; those that are 0, missing or would leave the training range are
            left out.
        factor: What it is multiplied with.

    Raises:
        InputError: The field is no number of this model, or no application can be changed.
    """
    known = {one.name: one for one in scorer.fields if one.kind == "number"}
    if field not in known:
        raise InputError(f"{field!r} is no number of this model; choose one of {', '.join(known)}.")
    low, high = known[field].training_low, known[field].training_high
    pairs = [
        (application, {**application, field: more})
        for application in applications
        if isinstance(value := application[field], float)
        and (more := value * factor) != value
        and (low is None or more >= float(low))
        and (high is None or more <= float(high))
    ]
    if not pairs:
        raise InputError(f"No application can be changed in {field!r} by the factor {factor:g}.")
    before, after = (
        log_odds(np.array([decision.probability_of_default for decision in scorer.decide(side)]))
        for side in zip(*pairs, strict=True)
    )
    change = after - before
    return Direction(
        applications=len(pairs),
        mean_change=float(change.mean()),
        share_raised=float((change > 0).mean()),
        share_lowered=float((change < 0).mean()),
    )
