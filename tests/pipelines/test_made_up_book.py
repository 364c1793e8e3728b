"""A made-up book with a known truth: what the project measures is what was planted."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml
from sklearn.metrics import roc_auc_score
from tests.made_up_book import DESCRIPTION, chance_to_guess_sex, draw_book

from loan_default.evaluation.delong import compare_auc
from loan_default.evaluation.fairness.settings import FairnessSettings
from loan_default.evaluation.settings import EvaluationSettings, ValidationCriteria
from loan_default.features.settings import FeatureSettings
from loan_default.frames import TEST, in_part
from loan_default.models.lightgbm import LightGbmSettings
from loan_default.models.logistic_regression import LogisticRegressionSettings
from loan_default.pipelines import after_training
from loan_default.pipelines.model_report import fairness
from loan_default.pipelines.origin import of_data
from loan_default.pipelines.random_forest_comparison.gate_nodes import check_models
from loan_default.pipelines.random_forest_comparison.nodes import MODELS, train_regression
from loan_default.portfolio.description import Portfolio
from loan_default.scoring.settings import BandSettings, ServiceSettings

NAME = "made_up_book"
ROWS, SEED = 12_000, 11
DIRECT_EFFECT = -0.9
ACCEPTED_BELOW = 0.2
POLICY = ServiceSettings(
    bands=(
        BandSettings(name="low", up_to=ACCEPTED_BELOW, policy="accept"),
        BandSettings(name="high", up_to=1, policy="refer"),
    )
)
Run = Callable[..., None]


@dataclass(frozen=True)
class Book:
    """A book after cleaning, features and one model; `truth` by row id."""

    raw: pd.DataFrame
    clean: pd.DataFrame
    model_input: pd.DataFrame
    cleaner: dict[str, Any]
    transformer: dict[str, Any]
    leaks: pd.DataFrame
    predictions: pd.DataFrame
    metrics: dict[str, float]
    truth: pd.Series


def run_book(folder: Path, copy_project: Callable[[Path], Path], run_pipeline: Run, effect: float) -> Book:
    """Describe the book by configuration alone, run the project on it, train the logistic regression."""
    project = copy_project(folder)
    (project / "conf" / NAME).mkdir()
    (project / "conf" / NAME / "portfolio.yml").write_text(DESCRIPTION)
    lenders_file, truth = draw_book(ROWS, SEED, effect)
    lenders_file.to_csv(project / "data" / "made_up_book.csv", index=False)
    for pipeline in ("cleaning", "feature_engineering"):
        run_pipeline(project, NAME, pipeline)

    data = project / "data"
    model_input = pd.read_parquet(data / "05_model_input" / NAME / "model_input.parquet")
    settings = LogisticRegressionSettings()
    model, rebalancing, trained_on = train_regression(model_input, settings, SEED, of_data({}), {})
    scores = after_training.score(model_input, model, trained_on)
    calibrator = after_training.calibrate(scores, rebalancing, settings.calibration)
    threshold = after_training.set_threshold(scores, calibrator, settings.threshold)
    predictions = after_training.predict(scores, calibrator, threshold)
    return Book(
        raw=lenders_file.astype(str),
        clean=pd.read_parquet(data / "03_primary" / NAME / "clean_applications.parquet"),
        model_input=model_input,
        cleaner=json.loads((data / "06_models" / NAME / "application_cleaner.json").read_text()),
        transformer=json.loads((data / "06_models" / NAME / "feature_transformer.json").read_text()),
        leaks=pd.read_csv(data / "08_reporting" / NAME / "leak_findings.csv"),
        predictions=predictions,
        metrics=after_training.evaluate(predictions, threshold, EvaluationSettings(), SEED),
        truth=pd.Series(truth, index=lenders_file["loan"].astype(str)),
    )


@pytest.fixture(scope="module")
def book(
    tmp_path_factory: pytest.TempPathFactory, copy_project: Callable[[Path], Path], run_pipeline: Run
) -> Book:
    """Sex does nothing by itself; it goes with tenure."""
    return run_book(tmp_path_factory.mktemp("book"), copy_project, run_pipeline, 0.0)


@pytest.fixture(scope="module")
def skewed(
    tmp_path_factory: pytest.TempPathFactory, copy_project: Callable[[Path], Path], run_pipeline: Run
) -> Book:
    """Women default less than their tenure lets a model believe that may not look at sex."""
    return run_book(tmp_path_factory.mktemp("skewed"), copy_project, run_pipeline, DIRECT_EFFECT)


def of_portfolio() -> Portfolio:
    return Portfolio.model_validate(yaml.safe_load(DESCRIPTION)["portfolio"])


def chapter(book: Book, **settings: Any) -> tuple[dict[str, Any], dict[str, pd.DataFrame]]:
    """Run the nodes of the chapter on fairness."""
    portfolio, asked, evaluation = of_portfolio(), FairnessSettings(**settings), EvaluationSettings()
    groups = fairness.measure_groups(book.clean, book.predictions, portfolio, POLICY, asked, evaluation, SEED)
    features, mitigation = fairness.try_changes(
        book.clean,
        book.predictions,
        book.cleaner,
        portfolio,
        FeatureSettings(),
        LightGbmSettings(max_rounds=300, patience=20),
        POLICY,
        asked,
        evaluation,
        SEED,
    )
    proxies = fairness.measure_proxies(
        book.clean, book.model_input, book.transformer, portfolio, asked, evaluation, SEED
    )
    tables = {"groups": groups, "features": features, "proxies": proxies, "mitigation": mitigation}
    section = fairness.write_section(book.clean, book.transformer, portfolio, asked, **tables)
    return section, {name: table.set_index(list(table.columns[:2])) for name, table in tables.items()}


@pytest.fixture(scope="module")
def measured(book: Book) -> tuple[dict[str, Any], dict[str, pd.DataFrame]]:
    return chapter(book)


@pytest.fixture(scope="module")
def measured_skewed(skewed: Book) -> tuple[dict[str, Any], dict[str, pd.DataFrame]]:
    return chapter(skewed, mitigation="group_blind")


def test_the_planted_leak_is_found_and_nothing_else(book: Book) -> None:
    found = book.leaks.set_index("column")["leak"]
    assert set(found.index[found]) == {"recovered", "collector"}
    used = {name.split("=")[0].removesuffix("_missing") for name in book.model_input.columns[4:]}
    assert used == {"income", "tenure", "burden", "purpose"}


def test_ranking_is_as_good_as_the_truth_allows(book: Book) -> None:
    test = in_part(book.predictions, TEST)
    optimum = roc_auc_score(test["default"], book.truth[test["row_id"].astype(str)])
    assert book.metrics["roc_auc_low"] <= optimum <= book.metrics["roc_auc_high"]
    anew, truth = draw_book(200_000, SEED + 1)
    of_the_book = roc_auc_score(anew["outcome"] == "defaulted", truth)
    assert book.metrics["roc_auc_low"] <= of_the_book <= book.metrics["roc_auc_high"]
    behind = compare_auc(
        test["default"].to_numpy(), test["probability"].to_numpy(), book.truth[test["row_id"].astype(str)]
    )
    assert behind.low <= 0
    assert behind.difference > -0.01


def test_calibration_is_recovered(book: Book) -> None:
    test = in_part(book.predictions, TEST)
    truth = book.truth[test["row_id"].astype(str)].to_numpy()
    assert np.abs(test["probability"].to_numpy() - truth).mean() < 0.02
    assert book.metrics["calibration_slope_low"] <= 1 <= book.metrics["calibration_slope_high"]
    assert book.metrics["calibration_intercept_low"] <= 0 <= book.metrics["calibration_intercept_high"]
    assert book.metrics["calibration_error_low"] < 0.01
    # No model can have less than the mean variance of the outcomes.
    noise = (truth * (1 - truth)).mean()
    assert book.metrics["brier_low"] < noise < book.metrics["brier_high"]


def test_the_planted_gap_in_approvals_is_measured(
    book: Book, measured: tuple[dict[str, Any], dict[str, pd.DataFrame]]
) -> None:
    section, tables = measured
    anew, truth = draw_book(200_000, SEED + 1)
    approved = pd.Series(truth < ACCEPTED_BELOW).groupby(anew["sex"]).mean()
    women = tables["groups"].loc[("sex", "women")]
    assert women["ratio_low"] < approved["women"] / approved["men"] < women["ratio_high"] < 0.8
    assert women["approval_rate_low"] < approved["women"] < women["approval_rate_high"]
    assert (section["verdict"], section["values"]["groups_below_mark"]) == ("bad", 1)
    assert section["summary"].startswith(
        "1 of 2 groups has an approval ratio below 0.8, with the whole interval. Lowest is Sex 'women'"
    )


def test_the_gate_rests_on_the_policy_too(
    book: Book, measured: tuple[dict[str, Any], dict[str, pd.DataFrame]]
) -> None:
    # What the threshold says of anybody is turned round: the gate must not care.
    turned = book.predictions.assign(prediction=1 - book.predictions["prediction"])
    gates, _ = check_models(
        ValidationCriteria(min_approval_ratio=0.8),
        EvaluationSettings(),
        FairnessSettings(),
        POLICY,
        of_portfolio(),
        book.raw,
        book.clean,
        book.cleaner,
        book.transformer,
        book.leaks,
        {"data_fingerprint": "made up"},
        None,
        {},
        *(turned, book.metrics) * len(MODELS),
    )
    gate = gates["logistic_regression"]["min_approval_ratio"]
    assert gate["value"] == measured[0]["values"]["lowest_approval_ratio"]
    assert gate["passed"] is False


def test_a_gap_that_is_risk_leaves_calibration_and_features_alone(
    measured: tuple[dict[str, Any], dict[str, pd.DataFrame]],
) -> None:
    section, tables = measured
    groups = tables["groups"]
    assert (groups["observed_to_expected_low"] < 1).all()
    assert (groups["observed_to_expected_high"] > 1).all()
    # Sex says nothing that tenure does not say.
    auc = tables["features"].loc["roc_auc"].iloc[0]
    assert auc["low"] <= 0 <= auc["high"]
    assert section["values"]["groups_miscalibrated"] == 0


def test_the_proxy_is_as_strong_as_planted(
    measured: tuple[dict[str, Any], dict[str, pd.DataFrame]],
) -> None:
    guess = measured[1]["proxies"].loc[("sex", "women")]
    assert guess["roc_auc_low"] < chance_to_guess_sex() < guess["roc_auc_high"]


def test_a_group_the_model_is_wrong_about_shows(
    skewed: Book, measured_skewed: tuple[dict[str, Any], dict[str, pd.DataFrame]]
) -> None:
    section, tables = measured_skewed
    test = in_part(skewed.predictions, TEST).set_index("row_id")
    sex = skewed.clean.set_index("row_id").loc[test.index, "sex"]
    for name in ("women", "men"):
        rows = test[sex == name]
        truly = skewed.truth[rows.index.astype(str)].mean() / rows["probability"].mean()
        group = tables["groups"].loc[("sex", name)]
        assert group["observed_to_expected_low"] < truly < group["observed_to_expected_high"]
    women, men = (tables["groups"].loc[("sex", name)] for name in ("women", "men"))
    assert women["observed_to_expected_high"] < 1 < men["observed_to_expected_low"]
    assert section["values"]["groups_miscalibrated"] == 2


def test_what_blindness_costs_is_measured(
    skewed: Book, measured_skewed: tuple[dict[str, Any], dict[str, pd.DataFrame]]
) -> None:
    section, tables = measured_skewed
    auc = tables["features"].loc["roc_auc"].iloc[0]
    assert auc["high"] < 0  # the model that may not look ranks worse
    worth = next(f["found"] for f in section["findings"] if f["title"].startswith("What protected"))
    assert "The model uses no protected column. ROC AUC would be better with them" in worth
    policies = tables["mitigation"].loc["sex"]
    # Looking at sex helps women here: they default less than their tenure says.
    seeing, blind = policies.loc["with protected columns"], policies.loc["without protected columns"]
    assert seeing["lowest_ratio"] > blind["lowest_ratio"]
    assert seeing["approval_rate"] == pytest.approx(blind["approval_rate"], abs=0.03)
