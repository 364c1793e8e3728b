"""Where a training stands, kept on disk so that an interrupted one can go on."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from loan_default.errors import InputError


@dataclass
class TrainingState:
    """Where the training of a network stands after an epoch.

    Attributes:
        epochs: A record for each epoch: `epoch` (from 1), `loss`, validation metrics, `seconds`.
        best_epoch: Number of the best one; 0 before the first.
        best_weights: Weights of the best epoch.
        variables: Weights, seeds of dropout and state of the optimiser after the last epoch.
    """

    epochs: list[dict[str, float]] = field(default_factory=list)
    best_epoch: int = 0
    best_weights: list[np.ndarray] = field(default_factory=list)
    variables: list[np.ndarray] = field(default_factory=list)

    @property
    def best(self) -> dict[str, float] | None:
        """The record of the best epoch; None before the first."""
        return self.epochs[self.best_epoch - 1] if self.best_epoch else None


class Checkpoint:
    """The state of one training in one file.

    Args:
        file: Where; an `.npz` of plain arrays.
        training: What makes the training the same one, JSON-able: its settings, data and seed.
    """

    def __init__(self, file: Path, training: Mapping[str, Any]) -> None:
        self._file = file
        self._training = json.dumps(training, sort_keys=True)

    def clear(self) -> None:
        """Forget the state."""
        self._file.unlink(missing_ok=True)

    def save(self, state: TrainingState) -> None:
        """Keep the state; an interruption leaves the one before."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        record = {"training": self._training, "epochs": state.epochs, "best_epoch": state.best_epoch}
        aside = self._file.with_name(f".{os.getpid()}-{self._file.name}")
        arrays = {f"best_{place}": array for place, array in enumerate(state.best_weights)}
        arrays |= {f"variable_{place}": array for place, array in enumerate(state.variables)}
        try:
            np.savez(aside, record=np.array(json.dumps(record)), **arrays)  # type: ignore[arg-type]
            os.replace(aside, self._file)
        finally:
            aside.unlink(missing_ok=True)

    def load(self) -> TrainingState | None:
        """Return the state, or None where there is none.

        Raises:
            InputError: It is of a training with other settings, data or seed.
        """
        if not self._file.exists():
            return None
        with np.load(self._file, allow_pickle=False) as arrays:
            record = json.loads(str(arrays["record"]))
            if record["training"] != self._training:
                raise InputError(
                    f"The training that was interrupted ({self._file}) had other settings, features, rows "
                    "or seed: it cannot be resumed with these. Bring them back, or train anew without "
                    "ann.resume."
                )
            return TrainingState(
                epochs=record["epochs"],
                best_epoch=record["best_epoch"],
                best_weights=_in_order(arrays, "best"),
                variables=_in_order(arrays, "variable"),
            )


def _in_order(arrays: Mapping[str, np.ndarray], kind: str) -> list[np.ndarray]:
    count = sum(name.startswith(f"{kind}_") for name in arrays)
    return [arrays[f"{kind}_{place}"] for place in range(count)]
