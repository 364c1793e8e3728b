"""A forest in which every tree sees all defaults and as many of the others."""

from __future__ import annotations

from typing import Any

import numpy as np

from loan_default.models.imbalance import ImbalanceSettings, rebalance
from loan_default.models.random_forest import RandomForestSettings
from loan_default.models.threads import thread_count


class BalancedForestSettings(RandomForestSettings):
    """As of the Random Forest."""


def train_balanced_forest(
    X: np.ndarray, y: np.ndarray, settings: BalancedForestSettings, seed: int
) -> tuple[Any, dict[str, Any]]:
    """Train a BalancedRandomForestClassifier (Chen, Liaw & Breiman 2004).

    Each tree draws as many rows as those of the Random Forest, the share `max_samples` of all, from all
    defaults and as many others, or as many as these are where that is less: else it would be compared by the
    rows its trees see, not by their balance.

    Args:
        X: float32 features, shape (rows, features).
        y: Outcome, shape (rows,), 1 = default.
        settings: Size and shape; its own `imbalance` must be none, as the trees are balanced already.
        seed: Of the forest.

    Returns:
        The forest, and the record of undersampling to as many non-defaults as defaults, which is what each
        tree's rows are.

    Raises:
        InputError: Where the training rows hold one class only, or more defaults than others.
    """
    from imblearn.ensemble import BalancedRandomForestClassifier

    # What every tree does to the probabilities is what one such draw does.
    record = rebalance(X, y, ImbalanceSettings(method="undersample"), seed).record
    forest = BalancedRandomForestClassifier(
        n_estimators=settings.n_estimators,
        max_depth=settings.max_depth,
        min_samples_leaf=settings.min_samples_leaf,
        max_features=settings.max_features,
        sampling_strategy="all",
        replacement=False,
        bootstrap=True,
        max_samples=settings.max_samples,
        n_jobs=thread_count(settings.threads),
        random_state=seed,
    )
    return forest.fit(X, y), record
