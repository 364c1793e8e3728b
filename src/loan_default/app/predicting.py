"""From the applications of one request to their decisions and the answer."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from loan_default.app.faults import MAX_FAULTS, Detail, RefusedError, fault
from loan_default.scoring import Checked, Decision, Manifest, Reason, Scorer
from loan_default.scoring.decision import Prediction

PREDICTIONS: dict[int, Prediction] = {0: "No Default", 1: "Default"}
"""How the numbers of a scored file are called here."""

PREDICTION_ID = "prediction_id"
"""Column of a scored file, key of an answer and of a line of the log: outcomes are joined by it."""


@dataclass(frozen=True, slots=True)
class Predictions:
    """The decisions on the applications of one request, in their order, each under a name of its own."""

    ids: Sequence[str]
    checked: Sequence[Checked]
    decisions: Sequence[Decision]
    reasons: Sequence[Sequence[Reason]]


def predict(
    scorer: Scorer, applications: Sequence[Mapping[str, Any]], is_array: bool, with_reasons: bool
) -> Predictions:
    """Check, decide and explain.

    Args:
        scorer: The model in service.
        applications: As they came.
        is_array: Whether they came as an array, so that faults are located by index.
        with_reasons: Whether to explain; otherwise there are no reasons.

    Raises:
        RefusedError: An application has a fault; then none is decided.
    """
    checked = []
    faults: list[Detail] = []
    for index, application in enumerate(applications):
        result = scorer.check(application)
        checked.append(result)
        if result.faults:
            faults += _field_faults(application, result, ["body", index] if is_array else ["body"])
            if len(faults) > MAX_FAULTS:  # finding the closest labels takes time
                break
    if faults:
        raise RefusedError(422, faults)
    decisions = scorer.decide(checked)
    reasons = [scorer.reasons(one) for one in checked] if with_reasons else [()] * len(checked)
    return Predictions([new_id() for _ in checked], checked, decisions, reasons)


def new_id() -> str:
    """Name a prediction, alike in the answer and in the log."""
    return uuid.uuid4().hex


def response(predictions: Predictions, manifest: Manifest) -> dict[str, Any]:
    """Write the answer as plain data."""
    results = [
        {
            PREDICTION_ID: name,
            "prediction": decision.prediction,
            "probabilities": rounded(decision.probability_of_default),
            "probability_of_default": decision.probability_of_default,
            "threshold": decision.threshold,
            "score": decision.score,
            "risk_band": decision.risk_band,
            "policy": decision.policy,
            "policy_note": decision.policy_note,
            "reasons": [
                {
                    "field": reason.field,
                    "label": reason.label,
                    "value": reason.value,
                    "direction": reason.direction,
                    "contribution": reason.contribution,
                    "text": reason.text,
                }
                for reason in reasons
            ],
            "warnings": decision.warnings,
        }
        for name, decision, reasons in zip(
            predictions.ids, predictions.decisions, predictions.reasons, strict=True
        )
    ]
    return {"n_predictions": len(results), "results": results, "model": model_version(manifest)}


def model_version(manifest: Manifest) -> dict[str, Any]:
    """Return which model decides."""
    return {"name": manifest.model, "version": manifest.version, "run_id": manifest.run_id}


def rounded(probability_of_default: float) -> dict[str, float]:
    """Return both probabilities, rounded to 3 decimals and adding up to 1."""
    default = round(probability_of_default, 3)
    return {"Default": default, "No Default": round(1 - default, 3)}


def _field_faults(
    application: Mapping[str, Any], checked: Checked, where: Sequence[str | int]
) -> list[Detail]:
    return [
        fault("value_error" if field in application else "missing", [*where, field], message)
        for field, message in checked.faults
    ]
