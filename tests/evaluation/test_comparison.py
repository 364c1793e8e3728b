"""Paired comparison of made-up models whose order is known."""

import numpy as np
import pytest

from loan_default.errors import InputError
from loan_default.evaluation.comparison import compare_models
from loan_default.evaluation.evaluate import evaluate_predictions
from loan_default.evaluation.settings import ComparisonSettings, EvaluationSettings
from loan_default.evaluation.tables import comparison_markdown

EVALUATION = EvaluationSettings(resamples=100)
SETTINGS = ComparisonSettings()


@pytest.fixture(scope="module")
def models(make_predictions, gates_of):
    predictions = {
        "ann": make_predictions(0.5),
        "lightgbm": make_predictions(0.5, noise_seed=3),
        "logistic_regression": make_predictions(2.0),
        "random_forest": make_predictions(0.0),
    }
    metrics = {name: evaluate_predictions(p, 0.3, EVALUATION, 1) for name, p in predictions.items()}
    return predictions, metrics, gates_of(metrics, min_roc_auc_low=0.55, max_calibration_error=0.05)


@pytest.fixture(scope="module")
def comparison(models):
    return compare_models(*models, SETTINGS, EVALUATION, seed=1)


def test_verdicts_are_in_plain_words(comparison):
    table = comparison.table.set_index("model")
    assert table["vs_reference_verdict"].to_dict() == {
        "random_forest": "better",
        "ann": "itself",
        "lightgbm": "no detectable difference",
        "logistic_regression": "worse",
    }
    assert comparison.champion["champion"] == "random_forest"
    assert table.loc["random_forest", "vs_champion_verdict"] == "itself"
    assert table.loc["ann", "vs_champion_verdict"] == "worse"


def test_differences_are_those_of_the_metrics_and_inside_their_intervals(comparison, models):
    table, metrics = comparison.table.set_index("model"), models[1]
    for metric in ("roc_auc", "average_precision", "brier", "log_loss"):
        row = table.loc["random_forest"]
        difference = metrics["random_forest"][metric] - metrics["ann"][metric]
        assert row[f"vs_reference_{metric}"] == pytest.approx(difference)
        assert row[f"vs_reference_{metric}_low"] < difference < row[f"vs_reference_{metric}_high"]
    assert table.loc["random_forest", "vs_reference_brier"] < 0
    assert table.loc["random_forest", "vs_reference_roc_auc_p"] < 0.05


def test_pairing_makes_the_interval_of_like_models_narrower(comparison):
    row = comparison.table.set_index("model").loc["lightgbm"]
    for metric in ("roc_auc", "brier"):
        paired = row[f"vs_reference_{metric}_high"] - row[f"vs_reference_{metric}_low"]
        assert paired < 0.8 * (row[f"{metric}_high"] - row[f"{metric}_low"])


def test_the_verdict_reads_the_metric_that_chooses_and_knows_that_less_brier_is_better(models):
    table = compare_models(*models, ComparisonSettings(metric="brier"), EVALUATION, seed=1).table
    verdicts = table.set_index("model")["vs_reference_verdict"]
    assert (verdicts["random_forest"], verdicts["logistic_regression"]) == ("better", "worse")
    assert table["validation_brier"].is_monotonic_increasing


def test_without_a_champion_there_is_no_verdict_on_it(models, gates_of):
    predictions, metrics, _ = models
    strict = gates_of(metrics, min_roc_auc_low=0.99)
    found = compare_models(predictions, metrics, strict, SETTINGS, EVALUATION, seed=1)
    assert found.champion["champion"] is None
    assert found.table["vs_champion_verdict"].isna().all()
    assert found.table["vs_champion_roc_auc"].isna().all()
    assert (found.table["role"] == "").all()
    assert "**Champion: none.** No champion" in comparison_markdown(found.table, found.champion, "Made up")


def test_the_table_can_be_kept_as_parquet(comparison, tmp_path):
    comparison.table.to_parquet(tmp_path / "table.parquet")


def test_twins_widen_paired_intervals(models):
    predictions, metrics, gates = models
    group = predictions["ann"].sort_values(["part", "default", "probability"])["row_id"].to_numpy()
    twins = np.empty(len(group), dtype=int)
    twins[group] = np.arange(len(group)) // 10
    clustered = {name: p.assign(twin_group=twins) for name, p in predictions.items()}
    tables = [
        compare_models(p, metrics, gates, SETTINGS, EVALUATION, seed=1).table.set_index("model")
        for p in (predictions, clustered)
    ]
    for metric in ("roc_auc", "brier"):
        alone, together = (
            t.loc["logistic_regression", f"vs_reference_{metric}_high"]
            - t.loc["logistic_regression", f"vs_reference_{metric}_low"]
            for t in tables
        )
        assert together > 1.2 * alone


def test_a_missing_reference_is_refused(models):
    predictions, metrics, gates = ({k: v for k, v in m.items() if k != "ann"} for m in models)
    with pytest.raises(InputError, match="reference model 'ann' is not among the models to compare"):
        compare_models(predictions, metrics, gates, SETTINGS, EVALUATION, seed=1)


def test_metrics_of_other_models_are_refused(models):
    predictions, metrics, gates = models
    with pytest.raises(InputError, match="each model needs both"):
        compare_models(predictions, {"ann": metrics["ann"]}, gates, SETTINGS, EVALUATION, seed=1)


def test_models_scored_on_other_rows_are_refused(models):
    predictions, metrics, gates = models
    stale = {**predictions, "ann": predictions["ann"].iloc[1:]}
    with pytest.raises(InputError, match="run the pipeline `ann_training` again"):
        compare_models(stale, metrics, gates, SETTINGS, EVALUATION, seed=1)


def test_the_page_for_people_says_who_won_and_how_sure_it_is(comparison):
    page = comparison_markdown(comparison.table, comparison.champion, "Models on made-up loans")
    ann = comparison.table.set_index("model").loc["ann"]
    assert page.startswith("# Models on made-up loans\n\n**Champion: random_forest.**")
    assert f"{ann['roc_auc']:.4f} [{ann['roc_auc_low']:.4f}, {ann['roc_auc_high']:.4f}]" in page
    assert "## Difference to ann, same test rows" in page
    assert "## Difference to random_forest, same test rows" in page
    assert "| lightgbm | no detectable difference |" in page
    assert "nan" not in page


def test_one_model_alone_has_a_page(models):
    predictions, metrics, gates = ({"ann": m["ann"]} for m in models)
    found = compare_models(predictions, metrics, gates, SETTINGS, EVALUATION, seed=1)
    page = comparison_markdown(found.table, found.champion, "Made up")
    assert "There is no other model to compare with ann." in page
