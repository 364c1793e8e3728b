"""The Random Forest."""

from __future__ import annotations

from typing import Any

import numpy as np
from pydantic import Field

from loan_default.models.imbalance import rebalance
from loan_default.models.settings import ModelSettings
from loan_default.models.threads import thread_count
from loan_default.progress import TrainingProgress

TREES_PER_STEP = 20


class RandomForestSettings(ModelSettings):
    """Size and shape of the forest; the defaults are fair on credit files and bounded in time and memory."""

    n_estimators: int = Field(default=300, ge=1, description="Trees.")
    max_depth: int | None = Field(default=12, ge=1, description="Deepest level of a tree; null = no limit.")
    min_samples_leaf: int = Field(default=20, ge=1, description="Fewest training rows in a leaf.")
    max_features: float = Field(default=0.3, gt=0, le=1, description="Share of the features tried per split.")
    max_samples: float = Field(
        default=0.3, gt=0, le=1, description="Share of the training rows drawn, with replacement, per tree."
    )
    threads: int | None = Field(default=None, ge=1, description="CPU threads; null = all cores.")


def train_random_forest(
    X: np.ndarray, y: np.ndarray, settings: RandomForestSettings, seed: int
) -> tuple[Any, dict[str, Any]]:
    """Train a RandomForestClassifier on training rows.

    Args:
        X: float32 features, shape (rows, features).
        y: Outcome, shape (rows,), 1 = default.
        settings: Size, shape, rebalancing.
        seed: Of the forest and the rebalancing; the result does not depend on the number of threads.

    Returns:
        The fitted forest and the rebalancing record.

    Raises:
        InputError: Where the training rows cannot be rebalanced.
    """
    from sklearn.ensemble import RandomForestClassifier

    rows = rebalance(X, y, settings.imbalance, seed)
    # Grown in steps, which gives the same trees as all at once, to show progress.
    forest = RandomForestClassifier(
        n_estimators=0,
        max_depth=settings.max_depth,
        min_samples_leaf=settings.min_samples_leaf,
        max_features=settings.max_features,
        max_samples=settings.max_samples,
        n_jobs=thread_count(settings.threads),
        random_state=seed,
        warm_start=True,
    )
    with TrainingProgress("random forest", "tree", settings.n_estimators) as progress:
        while forest.n_estimators < settings.n_estimators:
            forest.n_estimators = min(forest.n_estimators + TREES_PER_STEP, settings.n_estimators)
            forest.fit(rows.X, rows.y, sample_weight=rows.sample_weight)
            progress.update(forest.n_estimators)
    return forest.set_params(warm_start=False), rows.record
