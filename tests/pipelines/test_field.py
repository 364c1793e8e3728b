"""The comparison of the field and the search for better settings, as a user runs them."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml

from loan_default.errors import InputError
from loan_default.models.field.contenders import CONTENDERS
from loan_default.pipelines.model_comparison import create_pipeline
from loan_default.portfolio.description import Portfolio

ROOT = Path(__file__).parents[2]
TINY_NETWORK = {"network": {"kind": "mlp", "hidden_layers": [8]}, "max_epochs": 2}
SMALL: dict[str, Any] = {
    "ann": TINY_NETWORK,
    "mlp": TINY_NETWORK,
    "catboost": {"max_rounds": 20, "threads": 1},
    "kernel_svm": {"components": 30},
    "lightgbm": {"max_rounds": 20, "threads": 1},
    "lightgbm_bagged": {"max_rounds": 20, "bags": 2, "threads": 1},
    "random_forest": {"n_estimators": 10, "threads": 1},
    "xgboost": {"max_rounds": 20, "threads": 1},
}


VALUES = ("trial", "state", "value", "max_depth", "min_leaf_share")


@pytest.fixture(scope="module")
def prepared(
    tmp_path_factory: pytest.TempPathFactory,
    copy_project: Callable[[Path], Path],
    run_pipeline: Callable[..., None],
) -> Path:
    project = copy_project(tmp_path_factory.mktemp("field"))
    for pipeline in ("cleaning", "feature_engineering"):
        run_pipeline(project, pipeline=pipeline)
    return project


def test_the_field_is_ranked(prepared: Path, run_pipeline: Callable[..., None]) -> None:
    field = {"train_rows": {"nearest_neighbours": 1000}}
    reports = prepared / "data/08_reporting/consumer_credit/field"

    # A model that fails in the middle costs no other its place: more neighbours for SMOTE than defaults.
    failing = {**SMALL["random_forest"], "imbalance": {"method": "smote", "smote_neighbours": 5000}}
    with pytest.raises(InputError, match="smote_neighbours is 5000"):
        run_pipeline(
            prepared, pipeline="model_comparison", field=field, **{**SMALL, "random_forest": failing}
        )
    before = {file.name: file.stat().st_mtime_ns for file in reports.glob("*_metrics.json")}
    assert "ann_metrics.json" in before
    assert "random_forest_metrics.json" not in before
    run_pipeline(prepared, pipeline="model_comparison", only_missing_outputs=True, field=field, **SMALL)
    after = {file.name: file.stat().st_mtime_ns for file in reports.glob("*_metrics.json")}
    kept = {name: time for name, time in after.items() if name in before}
    assert kept == before, "these were not trained again"

    board = pd.read_csv(reports / "leaderboard.csv")
    assert set(board["model"]) == set(CONTENDERS)
    assert board["roc_auc"].is_monotonic_decreasing
    assert board.set_index("model").loc["nearest_neighbours", "train_rows"] == 1000
    assert (board["train_seconds"] > 0).all()
    assert "# Consumer credit: the field" in (reports / "leaderboard.md").read_text()
    assert (reports / "leaderboard.png").stat().st_size > 10_000

    points = pd.read_csv(reports / "scorecard_points.csv")
    seniority = points[points["feature"] == "seniority"]
    assert seniority["bin"].iloc[0].startswith("0 to"), "years, not scaled values"
    assert seniority["points"].iloc[-1] > seniority["points"].iloc[0]

    assert not (reports / "folds.csv").exists(), "folds are a pipeline of their own"


def test_some_models_on_folds(prepared: Path, run_pipeline: Callable[..., None]) -> None:
    folds = {"number": 2, "repeats": 1, "models": ["logistic_regression", "decision_tree"]}
    run_pipeline(prepared, pipeline="repeated_folds", folds=folds, **SMALL)
    reports = prepared / "data/08_reporting/consumer_credit/field"
    assert not list((prepared / "data/06_models/consumer_credit/folds").iterdir()), "done is done"
    of_folds = pd.read_csv(reports / "folds.csv")
    assert len(of_folds) == 4
    # Every row is a test row once; two rows repeat another one and are dropped.
    assert of_folds.groupby("model")["test_rows"].sum().tolist() == [4452, 4452]
    summary = pd.read_csv(reports / "folds_summary.csv").set_index("model")
    assert summary["roc_auc"]["logistic_regression"] > 0.8 > summary["roc_auc"]["decision_tree"]
    assert summary["difference"]["decision_tree"] < 0


def test_a_model_whose_package_is_lacking_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(CONTENDERS, "catboost", replace(CONTENDERS["catboost"], package="no_such_package"))
    nodes = {node.name for node in create_pipeline().nodes}
    assert "catboost.enter" not in nodes
    assert {f"{name}.enter" for name in CONTENDERS if name != "catboost"} < nodes
    assert not [name for name in create_pipeline().all_inputs() if name.startswith("catboost.")]


def test_a_search_goes_on_where_it_stopped(prepared: Path, run_pipeline: Callable[..., None]) -> None:
    tuning = {"model": "decision_tree", "trials": 4, "folds": 2}
    shallow = {**SMALL, "decision_tree": {"max_depth": 2}}
    run_pipeline(prepared, pipeline="tuning", tuning=tuning, **shallow)
    reports = prepared / "data/08_reporting/consumer_credit/tuning/decision_tree"
    first = pd.read_csv(reports / "trials.csv")
    assert len(first) == 4

    run_pipeline(prepared, pipeline="tuning", tuning={**tuning, "trials": 8}, **shallow)
    second = pd.read_csv(reports / "trials.csv")
    assert second["trial"].tolist() == list(range(8))
    pd.testing.assert_frame_equal(second.head(4)[list(VALUES)], first[list(VALUES)])
    complete = second[second["state"] == "complete"]
    assert complete["value"].max() > complete["value"][0], "the first are the settings as they were"
    best = complete.loc[complete["value"].idxmax()]
    tuned = yaml.safe_load((reports / "parameters_tuned_decision_tree.yml").read_text())
    assert tuned == {
        "decision_tree": {
            "max_depth": int(best["max_depth"]),
            "min_leaf_share": pytest.approx(best["min_leaf_share"]),
        }
    }
    for picture in ("history.png", "importance.png"):
        assert (reports / picture).stat().st_size > 5_000
    # What it wrote can be used as it is.
    run_pipeline(prepared, pipeline="tuning", tuning=tuning, **{**SMALL, **tuned})
    with sqlite3.connect(prepared / "data/06_models/consumer_credit/tuning.db") as database:
        names = [name for (name,) in database.execute("select study_name from studies")]
    assert len(names) == 2, "other settings to begin with are another study"
    with sqlite3.connect(prepared / "mlflow.db") as database:
        runs = [name for (name,) in database.execute("select name from runs where name like 'trial %'")]
    # 4 trials, 4 more, and 4 of the other study.
    assert len(runs) == 12
    # Another model's search leaves this one's files alone; its wrong settings are named by their keys.
    standing = (reports / "parameters_tuned_decision_tree.yml").read_bytes()
    other = {"model": "elastic_net", "trials": 1, "folds": 2}
    run_pipeline(prepared, pipeline="tuning", tuning=other, **SMALL)
    assert (reports.parent / "elastic_net" / "parameters_tuned_elastic_net.yml").is_file()
    assert (reports / "parameters_tuned_decision_tree.yml").read_bytes() == standing
    with pytest.raises(InputError, match=r"elastic_net\.C = -1.*greater than 0"):
        run_pipeline(prepared, pipeline="tuning", tuning=other, **SMALL, elastic_net={"C": -1})


def test_the_fourth_portfolio_is_described_and_shipped() -> None:
    described = yaml.safe_load((ROOT / "conf/credit_card_clients/portfolio.yml").read_text())["portfolio"]
    portfolio = Portfolio.model_validate(described)
    raw = pd.read_csv(ROOT / portfolio.file.path)
    assert raw.shape == (30_000, 25)
    assert raw["DEFAULT"].sum() == 6_636
