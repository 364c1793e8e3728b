"""The lesson of the "customer behavior" file: a forest that remembers twins looks brilliant."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
from sklearn.metrics import roc_auc_score

from loan_default.frames import TEST, TRAIN, feature_matrix
from loan_default.models.predict_probability import predict_probability
from loan_default.models.random_forest import RandomForestSettings, train_random_forest

# A random fifth of the file: a profile still has about seven twins.
FILE = "customer_behavior/Training_Data_exact_random_20pct_50400.csv.gz"
MEMORY = RandomForestSettings(n_estimators=30, max_depth=26, min_samples_leaf=1, max_samples=1.0)


def test_twins_apart_flatter_and_twins_together_tell_the_truth(
    project: Path, run_pipeline: Callable[..., None], shared_file: Callable[[str], Path]
) -> None:
    file = {"path": str(shared_file(FILE))}
    roc_auc = {}
    for twins in ("apart", "together"):
        params = {"portfolio": {"file": file, "name": twins}, "cleaning": {"split": {"twins": twins}}}
        for pipeline in ("cleaning", "feature_engineering"):
            run_pipeline(project, "customer_behavior", pipeline, **params)
        model_input = pd.read_parquet(project / "data" / "05_model_input" / twins / "model_input.parquet")
        forest, _ = train_random_forest(*feature_matrix(model_input, TRAIN), MEMORY, seed=1)
        X, default = feature_matrix(model_input, TEST)
        roc_auc[twins] = roc_auc_score(default, predict_probability(forest, X))
    assert roc_auc["apart"] > 0.75
    assert 0.45 < roc_auc["together"] < 0.55
