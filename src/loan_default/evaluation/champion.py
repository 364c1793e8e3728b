"""Choose the champion by a stated rule, and say why in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from loan_default.evaluation.gates import CRITERIA, demand, refusals
from loan_default.evaluation.settings import ComparisonSettings
from loan_default.evaluation.words import LABELS, LOWER_IS_BETTER

ROUNDING = 1e-12
"""A model exactly `margin` behind the best is within it, whatever the last binary digit says."""


Gates = Mapping[str, Mapping[str, Mapping[str, Any]]]
"""By model, what `check_gates` gave."""


def choose_champion(
    metrics: Mapping[str, Mapping[str, float]], gates: Gates, settings: ComparisonSettings
) -> dict[str, Any]:
    """Choose the champion and the challenger.

    The gates are checked on test rows and can refuse every model. Among the admitted the choice is made on
    validation rows: the first in `settings.preference` that is within `settings.margin` of the best. The
    challenger is the best of the other admitted models.

    Args:
        metrics: Flat metrics by model, as `evaluate_predictions` gives them.
        gates: What `check_gates` gave, by model.
        settings: Metric, margin, preference.

    Returns:
        A plain record: `champion` (name or None), `challenger` (name or None), `best` (name, on validation
        rows, admitted or not; among equals the first in order of preference), `metric`, `rule` and `reason`
        (words), `validation` (metric by model), `criteria` (the gates).
    """
    validation = {name: float(values[f"validation_{settings.metric}"]) for name, values in metrics.items()}
    sign = -1 if settings.metric in LOWER_IS_BETTER else 1
    place: dict[str, int] = {name: i for i, name in enumerate(settings.preference)}
    preferred = sorted(metrics, key=lambda name: place.get(name, len(place)))
    refused = {name: refusals(gates[name]) for name in preferred}
    admitted = [name for name in preferred if not refused[name]]
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
        "rule": _rule(settings, preferred, gates[preferred[0]]),
        "reason": _reason(
            champion,
            challenger,
            ranked=ranked,
            preferred=preferred,
            validation=validation,
            refused={name: words for name, words in refused.items() if words},
            settings=settings,
        ),
        "validation": validation,
        "criteria": {name: {key: dict(gate) for key, gate in gates[name].items()} for name in metrics},
    }


def _rule(settings: ComparisonSettings, preferred: list[str], gates: Mapping[str, Mapping[str, Any]]) -> str:
    asked = [
        f"the {CRITERIA[name].title} is {demand(name, gate)}"
        for name, gate in gates.items()
        if gate["limit"] is not None
    ]
    admitted = (
        f"A model is admitted if on test rows {_listed(asked)}." if asked else "Every model is admitted."
    )
    return (
        f"{admitted} The champion is the first admitted in the "
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
    refused: Mapping[str, list[str]],
    settings: ComparisonSettings,
) -> str:
    not_admitted = "; ".join(f"{name} ({_listed(words)})" for name, words in refused.items())
    if champion is None:
        return f"No champion, every model misses a criterion on test rows: {not_admitted}."

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
        words.append(f"Not admitted: {not_admitted}.")
    return " ".join(words)


def _listed(parts: list[str]) -> str:
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)
