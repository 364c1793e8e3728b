"""A linear support vector machine on random features of a Gaussian kernel (Nystroem)."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from pydantic import Field, model_validator

from loan_default.models.imbalance import rebalance
from loan_default.models.settings import ModelSettings


class KernelSvmSettings(ModelSettings):
    """Kernel approximation and margin."""

    components: int = Field(default=300, ge=2, description="Training rows that span the kernel's features.")
    width: float = Field(
        default=0.3, gt=0, description="Kernel exp(-width * squared distance / number of features)."
    )
    C: float = Field(default=0.3, gt=0, description="Weight of margin errors against the ridge penalty.")

    @model_validator(mode="after")
    def _margins_need_calibration(self) -> Self:
        if self.calibration.method == "none":
            raise ValueError(
                "calibration.method 'none' would take a margin for a probability: set it to 'platt' or "
                "'isotonic'."
            )
        return self


class MarginAsProbability:
    """Turn a classifier's margin m into 1 / (1 + exp(-m)): an order, and no probability before calibration.

    Args:
        classifier: Fitted, with `decision_function`, classes 0 and 1.
    """

    def __init__(self, classifier: Any) -> None:
        self.classifier = classifier
        self.classes_ = classifier.classes_

    def predict_proba(self, X: np.ndarray) -> np.ndarray:
        """Return float64 of shape (rows, 2)."""
        from scipy.special import expit

        event = expit(self.classifier.decision_function(X))
        return np.column_stack([1 - event, event])


def train_kernel_svm(
    X: np.ndarray, y: np.ndarray, settings: KernelSvmSettings, seed: int
) -> tuple[Any, dict[str, Any]]:
    """Train on the approximate kernel's features.

    Args:
        X: float32 features on comparable scales, shape (rows, features).
        y: Outcome, shape (rows,), 1 = default.
        settings: Kernel, margin, rebalancing.
        seed: Of the rows that span the kernel, the solver and the rebalancing.

    Returns:
        The fitted model and the rebalancing record.
    """
    from sklearn.kernel_approximation import Nystroem
    from sklearn.pipeline import make_pipeline
    from sklearn.svm import LinearSVC

    rows = rebalance(X, y, settings.imbalance, seed)
    machine = make_pipeline(
        Nystroem(
            gamma=settings.width / X.shape[1],
            n_components=min(settings.components, len(rows.y)),
            random_state=seed,
        ),
        LinearSVC(C=settings.C, random_state=seed),
    )
    machine.fit(rows.X, rows.y, linearsvc__sample_weight=rows.sample_weight)
    return MarginAsProbability(machine), rows.record
