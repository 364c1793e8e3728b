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
    confidence: float = 0.95,
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
        `high` (of the drop on loans like these: the chance of the rows and of the shuffles).

    Raises:
        InputError: If `repeats` is below 1, or `y` has one class.
    """
    if repeats < 1:
        raise InputError(f"repeats is {repeats}: 1 shuffle or more is needed.")
    check_two_classes(y, "The rows for permutation importance")

    rng = np.random.default_rng(seed)
    reach = float(norm.ppf((1 + confidence) / 2))
    # ROC AUC of the whole rows less the mean of the shuffled ones.
    contrast = np.array([1.0, *[-1 / repeats] * repeats])
    scores = np.empty((1 + repeats, len(X)))
    scores[0] = predict(X)
    rows = []
    for name in inputs:
        for i in range(1, 1 + repeats):
            scores[i] = predict(exchanged(name, rng.permutation(len(X))))
        auc, covariance = auc_covariance(y, scores, units)
        drop = float(auc[0] - auc[1:].mean())
        error = float(np.sqrt(max(contrast @ covariance @ contrast, 0.0)))
        rows.append((name, drop, drop - reach * error, drop + reach * error))
    table = pd.DataFrame(rows, columns=["input", "drop", "low", "high"])
    return table.sort_values("drop", ascending=False, ignore_index=True, kind="stable")
