"""Permutation importance: what a model loses when one raw input is shuffled."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd
from scipy.stats import t

from loan_default.errors import InputError
from loan_default.evaluation.metrics import check_two_classes


def permutation_importance(
    predict: Callable[[np.ndarray], np.ndarray],
    X: np.ndarray,
    y: np.ndarray,
    groups: Mapping[str, Sequence[int]],
    *,
    repeats: int,
    seed: int,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Measure the drop in ROC AUC when all features made from one raw input are shuffled together.

    Shuffling together keeps the features of a row's one input consistent with each other (its one-hot
    levels, its missing flag). Inputs that say the same thing stand in for one another and each look
    unimportant.

    Args:
        predict: From features (rows, features) to probability or score of default (rows,).
        X: Features of shape (rows, features), validation rows; not changed.
        y: 0/1 of shape (rows,), 1 = default.
        groups: Feature column numbers by raw input.
        repeats: Shuffles per input, at least 2.
        seed: Seed of the shuffles.
        confidence: Coverage of the interval, as a share.

    Returns:
        One row per input, most important first: `input`, `features` (count), `drop` (mean over shuffles, ROC
        AUC), `low` and `high` (t interval of that mean: the chance of the shuffles, not of the rows).

    Raises:
        InputError: If `repeats` is below 2, a column number does not exist, or `y` has one class.
    """
    from sklearn.metrics import roc_auc_score

    if repeats < 2:
        raise InputError(f"repeats is {repeats}: 2 shuffles or more are needed for an interval.")
    wrong = {name: c for name, c in groups.items() if not c or min(c) < 0 or max(c) >= X.shape[1]}
    if wrong:
        raise InputError(f"No such feature columns: {wrong}; the matrix has columns 0 to {X.shape[1] - 1}.")
    check_two_classes(y, "The rows for permutation importance")

    rng = np.random.default_rng(seed)
    whole = roc_auc_score(y, predict(X))
    work = X.copy()
    rows = []
    for name, columns in groups.items():
        cells = np.ix_(np.arange(len(X)), np.asarray(columns))
        drops = np.empty(repeats)
        for i in range(repeats):
            work[cells] = X[cells][rng.permutation(len(X))]
            drops[i] = whole - roc_auc_score(y, predict(work))
        work[cells] = X[cells]
        mean = float(drops.mean())
        reach = float(t.ppf((1 + confidence) / 2, repeats - 1) * drops.std(ddof=1) / np.sqrt(repeats))
        rows.append((name, len(columns), mean, mean - reach, mean + reach))
    table = pd.DataFrame(rows, columns=["input", "features", "drop", "low", "high"])
    return table.sort_values("drop", ascending=False, ignore_index=True, kind="stable")
