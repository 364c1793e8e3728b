"""Rebalance the training rows, and record what it does to the probabilities."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from loan_default.errors import InputError
from loan_default.models.categories import find_categories, fold, unfold


class ImbalanceSettings(BaseModel):
    """What to do about defaults being rare among the training rows."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    method: Literal["none", "class_weight", "undersample", "smote", "smotenc"] = Field(
        default="none",
        description="none: train on the rows as they are. class_weight: weigh defaults up. undersample: drop "
        "non-defaults at random. smote: add synthetic defaults. smotenc: the same, but flags stay flags and "
        "a category has one of its levels. Rebalancing seldom improves the ranking and distorts the "
        "probabilities; the distortion is undone or calibrated away afterwards.",
    )
    ratio: float = Field(
        default=1.0,
        gt=0,
        le=1,
        description="Defaults per non-default after rebalancing, in rows (undersample, smotes) or in weight "
        "(class_weight); 1 = balanced. Must exceed the ratio in the training rows.",
    )
    smote_neighbours: int = Field(
        default=5,
        ge=1,
        description="Nearest defaults among which SMOTE interpolates (smote and smotenc only).",
    )


@dataclass(frozen=True)
class Rebalanced:
    """Training rows after rebalancing.

    Attributes:
        X: Features of shape (rows, features).
        y: Outcome of shape (rows,), 1 = default.
        sample_weight: Weight of each row, mean 1, of shape (rows,); None where all weigh the same.
        record: What was done, JSON-able: `method`, counts `before` and `after` as
            `{"event": int, "non_event": int}`, and by method `weight_event` and `weight_non_event`,
            or `beta` (share of the non-defaults kept), or `ratio`. `undo_rebalancing` reads it.
    """

    X: np.ndarray
    y: np.ndarray
    sample_weight: np.ndarray | None
    record: dict[str, Any]


def rebalance(X: np.ndarray, y: np.ndarray, settings: ImbalanceSettings, seed: int) -> Rebalanced:
    """Rebalance training rows. Never give it rows of another part.

    Args:
        X: Features of the training rows, shape (rows, features).
        y: Outcome, shape (rows,), 1 = default.
        settings: Method and ratio.
        seed: Seed of the sampling.

    Returns:
        Rows, weights and the record of what was done. The inputs are left as they are.

    Raises:
        InputError: Where the rows hold one class only, already reach the ratio, or are too few for SMOTE.
    """
    before = _counts(y)
    if not (before["event"] and before["non_event"]):
        raise InputError(
            f"The training rows hold {before['event']} defaults and {before['non_event']} non-defaults: "
            "training needs both. Check the outcome column and the split."
        )
    record: dict[str, Any] = {"method": settings.method, "before": before, "after": before}
    if settings.method == "none":
        return Rebalanced(X, y, None, record)
    _check_ratio(before, settings)
    if settings.method == "class_weight":
        return _weigh(X, y, settings.ratio, record)
    if settings.method == "undersample":
        return _undersample(X, y, settings.ratio, seed, record)
    return _smote(X, y, settings, seed, record)


def _counts(y: np.ndarray) -> dict[str, int]:
    events = int(np.count_nonzero(y))
    return {"event": events, "non_event": len(y) - events}


def _check_ratio(before: dict[str, int], settings: ImbalanceSettings) -> None:
    present = before["event"] / before["non_event"]
    if present >= settings.ratio:
        raise InputError(
            f"imbalance.ratio is {settings.ratio:g}, but the training rows already hold {present:.3f} "
            f"defaults per non-default: '{settings.method}' can only raise that. Give a higher "
            "ratio (at most 1) or set imbalance.method to 'none'."
        )


def _weigh(X: np.ndarray, y: np.ndarray, ratio: float, record: dict[str, Any]) -> Rebalanced:
    events, non_events = record["before"]["event"], record["before"]["non_event"]
    # Mean weight 1 leaves step sizes and penalties what they were; at ratio 1 this is "balanced".
    weight_non_event = len(y) / (non_events * (1 + ratio))
    weight_event = weight_non_event * ratio * non_events / events
    weights = np.where(y == 1, weight_event, weight_non_event)
    record |= {"weight_event": weight_event, "weight_non_event": weight_non_event}
    return Rebalanced(X, y, weights, record)


def _undersample(X: np.ndarray, y: np.ndarray, ratio: float, seed: int, record: dict[str, Any]) -> Rebalanced:
    from imblearn.under_sampling import RandomUnderSampler

    sampler = RandomUnderSampler(sampling_strategy=ratio, random_state=seed)
    sampler.fit_resample(np.zeros((len(y), 1), dtype=np.int8), y)
    kept = np.sort(sampler.sample_indices_)
    after = _counts(y[kept])
    record |= {"after": after, "beta": after["non_event"] / record["before"]["non_event"]}
    return Rebalanced(X[kept], y[kept], None, record)


def _smote(
    X: np.ndarray, y: np.ndarray, settings: ImbalanceSettings, seed: int, record: dict[str, Any]
) -> Rebalanced:
    from imblearn.over_sampling import SMOTE, SMOTENC

    if record["before"]["event"] <= settings.smote_neighbours:
        raise InputError(
            f"imbalance.smote_neighbours is {settings.smote_neighbours}, but there are only "
            f"{record['before']['event']} defaults to train on: SMOTE needs more defaults than neighbours. "
            "Lower it or choose another imbalance.method."
        )
    how: dict[str, Any] = {
        "sampling_strategy": settings.ratio,
        "k_neighbors": settings.smote_neighbours,
        "random_state": seed,
    }
    if settings.method == "smotenc":
        categories = _categories(X)
        folded = fold(X, categories)
        codes = list(range(folded.shape[1] - len(categories), folded.shape[1]))
        X_new, y_new = SMOTENC(codes, **how).fit_resample(folded, y)
        X_new = unfold(X_new, categories)
    else:
        X_new, y_new = SMOTE(**how).fit_resample(X, y)
    record |= {"after": _counts(y_new), "ratio": settings.ratio}
    return Rebalanced(X_new.astype(X.dtype, copy=False), y_new.astype(y.dtype, copy=False), None, record)


def _categories(X: np.ndarray) -> list[list[int]]:
    found = find_categories(X)
    columns = sum(map(len, found))
    if not 0 < columns < X.shape[1]:
        raise InputError(
            f"imbalance.method is 'smotenc', but {columns} of {X.shape[1]} features have two values: it "
            "needs some that do and some that do not. Use 'smote' or another method."
        )
    return found
