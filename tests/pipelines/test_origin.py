"""The record of what a model was made with: what steps add, and what a sliced report says of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from loan_default.errors import InputError
from loan_default.features.settings import FeatureSettings
from loan_default.models.lineage import check_same_training, check_trained_on
from loan_default.pipelines.origin import of_data, read_origin, with_step, with_training

NAME = "consumer_credit"
Run = Callable[..., None]
FRAME = pd.DataFrame({"row_id": [1], "part": ["train"], "default": [0], "twin_group": [1], "x": [0.5]})


def test_each_step_adds_its_run_and_settings_and_changes_nothing_before() -> None:
    data = of_data({"data_fingerprint": "feed"})
    cleaned = with_step(data, "cleaning", {"run_id": "a"}, seed=1)
    trained = with_training(FRAME, cleaned, {"run_id": "b"}, features=FeatureSettings(), seed=2)
    assert data["steps"] == {}
    assert list(cleaned["steps"]) == ["cleaning"]
    assert json.loads(json.dumps(trained)) == trained, "plain data"
    origin = read_origin("ann", trained)
    assert [(step.name, step.run["run_id"]) for step in origin.steps] == [
        ("cleaning", "a"),
        ("training", "b"),
    ]
    assert origin.training.settings["features.scaling"] == FeatureSettings().scaling
    assert origin.settings["seed"] == 2


def test_models_of_different_runs_are_compared_if_they_learnt_from_the_same_rows() -> None:
    one, other = (with_training(FRAME, of_data({}), {"run_id": run}) for run in "ab")
    check_trained_on(one, FRAME)
    check_same_training({"ann": one, "lightgbm": other})
    with pytest.raises(InputError, match="ann and lightgbm were trained on different model input"):
        check_same_training({"ann": with_training(FRAME.assign(x=1.0), of_data({}), {}), "lightgbm": other})


def test_a_model_without_a_record_must_be_trained_again() -> None:
    with pytest.raises(InputError, match="lightgbm was trained before models kept a record"):
        read_origin("lightgbm", {"model_input": "feed"})


CHAPTER = (
    "report.choose_reported",
    "report.load_scorer",
    "reproducibility.collect_settings",
    "reproducibility.report_reproducibility",
)


def test_a_sliced_report_names_the_training_s_facts_and_what_has_changed_since(
    project: Path, run_pipeline: Run, training: tuple[str, ...]
) -> None:
    run_pipeline(project, NAME, training, seed=11)
    champion = json.loads((project / "data/08_reporting" / NAME / "champion.json").read_text())["champion"]

    def chapter(**params: Any) -> dict[str, Any]:
        run_pipeline(project, NAME, "model_report", nodes=list(CHAPTER), **params)
        section = project / "data/08_reporting" / NAME / "report/reproducibility_section.json"
        return json.loads(section.read_text())

    same = chapter(seed=11)["findings"][1]
    assert same["verdict"] == "good"
    assert "were done before the run that made this report" in same["found"]

    section = chapter(seed=12, features={"scaling": "zscore"}, cleaning={"split": {"test": 0.3}})
    finding = section["findings"][1]
    assert section["values"]["seed"] == 11, "the training's"
    assert finding["verdict"] == "attention"
    rows = {(row[0], row[1]): row[2:] for row in finding["table"]["rows"]}
    assert rows[("cleaning, feature_engineering, training", "`seed`")] == ["11", "12"]
    assert rows[("cleaning", "`cleaning.split.test`")] == ["0.2", "0.3"]
    assert rows[("feature_engineering", "`features.scaling`")][1] == "zscore"
    assert len(rows) == 3, f"{champion} and no other"
