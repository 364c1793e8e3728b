"""How metrics and models are called when people read them."""

import re

LABELS = {
    "roc_auc": "ROC AUC",
    "gini": "Gini",
    "ks": "KS",
    "average_precision": "average precision",
    "brier": "Brier score",
    "log_loss": "log-loss",
    "calibration_error": "calibration error",
    "calibration_slope": "calibration slope",
    "calibration_intercept": "calibration intercept",
    "accuracy": "accuracy",
    "precision": "precision",
    "recall": "recall",
    "f1": "F1",
}

LOWER_IS_BETTER = frozenset({"brier", "log_loss", "calibration_error"})

MODEL_TITLES = {
    "ann": "ANN",
    "random_forest": "Random Forest",
    "logistic_regression": "logistic regression",
    "lightgbm": "LightGBM",
}
"""How models are called when people read them."""

_NAMED = re.compile(rf"\b({'|'.join(MODEL_TITLES)})\b")


def title_of(model: str) -> str:
    """Return a model's name for people."""
    return MODEL_TITLES.get(model, model.replace("_", " "))


def with_titles(text: str) -> str:
    """Write the models named in a sentence as people call them."""
    return _NAMED.sub(lambda found: MODEL_TITLES[found[0]], text)
