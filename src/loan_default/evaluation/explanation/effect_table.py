"""Effects of several inputs, and how they go together with the data."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from loan_default.evaluation.explanation.directions import (
    NONE,
    UNCOMPARED,
    agreement,
    trend_of_data,
    trend_of_model,
)
from loan_default.evaluation.explanation.effects import (
    Probability,
    accumulated_local_effects,
    effect_edges,
    partial_dependence,
)
from loan_default.evaluation.explanation.inputs import Input, observe

_EFFECT = ("input", "label", "method", "value", "shown", "effect", "probability", "n")
_OBSERVED = ("input", "label", "bin", "value", "n", "events", "event_rate", "low", "high", "woe", "iv")
_DIRECTION = ("input", "label", "method", "span", "change", "data", "model", "agreement")


@dataclass(frozen=True)
class Subject:
    """An input to be looked at.

    Attributes:
        of: The input.
        probability: Scores the rows of `values` with the input set to other values.
        values: The input on rows that the model never saw, float of shape (rows,); nan is missing.
        train_values: The same on train rows.
    """

    of: Input
    probability: Probability
    values: np.ndarray
    train_values: np.ndarray


@dataclass(frozen=True)
class Panel:
    """An input, what the model does with it (`measure_effect`) and what the data say of it (`observe`)."""

    subject: Subject
    effect: pd.DataFrame
    observed: pd.DataFrame


def measure_effects(
    subjects: Iterable[Subject],
    at_most: int,
    mean: float,
    default: np.ndarray,
    units: np.ndarray,
    bins: int,
    confidence: float,
) -> list[Panel]:
    """Measure the first inputs that have an effect to measure.

    Args:
        subjects: The inputs, the most wanted first.
        at_most: How many are measured.
        mean: Mean probability of the rows that the model never saw.
        default: Outcome of the train rows, 1 = default.
        units: Sampling unit of each train row.
        bins: Bins of a number; each label is a step.
        confidence: Coverage of the intervals of default rates, as a share.
    """
    panels: list[Panel] = []
    for subject in subjects:
        if len(panels) == at_most:
            break
        effect = measure_effect(subject.of, subject.probability, subject.values, mean, bins)
        if effect is not None:
            observed = observe(subject.of, subject.train_values, default, units, bins, confidence)
            panels.append(Panel(subject, effect, observed))
    return panels


def tabulate(panels: Iterable[Panel]) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Put the panels' numbers into tables.

    Returns:
        Effects (of `measure_effect`), default rates and weight of evidence (of `observe`), and directions (of
        `compare_direction`); with their columns, but no rows, where there are no panels.
    """
    panels = list(panels)
    effects = [panel.effect for panel in panels]
    observed = [panel.observed for panel in panels]
    directions = [compare_direction(panel.subject.of, panel.effect, panel.observed) for panel in panels]
    return (
        pd.concat(effects, ignore_index=True) if panels else pd.DataFrame(columns=_EFFECT),
        pd.concat(observed, ignore_index=True) if panels else pd.DataFrame(columns=_OBSERVED),
        pd.DataFrame(directions, columns=_DIRECTION),
    )


def measure_effect(
    of: Input, probability: Probability, values: np.ndarray, mean: float, bins: int
) -> pd.DataFrame | None:
    """Measure the effect of one input, by the method that its kind allows.

    Args:
        of: The input.
        probability: Scores rows with the input set to other values.
        values: The input on these rows, float of shape (rows,); nan is missing.
        mean: Mean probability of the rows.
        bins: Bins of a number; each label is a step.

    Returns:
        `input`, `label`, `method` (ALE or partial dependence), `value`, `shown`, `effect`, `probability` (the
        mean and the effect), `n`; None where the rows hold fewer than two values.
    """
    known = values[~np.isnan(values)]
    edges = effect_edges(values, bins) if of.kind == "number" else np.unique(known)
    if len(edges) < 2:
        return None
    by_labels = of.kind == "labels"
    measure = partial_dependence if by_labels else accumulated_local_effects
    effect = measure(probability, values, edges)
    effect.insert(0, "input", of.name)
    effect.insert(1, "label", of.label)
    effect.insert(2, "method", "partial dependence" if by_labels else "ALE")
    effect["shown"] = [of.written(value) for value in effect["value"]]
    effect["probability"] = mean + effect["effect"]
    return effect[list(_EFFECT)]


def compare_direction(of: Input, effect: pd.DataFrame, observed: pd.DataFrame) -> dict[str, object]:
    """Hold the direction of an effect against that of the data.

    Args:
        of: The input.
        effect: From `measure_effect`.
        observed: From `observe`, of train rows.

    Returns:
        `input`, `label`, `method`, `span` (highest less lowest effect, in probability), `change` (from the
        lowest to the highest value; nan without an order), `data`, `model` (trends), `agreement`.
    """
    span = float(np.ptp(effect["effect"]))
    row: dict[str, object] = {
        "input": of.name,
        "label": of.label,
        "method": effect["method"].iloc[0],
        "span": span,
    }
    if of.kind == "labels":
        return row | {"change": np.nan, "data": NONE, "model": NONE, "agreement": UNCOMPARED}
    of_data = trend_of_data(observed)
    of_model, change = trend_of_model(effect)
    return row | {
        "change": change,
        "data": of_data,
        "model": of_model,
        "agreement": agreement(of_data, of_model),
    }
