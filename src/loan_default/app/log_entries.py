"""What the prediction log holds: no address, and no input where the settings leave inputs out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pandas as pd

from loan_default.app.faults import RefusedError
from loan_default.app.predicting import PREDICTION_ID, PREDICTIONS, Predictions, model_version
from loan_default.scoring import Scorer

# Faulty applications of one request that are logged, and characters of a faulty text.
MAX_FAULTY = 100
MAX_TEXT = 200

_OF_ROW = (PREDICTION_ID, "prediction", "probability_of_default", "score", "risk_band", "policy")


@dataclass(frozen=True, slots=True)
class LogEntries:
    """Writes the entries of one request.

    Args:
        request_id: Name of the request.
        latency_ms: From its head to its answer.
        scorer: The model that decided.
        with_inputs: Whether what the applicants gave may be kept.
    """

    request_id: str
    latency_ms: float
    scorer: Scorer
    with_inputs: bool

    def decided(self, predictions: Predictions) -> list[dict[str, Any]]:
        """Return one entry for each application."""
        entries = []
        parts = zip(
            predictions.ids, predictions.checked, predictions.decisions, predictions.reasons, strict=True
        )
        for index, (name, checked, decision, reasons) in enumerate(parts):
            entry = self._entry(200, index) | {
                PREDICTION_ID: name,
                "prediction": decision.prediction,
                "probability_of_default": decision.probability_of_default,
                "threshold": decision.threshold,
                "score": decision.score,
                "risk_band": decision.risk_band,
                "policy": decision.policy,
                "reasons": [reason.field for reason in reasons],
            }
            if self.with_inputs:
                entry |= {"inputs": checked.values, "warnings": decision.warnings}  # noqa: PD011
            entries.append(entry)
        return entries

    def of_rows(self, rows: pd.DataFrame, scored: pd.DataFrame) -> list[dict[str, Any]]:
        """Return one entry for each row of a file that was scored, and for the first hundred that were not.

        Args:
            rows: As the lender's file has them, every column as text; the index holds their numbers.
            scored: From `Scorer.score`, the same rows, with a `prediction_id` where they were decided.
        """
        decided = scored[scored["reason"].isna()]
        columns = [decided[name].tolist() for name in _OF_ROW]
        entries = []
        for number, *row in zip(decided.index.tolist(), *columns, strict=True):
            entry = self._entry(200, number) | dict(zip(_OF_ROW, row, strict=True))
            entry["prediction"] = PREDICTIONS[entry["prediction"]]
            entries.append(entry | {"threshold": self.scorer.threshold, "reasons": []})
        if self.with_inputs:
            for entry, inputs in zip(entries, self.scorer.values(rows.loc[decided.index]), strict=True):
                entry |= {"inputs": inputs, "warnings": []}
        faulty = scored["reason"].dropna().head(MAX_FAULTY)
        for number, reason in zip(faulty.index.tolist(), faulty.tolist(), strict=True):
            # A message may quote the input.
            message = {"msg": reason[:MAX_TEXT]} if self.with_inputs else {}
            faults = [{"type": "value_error", "loc": ["file", number], **message}]
            entries.append(self._entry(422, number) | {"faults": faults})
        return entries

    def refused(
        self, refusal: RefusedError, applications: Sequence[Mapping[str, Any]]
    ) -> list[dict[str, Any]]:
        """Return one entry for each faulty application, or one for a request that is faulty as a whole."""
        by_index: dict[int | None, list[dict[str, Any]]] = {}
        for fault in refusal.faults:
            loc = fault["loc"]
            several = len(loc) > 1 and isinstance(loc[1], int)
            index = loc[1] if several else 0 if len(loc) > 1 else None
            # A message may quote the input.
            shown = fault if self.with_inputs else {"type": fault["type"], "loc": loc}
            by_index.setdefault(index, []).append(shown)
        entries = []
        for index, faults in list(by_index.items())[:MAX_FAULTY]:
            entry = self._entry(refusal.status, index) | {"faults": faults}
            if self.with_inputs and index is not None and index < len(applications):
                entry["inputs"] = self._known(applications[index])
            entries.append(entry)
        return entries

    def failed(self, applications: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Return one entry for each application of a request that the service failed to answer."""
        entries = [self._entry(500, index) for index in range(min(len(applications), MAX_FAULTY))]
        if self.with_inputs:
            for entry, application in zip(entries, applications, strict=False):
                entry["inputs"] = self._known(application)
        return entries or [self._entry(500, None)]

    def _entry(self, status: int, index: int | None) -> dict[str, Any]:
        return {
            "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "request_id": self.request_id,
            PREDICTION_ID: None,
            "index": index,
            "status": status,
            "latency_ms": round(self.latency_ms, 3),
            "model": model_version(self.scorer.manifest),
        }

    def _known(self, application: Mapping[str, Any]) -> dict[str, Any]:
        """Return only what was asked for: what else was sent may be anybody's name."""
        return {
            field.name: _short(application[field.name])
            for field in self.scorer.fields
            if field.name in application
        }


def _short(value: Any) -> Any:
    if isinstance(value, str):
        return value[:MAX_TEXT]
    return type(value).__name__ if isinstance(value, dict | list) else value
