"""Permutation importance: what a model loses when one raw input is shuffled."""

from __future__ import annotations

from collections.abc import Callable, Collection

import numpy as np
import pandas as pd
from scipy.stats import norm

from loan_default.errors import InputError
from loan_default.evaluation.delong import auc_covariance
from loan_default.evaluation.metrics import check_two_classes


def permutation_importance(
    predict: Callable[[np.ndarray], np.ndarray],
    exchanged: Callable[[str, np.ndarray], np.ndarray],
    X: np.ndarray,
    y: np.ndarray,
    inputs: Collection[str],
    *,
    repeats: int,
    seed: int,
    confidence: float,
    units: np.ndarray | None = None,
) -> pd.DataFrame:
    """Measure the drop in ROC AUC when the values of one raw input are shuffled between the rows.

    Features made of the input, alone or with others, follow its new value, so that they stay consistent with
    each other. Inputs that say the same thing stand in for one another and each look unimportant.

    The interval is DeLong's of a paired difference, here of the whole rows' ROC AUC and the mean of the
    shuffled ones. A row's value comes from another row drawn at random, so that what rows differ by after
    a shuffle holds the chance of the shuffles too; simulations in the tests hold the coverage.

    Args:
        predict: From features (rows, features) to probability or score of default (rows,).
        exchanged: From an input and the rows whose values it takes, int of shape (rows,), to features (rows,
            features).
        X: Features of shape (rows, features), validation rows.
        y: 0/1 of shape (rows,), 1 = default.
        inputs: The raw inputs.
        repeats: Shuffles per input, at least 1.
        seed: Seed of the shuffles.
        confidence: Coverage of the interval, as a share.
        units: Sampling unit of each row (twins together), int of shape (rows,) from 0; each row its own where
            it is None.

    Returns:
        One row per input, most important first: `input`, `drop` (mean over shuffles, ROC AUC), `low` and
        `high` (of the drop on loans like these: the chance of the rows and of the shuffles); `behind`,
        `behind_low` and `behind_high`, how much less that is than the first input's drop, paired on the same
        rows; `confidence`.

    Raises:
        InputError: If `repeats` is below 1, or `y` has one class.
    """
    if repeats < 1:
        raise InputError(f"repeats is {repeats}: 1 shuffle or more is needed.")
    check_two_classes(y, "The rows for permutation importance")

    rng = np.random.default_rng(seed)
    reach = float(norm.ppf((1 + confidence) / 2))
    whole = predict(X)[None]
    shuffled = {
        name: np.stack([predict(exchanged(name, rng.permutation(len(X)))) for _ in range(repeats)])
        for name in inputs
    }

    def less(better: np.ndarray, worse: np.ndarray) -> tuple[float, float, float]:
        """Mean ROC AUC of some scores less that of others, with its interval."""
        auc, covariance = auc_covariance(y, np.concatenate([better, worse]), units)
        contrast = np.repeat([1 / len(better), -1 / len(worse)], [len(better), len(worse)])
        found = float(auc[: len(better)].mean() - auc[len(better) :].mean())
        error = float(np.sqrt(max(contrast @ covariance @ contrast, 0.0)))
        return found, found - reach * error, found + reach * error

    drops = [(name, *less(whole, scores)) for name, scores in shuffled.items()]
    table = pd.DataFrame(drops, columns=["input", "drop", "low", "high"])
    table = table.sort_values("drop", ascending=False, ignore_index=True, kind="stable")
    first, *others = table["input"]
    # What the rows lose more by the first than by another is what they keep more under the other's shuffle.
    behind = [(0.0, 0.0, 0.0), *(less(shuffled[name], shuffled[first]) for name in others)]
    table[["behind", "behind_low", "behind_high"]] = behind
    return table.assign(confidence=confidence)
