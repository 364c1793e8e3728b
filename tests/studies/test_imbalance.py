"""The imbalance study: averages by hand, findings from the numbers, and a run on a made-up file."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError
from scipy.stats import t

from loan_default.studies.imbalance import (
    AS_TRAINED,
    CALIBRATED,
    CORRECTED,
    MEASURED,
    ImbalanceStudySettings,
    recall_at_precision,
    summarise_imbalance,
)
from loan_default.studies.imbalance_plot import plot_imbalance
from loan_default.studies.imbalance_report import imbalance_in_words, imbalance_markdown

NO_FAKE = pd.DataFrame(columns=["metric"])


def results(gains: dict[str, tuple[float, float, float]], brier: dict[str, float]) -> pd.DataFrame:
    """Three seeds of a forest: ROC AUC .70, .71, .72 with nothing, and by how much each method differs."""
    rows: list[dict[str, Any]] = []
    for method, gain in {"none": (0.0, 0.0, 0.0), **gains}.items():
        for seed, (base, more) in enumerate(zip((0.70, 0.71, 0.72), gain, strict=True)):
            for probability in (AS_TRAINED, CORRECTED, CALIBRATED):
                if probability == CORRECTED and method in ("none", "smote", "smotenc"):
                    continue
                # Calibrated, doing nothing is better than as trained.
                given = {AS_TRAINED: brier.get(method, 0.15), CORRECTED: 0.151, CALIBRATED: 0.14 + more / 10}
                measured = dict.fromkeys(MEASURED, 0.3) | {
                    "roc_auc": base + more,
                    "brier": given[probability],
                    "recall_at_precision": 0.6 + more,
                }
                rows.append(
                    {"seed": seed, "model": "random_forest", "method": method, "probability": probability}
                    | measured
                    | {"precision": 0.5, "train_rows": 100, "test_to_train": 0.25, "does_not_apply": None}
                )
    return pd.DataFrame(rows)


def test_means_and_gains_by_hand() -> None:
    summary = summarise_imbalance(results({"smote": (-0.01, -0.02, -0.03)}, {}), 0.95)
    row = summary[(summary["method"] == "smote") & (summary["probability"] == AS_TRAINED)].iloc[0]
    assert row["seeds"] == 3
    assert row["roc_auc"] == pytest.approx(0.69)
    assert row["roc_auc_gain"] == pytest.approx(-0.02)
    # Deals of the same rows are not independent: s^2 (1/3 + n_test / n_train), not s^2 / 3.
    half = t.ppf(0.975, 2) * 0.01 * np.sqrt(1 / 3 + 0.25)
    assert row["roc_auc_gain_low"] == pytest.approx(-0.02 - half)
    calibrated = summary[(summary["method"] == "smote") & (summary["probability"] == CALIBRATED)].iloc[0]
    assert calibrated["brier_gain"] == pytest.approx(-0.002), "against nothing calibrated likewise"
    assert np.isnan(summary.loc[summary["method"] == "none", "roc_auc_gain"]).all()


def test_findings_say_better_worse_or_level() -> None:
    gains = {
        "class_weight": (0.020, 0.021, 0.022),
        "undersample": (-0.01, 0.01, 0.0),
        "smote": (-0.020, -0.021, -0.022),
    }
    table = results(gains, {"smote": 0.25})
    summary = summarise_imbalance(table, 0.95)
    words = imbalance_in_words(table, summary, NO_FAKE)
    assert (
        "better than with nothing for class weights of the Random Forest +0.0210 [+0.0177, +0.0243]." in words
    )
    assert "worse than with nothing for SMOTE of the Random Forest -0.0210 [-0.0243, -0.0177]." in words
    assert "No difference in ROC AUC can be told for undersampling" in words
    assert (
        "suffer most from SMOTE of the Random Forest: its Brier score is 0.2500 [0.2500, 0.2500] as trained, "
        "+0.1000 [+0.1000, +0.1000] from that with nothing." in words
    )
    assert (
        "Where 50% of the calls are to be right, doing nothing finds 60.0 % [60.0, 60.0] (Random Forest) of "
        "the defaults; the methods change that by -2.1 [-2.4, -1.8] (SMOTE of the Random Forest) to +2.1 "
        "[+1.8, +2.4] (class weights of the Random Forest) percentage points." in words
    )
    assert "Corrected in closed form, Brier scores are +0.0010 [+0.0010, +0.0010] (" in words
    assert (
        "Calibrated on validation rows, as in every run, they are -0.0021 [-0.0024, -0.0018] (SMOTE of the "
        "Random Forest) to +0.0021 [+0.0018, +0.0024] (class weights of the Random Forest) from those with "
        "nothing calibrated likewise." in words
    )
    assert "before the split" not in words
    page = imbalance_markdown(table, summary, words, "Made-up loans")
    levels, changes = page.split("Change from the same model with nothing, seed by seed:")
    assert levels.count("\n| Random Forest |") == 10
    assert changes.count("\n| Random Forest |") == 8, "nothing has no change from nothing"
    row = next(line for line in changes.splitlines() if "| SMOTE | as trained |" in line)
    assert row.split(" | ")[3] == "-0.0210 [-0.0243, -0.0177]"
    assert "50% of the calls are right" in page
    figure = plot_imbalance(summary, words)
    assert [axes.get_xlabel().partition(",")[0] for axes in figure.axes] == [
        "ROC AUC",
        "recall",
        "Brier score",
    ]
    assert [label.get_text() for label in figure.axes[0].get_yticklabels()] == [
        "class weights",
        "undersampling",
        "SMOTE",
    ]


def test_resampling_early_is_told_with_what_it_does_to_the_test_rows() -> None:
    table = results({"smote": (0.0, 0.0, 0.01)}, {})
    summary = summarise_imbalance(table, 0.95)
    row = {"metric": "roc_auc", "model": "random_forest", "honest": 0.7, "leaky": 0.95,
           "honest_low": 0.68, "honest_high": 0.72, "leaky_low": 0.94, "leaky_high": 0.96}  # fmt: skip
    fake = pd.DataFrame([{**row, "event_rate_honest": 0.28, "event_rate_leaky": 0.5}])
    words = imbalance_in_words(table, summary, fake)
    assert "would have shown ROC AUC 0.950 [0.940, 0.960] instead of 0.700 [0.680, 0.720]" in words
    assert "50% are then defaults and not 28%" in words
    refused = pd.DataFrame([{"metric": None, "does_not_apply": "the rows cannot be rebalanced"}])
    words = imbalance_in_words(table, summary, refused)
    assert words.endswith("Resampling before the split was not shown: the rows cannot be rebalanced.")


def test_probabilities_that_do_not_suffer_are_not_said_to() -> None:
    table = results({"class_weight": (0.0, 0.0, 0.01)}, {"class_weight": 0.149})
    # Worse on average, by one seed alone.
    wavering = table.copy()
    wavering.loc[wavering["method"] == "class_weight", "brier"] = 0.15
    one = (wavering["method"] == "class_weight") & (wavering["seed"] == 2)
    wavering.loc[one, "brier"] = 0.16
    for measured in (table, wavering):
        words = imbalance_in_words(measured, summarise_imbalance(measured, 0.95), NO_FAKE)
        assert "As trained, of no method can a worse Brier score than with nothing be told." in words
        assert "suffer" not in words


def test_a_method_tried_on_one_seed_only_is_not_called_better() -> None:
    table = results({"smote": (0.02, 0.02, 0.02)}, {})
    once = table[(table["method"] == "none") | (table["seed"] == 0)]
    words = imbalance_in_words(once, summarise_imbalance(once, 0.95), NO_FAKE)
    assert "No difference in ROC AUC can be told for SMOTE of the Random Forest +0.0200." in words


def test_nothing_that_could_be_tried_is_said() -> None:
    table = results({}, {})
    refused = {"seed": 1, "model": "random_forest", "method": "smotenc", "does_not_apply": "no flags"}
    table = pd.concat([table, pd.DataFrame([refused])], ignore_index=True)
    summary = summarise_imbalance(table, 0.95)
    words = imbalance_in_words(table, summary, NO_FAKE)
    assert words == "No method of rebalancing could be tried."
    assert "Not tried: SMOTENC of the Random Forest: no flags" in imbalance_markdown(
        table, summary, words, "X"
    )
    assert plot_imbalance(summary, words).axes


def test_intervals_keep_to_what_is_possible() -> None:
    table = results({"smote": (0.0, 0.0, 0.01)}, {})
    table["recall_at_precision"] = table["seed"].map({0: 0.8, 1: 0.9, 2: 1.0})
    summary = summarise_imbalance(table, 0.95)
    assert summary["recall_at_precision_high"].max() == 1


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


def test_settings_that_make_no_sense_are_refused() -> None:
    with pytest.raises(ValidationError, match="one is named twice: smote, smote"):
        ImbalanceStudySettings.model_validate({"methods": "smote+smote"})
    with pytest.raises(ValidationError, match="should be 'ann' or 'random_forest'"):
        ImbalanceStudySettings.model_validate({"models": ["oracle"]})
    assert ImbalanceStudySettings.model_validate({"models": "ann"}).models == ("ann",)
