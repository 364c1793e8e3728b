"""The record of what a model was made with: what steps add, and what a sliced report says of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from kedro.validation import ParameterValidationError

from loan_default.errors import InputError
from loan_default.evaluation.fairness.settings import FairnessSettings
from loan_default.evaluation.settings import EvaluationSettings, ValidationCriteria
from loan_default.features.settings import FeatureSettings
from loan_default.models.lineage import check_same_training, check_trained_on
from loan_default.pipelines.origin import of_comparison, of_data, read_origin, with_step, with_training
from loan_default.scoring.settings import BandSettings, ServiceSettings

BANDS = (BandSettings(name="A", up_to=1, policy="refer"),)
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
    compared = of_comparison(
        {"run_id": "c"},
        EvaluationSettings(),
        ValidationCriteria(min_roc_auc=0.6),
        FairnessSettings(),
        ServiceSettings(bands=BANDS),
    )
    assert json.loads(json.dumps(compared)) == compared, "plain data"
    origin = read_origin("ann", trained, compared)
    assert [(step.name, step.run["run_id"]) for step in origin.steps] == [
        ("cleaning", "a"),
        ("training", "b"),
    ]
    assert origin.training.settings["features.scaling"] == FeatureSettings().scaling
    assert origin.settings["seed"] == 2
    assert origin.comparison.run == {"run_id": "c"}
    assert origin.settings["validation_criteria.min_roc_auc"] == 0.6
    assert "fairness.min_rows" in origin.settings
    assert "fairness.mitigation" not in origin.settings, "the gates do not read it"


def test_models_of_different_runs_are_compared_if_they_learnt_from_the_same_rows() -> None:
    one, other = (with_training(FRAME, of_data({}), {"run_id": run}) for run in "ab")
    check_trained_on(one, FRAME)
    check_same_training({"ann": one, "lightgbm": other})
    with pytest.raises(InputError, match="ann and lightgbm were trained on different model input"):
        check_same_training({"ann": with_training(FRAME.assign(x=1.0), of_data({}), {}), "lightgbm": other})


def test_a_model_without_a_record_must_be_trained_again() -> None:
    with pytest.raises(InputError, match="lightgbm was trained before models kept a record"):
        read_origin("lightgbm", {"model_input": "feed"}, {})


CHAPTER = (
    "report.choose_reported",
    "report.load_scorer",
    "report.reproducibility.collect_settings",
    "report.reproducibility.report_reproducibility",
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

    section = chapter(
        seed=11,
        fairness={"min_rows": 250},
        service={"scale": {"base_score": 650}},
        validation_criteria={"min_roc_auc": 0.5},
    )
    rows = {row[1]: (row[0], *row[2:]) for row in section["findings"][1]["table"]["rows"]}
    assert rows["`fairness.min_rows`"] == ("comparison", "100", "250")
    assert rows["`service.scale.base_score`"] == ("comparison", "600.0", "650.0")
    assert len(rows) == 3, "and the criterion"
    assert (
        "another version in a bundle from before `service.scale.base_score` changed"
        in (section["findings"][3]["found"])
    )

    with pytest.raises(InputError, match=r"evaluation\.confidence = 0\.8, but the metrics of ann .* 0\.95"):
        chapter(seed=11, evaluation={"resamples": 100, "confidence": 0.8})
    with pytest.raises(ParameterValidationError, match="min_roc_auc"):
        chapter(seed=11, validation_criteria={"min_roc_auc": "high"})
