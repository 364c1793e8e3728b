"""The imbalance study, as a user runs it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd


def test_every_method_is_tried_and_the_page_says_what_came_out(
    project: Path, run_pipeline: Callable[..., None]
) -> None:
    study = {"models": ["random_forest"], "seeds": 3, "rows": 1500}
    forest = {"n_estimators": 10, "threads": 1}
    run_pipeline(project, pipeline="imbalance_study", imbalance_study=study, random_forest=forest)
    reports = project / "data/08_reporting/consumer_credit/imbalance"
    results = pd.read_csv(reports / "results.csv")
    methods = {"none", "class_weight", "undersample", "smote", "smotenc", "balanced_forest"}
    assert set(results["method"]) == methods
    # As trained and calibrated, and corrected where there is a closed form.
    assert len(results) == 3 * (2 * len(methods) + 3)
    assert results["does_not_apply"].isna().all()
    mean = results.groupby(["method", "probability"])[["roc_auc", "brier"]].mean()
    # A correction keeps the order and mends the probabilities.
    for method in ("class_weight", "undersample", "balanced_forest"):
        left, mended = mean.loc[(method, "as trained")], mean.loc[(method, "corrected")]
        assert abs(left["roc_auc"] - mended["roc_auc"]) < 1e-9
        assert mended["brier"] < left["brier"]
    calibrated = mean.xs("calibrated", level="probability")["brier"]
    assert calibrated.max() - calibrated.min() < 0.03
    page = (reports / "imbalance.md").read_text()
    assert page.startswith("# Consumer credit: what rebalancing is worth")
    assert "Resampling before the split would have shown ROC AUC" in page
    early = pd.read_csv(reports / "early_resampling.csv").set_index("metric")
    assert early.loc["average_precision", "flattery"] > 0.05
    assert (reports / "imbalance.png").stat().st_size > 10_000
