"""From an application to a probability of default; without Kedro, MLflow, TensorFlow or scikit-learn."""

from loan_default.scoring.scorer import Scorer

__all__ = ["Scorer"]
