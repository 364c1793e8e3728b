"""LightGBM: gradient boosting, the yardstick on tables."""

from __future__ import annotations

import logging
from typing import Any

import numpy as np
from pydantic import Field

from loan_default.models.imbalance import rebalance
from loan_default.models.settings import ModelSettings
from loan_default.models.threads import thread_count
from loan_default.models.validation_loss import validation_loss
from loan_default.progress import TrainingProgress

logger = logging.getLogger(__name__)


class LightGbmSettings(ModelSettings):
    """Shape of the trees, step size, early stopping."""

    max_rounds: int = Field(default=2000, ge=1, description="Trees at most.")
    patience: int = Field(
        default=50, ge=1, description="Trees without a better validation loss after which training stops."
    )
    learning_rate: float = Field(default=0.05, gt=0, description="Share of each tree that is added.")
    num_leaves: int = Field(default=31, ge=2, description="Leaves per tree at most.")
    min_data_in_leaf: int = Field(default=100, ge=1, description="Fewest training rows in a leaf.")
    feature_fraction: float = Field(
        default=0.7, gt=0, le=1, description="Share of the features tried per tree."
    )
    bagging_fraction: float = Field(default=0.8, gt=0, le=1, description="Share of the rows drawn per tree.")
    lambda_l2: float = Field(default=1.0, ge=0, description="Ridge (L2) penalty on the leaf values.")
    threads: int | None = Field(default=None, ge=1, description="CPU threads; null = all cores.")


def train_lightgbm(
    X_train: np.ndarray,
    y_train: np.ndarray,
    X_validation: np.ndarray,
    y_validation: np.ndarray,
    settings: LightGbmSettings,
    seed: int,
) -> tuple[Any, dict[str, Any]]:
    """Train a Booster; the rounds up to the lowest validation loss are kept.

    Args:
        X_train: float32 features of the training rows, shape (rows, features).
        y_train: Their outcome, 1 = default.
        X_validation: Features of the validation rows.
        y_validation: Their outcome. Their loss is of probabilities corrected for the rebalancing, unweighted.
        settings: Trees, early stopping, rebalancing.
        seed: Of the boosting and the rebalancing.

    Returns:
        The lightgbm.Booster, exactly as its text format stores it, and the rebalancing record.

    Raises:
        InputError: Where the training rows cannot be rebalanced.
    """
    import lightgbm

    rows = rebalance(X_train, y_train, settings.imbalance, seed)
    train = lightgbm.Dataset(rows.X, rows.y, weight=rows.sample_weight)
    validation = lightgbm.Dataset(X_validation, y_validation, reference=train)

    def loss(score: np.ndarray, _: Any) -> tuple[str, float, bool]:
        return "validation_loss", validation_loss(score, y_validation, rows.record), False

    with TrainingProgress("lightgbm", "round", settings.max_rounds) as progress:

        def show(state: Any) -> None:
            progress.update(state.iteration + 1, validation_loss=state.evaluation_result_list[0][2])

        booster = lightgbm.train(
            {
                "objective": "binary",
                "metric": "None",
                "learning_rate": settings.learning_rate,
                "num_leaves": settings.num_leaves,
                "min_data_in_leaf": settings.min_data_in_leaf,
                "feature_fraction": settings.feature_fraction,
                "bagging_fraction": settings.bagging_fraction,
                "bagging_freq": 1,
                "lambda_l2": settings.lambda_l2,
                "num_threads": thread_count(settings.threads),
                "seed": seed,
                "deterministic": True,
                "force_row_wise": True,
                "verbosity": -1,
            },
            train,
            num_boost_round=settings.max_rounds,
            valid_sets=[validation],
            feval=loss,
            callbacks=[show, lightgbm.early_stopping(settings.patience, verbose=False)],
        )
    # Without keep_training_booster the Booster is cut to its best round and read back from its own text.
    logger.info(
        "lightgbm: best round %d, validation loss %.4f",
        booster.best_iteration,
        booster.best_score["valid_0"]["validation_loss"],
    )
    return booster, rows.record
