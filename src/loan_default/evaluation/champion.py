"""Choose the champion by a stated rule, and say why in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from loan_default.evaluation.settings import ComparisonSettings, Criteria
from loan_default.evaluation.words import LABELS, LOWER_IS_BETTER

ROUNDING = 1e-12
"""A model exactly `margin` behind the best is within it, whatever the last binary digit says."""


def choose_champion(
    metrics: Mapping[str, Mapping[str, float]], settings: ComparisonSettings
) -> dict[str, Any]:
    """Choose the champion and the challenger.

    Criteria are checked on test rows and can refuse every model. Among the admitted the choice is made on
    validation rows: the first in `settings.preference` that is within `settings.margin` of the best. The
    challenger is the best of the other admitted models.

    Args:
        metrics: Flat metrics by model, as `evaluate_predictions` gives them.
        settings: Metric, margin, preference, criteria.

    Returns:
        A plain record: `champion` (name or None), `challenger` (name or None), `best` (name, on validation
        rows, admitted or not; among equals the first in order of preference), `metric`, `rule` and `reason`
        (words), `validation` (metric by model), `criteria` (by model and criterion: `value`, `limit`,
        `passed`).
    """
    validation = {name: float(values[f"validation_{settings.metric}"]) for name, values in metrics.items()}
    sign = -1 if settings.metric in LOWER_IS_BETTER else 1
    place: dict[str, int] = {name: i for i, name in enumerate(settings.preference)}
    preferred = sorted(metrics, key=lambda name: place.get(name, len(place)))
    criteria = {name: _check(values, settings.criteria) for name, values in metrics.items()}
    admitted = [name for name in preferred if all(c["passed"] for c in criteria[name].values())]
    ranked = sorted(admitted, key=lambda name: -sign * validation[name])

    champion = challenger = None
    if ranked:
        best = sign * validation[ranked[0]]
        champion = next(
            name for name in preferred
            if name in admitted and best - sign * validation[name] <= settings.margin + ROUNDING
        )  # fmt: skip
        challenger = next((name for name in ranked if name != champion), None)
    return {
        "champion": champion,
        "challenger": challenger,
        "best": max(preferred, key=lambda name: sign * validation[name]),
        "metric": settings.metric,
        "rule": _rule(settings, preferred),
        "reason": _reason(
            champion,
            challenger,
            ranked=ranked,
            preferred=preferred,
            validation=validation,
            criteria=criteria,
            settings=settings,
        ),
        "validation": validation,
        "criteria": criteria,
    }


def _check(values: Mapping[str, float], criteria: Criteria) -> dict[str, dict[str, Any]]:
    # The calibration error is never negative, so on few rows chance alone raises it: its lower end counts.
    low, error, gap = values["roc_auc_low"], values["calibration_error_low"], values["train_test_gap"]
    checks: dict[str, dict[str, Any]] = {
        "min_roc_auc_low": _criterion(low, criteria.min_roc_auc_low, low >= criteria.min_roc_auc_low),
        "max_calibration_error": _criterion(
            error, criteria.max_calibration_error, error <= criteria.max_calibration_error
        ),
    }
    if criteria.max_train_test_gap is not None:
        checks["max_train_test_gap"] = _criterion(
            gap, criteria.max_train_test_gap, gap <= criteria.max_train_test_gap
        )
    return checks


def _criterion(value: float, limit: float, passed: bool) -> dict[str, Any]:
    return {"value": float(value), "limit": float(limit), "passed": bool(passed)}


def _rule(settings: ComparisonSettings, preferred: list[str]) -> str:
    criteria = settings.criteria
    limits = [
        f"the lower end of the ROC AUC interval is at least {criteria.min_roc_auc_low:g}",
        f"the lower end of the calibration error's interval is at most {criteria.max_calibration_error:g}",
    ]
    if criteria.max_train_test_gap is not None:
        limits.append(f"ROC AUC on train rows is at most {criteria.max_train_test_gap:g} above that on test")
    return (
        f"A model is admitted if on test rows {_listed(limits)}. The champion is the first admitted in the "
        f"order {', '.join(preferred)} whose {LABELS[settings.metric]} on validation rows is within "
        f"{settings.margin:g} of the best. The challenger is the best other model admitted."
    )


def _reason(
    champion: str | None,
    challenger: str | None,
    *,
    ranked: list[str],
    preferred: list[str],
    validation: Mapping[str, float],
    criteria: Mapping[str, Mapping[str, Mapping[str, Any]]],
    settings: ComparisonSettings,
) -> str:
    refused = [
        f"{name} ({_listed([_failure(k, c) for k, c in criteria[name].items() if not c['passed']])})"
        for name in preferred if name not in ranked
    ]  # fmt: skip
    if champion is None:
        return f"No champion, every model misses a criterion on test rows: {'; '.join(refused)}."

    label, best = LABELS[settings.metric], ranked[0]
    if champion == best:
        words = [f"{champion} has the best {label} on validation rows ({validation[champion]:.4f})."]
        passed_over = [n for n in preferred[: preferred.index(champion)] if n in ranked]
        if passed_over:
            behind = [f"{n} ({validation[n]:.4f})" for n in passed_over]
            words.append(f"It is ahead of {_listed(behind)} by more than the margin of {settings.margin:g}.")
    else:
        gap = abs(validation[best] - validation[champion])
        words = [
            f"{champion} comes first in the order of preference among the models within {settings.margin:g} "
            f"of the best {label} on validation rows: it has {validation[champion]:.4f}, {best} "
            f"{validation[best]:.4f}, a difference of {gap:.4f}."
        ]
    if challenger is None:
        words.append("No other model is admitted as challenger.")
    elif challenger != best:
        words.append(f"The challenger is {challenger} ({validation[challenger]:.4f}).")
    else:
        words.append(f"The challenger is {challenger}.")
    if refused:
        words.append(f"Not admitted: {'; '.join(refused)}.")
    return " ".join(words)


def _failure(criterion: str, check: Mapping[str, Any]) -> str:
    value, limit = f"{check['value']:.4f}", f"{check['limit']:g}"
    return {
        "min_roc_auc_low": f"ROC AUC interval begins at {value}, below {limit}",
        "max_calibration_error": f"calibration error interval begins at {value}, above {limit}",
        "max_train_test_gap": f"ROC AUC falls by {value} from train to test, more than {limit}",
    }[criterion]


def _listed(parts: list[str]) -> str:
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)
