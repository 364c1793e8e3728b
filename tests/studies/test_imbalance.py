"""The imbalance study: averages by hand, findings from the numbers, and a run on a made-up file."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.stats import t

from loan_default.studies.imbalance import (
    AS_TRAINED,
    CORRECTED,
    MEASURED,
    recall_at_precision,
    summarise_imbalance,
)
from loan_default.studies.imbalance_report import imbalance_in_words, imbalance_markdown, plot_imbalance

NO_FAKE = pd.DataFrame(columns=["metric"])


def results(gains: dict[str, tuple[float, float, float]], brier: dict[str, float]) -> pd.DataFrame:
    """Three seeds of a forest: ROC AUC .70, .71, .72 with nothing, and by how much each method differs."""
    rows: list[dict[str, Any]] = []
    for method, gain in {"none": (0.0, 0.0, 0.0), **gains}.items():
        for seed, (base, more) in enumerate(zip((0.70, 0.71, 0.72), gain, strict=True)):
            for probability in (AS_TRAINED, CORRECTED):
                measured = dict.fromkeys(MEASURED, 0.3) | {
                    "roc_auc": base + more,
                    "brier": brier.get(method, 0.15) if probability == AS_TRAINED else 0.15,
                }
                rows.append(
                    {"seed": seed, "model": "random_forest", "method": method, "probability": probability}
                    | measured
                    | {"train_rows": 100, "does_not_apply": None}
                )
    return pd.DataFrame(rows)


def test_means_and_gains_by_hand() -> None:
    summary = summarise_imbalance(results({"smote": (-0.01, -0.02, -0.03)}, {}), 0.95)
    row = summary[(summary["method"] == "smote") & (summary["probability"] == AS_TRAINED)].iloc[0]
    assert row["seeds"] == 3
    assert row["roc_auc"] == pytest.approx(0.69)
    assert row["roc_auc_gain"] == pytest.approx(-0.02)
    half = t.ppf(0.975, 2) * 0.01 / np.sqrt(3)
    assert row["roc_auc_gain_low"] == pytest.approx(-0.02 - half)
    assert np.isnan(summary.loc[summary["method"] == "none", "roc_auc_gain"]).all()


def test_findings_say_better_worse_or_level() -> None:
    gains = {
        "class_weight": (0.020, 0.021, 0.022),
        "undersample": (-0.01, 0.01, 0.0),
        "smote": (-0.020, -0.021, -0.022),
    }
    table = results(gains, {"smote": 0.25})
    summary = summarise_imbalance(table, 0.95)
    words = imbalance_in_words(summary, NO_FAKE)
    assert "better than with nothing for class weights of the Random Forest (+0.0210)" in words
    assert "worse than with nothing for SMOTE of the Random Forest (-0.0210)" in words
    assert "No difference in ROC AUC can be told for undersampling" in words
    assert (
        "suffer most from SMOTE of the Random Forest: its Brier score is 0.2500 as trained, 0.1500" in words
    )
    assert "before the split" not in words
    fake = pd.DataFrame(
        [{"metric": "roc_auc", "model": "random_forest", "honest": 0.7, "leaky": 0.95, "flattery": 0.25}]
    )
    assert "would have shown ROC AUC 0.950 instead of 0.700" in imbalance_in_words(summary, fake)
    page = imbalance_markdown(table, summary, words, "Made-up loans")
    assert page.count("\n| Random Forest |") == 8
    assert len(plot_imbalance(summary, words).axes) == 2


def test_what_could_not_be_tried_is_said() -> None:
    table = results({"smote": (0.0, 0.0, 0.01)}, {})
    refused = {"seed": 1, "model": "random_forest", "method": "smotenc", "does_not_apply": "no flags"}
    table = pd.concat([table, pd.DataFrame([refused])], ignore_index=True)
    summary = summarise_imbalance(table, 0.95)
    assert "smotenc" not in set(summary["method"])
    page = imbalance_markdown(table, summary, "", "Made-up loans")
    assert "Not tried: SMOTENC of the Random Forest: no flags" in page


def test_recall_at_precision_by_hand() -> None:
    outcome = np.array([1, 1, 0, 1, 0, 0])
    probability = np.array([0.9, 0.8, 0.7, 0.6, 0.5, 0.4])
    # Cuts are right in 1/1, 2/2, 2/3, 3/4, 3/5, 3/6 of their calls.
    assert recall_at_precision(outcome, probability, 0.75) == 1
    assert recall_at_precision(outcome, probability, 0.8) == pytest.approx(2 / 3)
    assert recall_at_precision(1 - outcome, probability, 0.9) == 0
