"""How metrics and models are called when people read them."""

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


def title_of(model: str) -> str:
    """Return a model's name for people."""
    return MODEL_TITLES.get(model, model.replace("_", " "))
