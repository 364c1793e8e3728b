"""How well the features in use give a protected column away, though it is none of them."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.stats import norm

from loan_default.evaluation.delong import auc_covariance

COLUMNS = ("column", "group", "n", "roc_auc", "roc_auc_low", "roc_auc_high")
TREES_IN_ALL = 240
"""Shared among the groups of a column, so that one with many takes no longer."""


def measure_proxies(
    X_train: np.ndarray,
    train_labels: pd.DataFrame,
    X_test: np.ndarray,
    test_labels: pd.DataFrame,
    test_units: np.ndarray,
    confidence: float,
    seed: int,
) -> pd.DataFrame:
    """Guess the group of each test row from its features, by boosted trees trained on train rows.

    Args:
        X_train: Features of shape (train rows, features), none of them from a protected column.
        train_labels: Groups of shape (train rows, protected columns); missing where left out.
        X_test: Features of the test rows.
        test_labels: Groups of the test rows.
        test_units: Sampling unit of each test row, int of shape (test rows,) from 0.
        confidence: Coverage of the intervals, as a share.
        seed: Seed of the trees.

    Returns:
        `COLUMNS`, one row per column and group: ROC AUC of the guessed probability of that group against
        being in it (0.5: the features say nothing of it), with DeLong's interval. A column with fewer than
        two groups gives none.
    """
    rows = []
    for column in map(str, train_labels.columns):
        known, judged = train_labels[column].notna().to_numpy(), test_labels[column].notna().to_numpy()
        codes, names = pd.factorize(train_labels.loc[known, column], sort=True)
        here = test_labels.loc[judged, column].to_numpy()
        if len(names) < 2 or len(np.unique(here.astype(str))) < 2:
            continue
        guessed = _guess(X_train[known], codes, len(names), X_test[judged], seed)
        units = pd.factorize(test_units[judged])[0]
        for place, name in enumerate(names):
            member = here == name
            if not 0 < member.sum() < len(member):
                continue
            auc, covariance = auc_covariance(member.astype(int), guessed[None, :, place], units)
            reach = float(norm.ppf((1 + confidence) / 2) * np.sqrt(max(covariance[0, 0], 0.0)))
            ends = (max(0.0, auc[0] - reach), min(1.0, auc[0] + reach))
            rows.append((column, name, int(member.sum()), float(auc[0]), *ends))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _guess(X: np.ndarray, codes: np.ndarray, groups: int, X_test: np.ndarray, seed: int) -> np.ndarray:
    """Return the probability of each group, shape (test rows, groups)."""
    import lightgbm

    settings = {
        "objective": "multiclass",
        "num_class": groups,
        "learning_rate": 0.1,
        "num_leaves": 15,
        "min_data_in_leaf": 30,
        "num_threads": 2,
        "seed": seed,
        "deterministic": True,
        "force_row_wise": True,
        "verbosity": -1,
    }
    booster = lightgbm.train(settings, lightgbm.Dataset(X, codes), max(8, TREES_IN_ALL // groups))
    return np.asarray(booster.predict(X_test))
