"""What the gates said, in the console."""

from __future__ import annotations

import logging
from typing import Any

from loan_default.evaluation.gates import demand, outcome_of, refusals, shown

logger = logging.getLogger(__name__)


def log_gates(champion: dict[str, Any]) -> None:
    """Log each gate of the champion, or of the best where none is admitted; a line per other model."""
    name = champion["champion"] or champion["best"]
    for criterion, gate in champion["criteria"][name].items():
        say = logger.warning if gate["passed"] is False else logger.info
        say(
            "Gate %-25s %-10s %s, %s (%s)",
            criterion, outcome_of(gate), shown(criterion, gate), demand(criterion, gate), name,
        )  # fmt: skip
    for other, gates in champion["criteria"].items():
        if other != name:
            missed = refusals(gates)
            logger.info("Gates of %s: %s.", other, "; ".join(missed) if missed else "passed")
