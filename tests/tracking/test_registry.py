"""The registered model: what it declares, and that a fresh process can use it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from mlflow import MlflowClient
from mlflow.models import get_model_info

from loan_default.errors import InputError
from loan_default.tracking.registry import register_bundle

# Stands in for the scorer of the tiny project's bundle, which holds one probability for everybody.
IN_A_FRESH_PROCESS = """
import json, sys
import pandas as pd
import loan_default.scoring

class Scorer:
    @classmethod
    def load(cls, folder):
        scorer = cls()
        scorer.probability = float((folder / "weights/model.txt").read_text())
        return scorer

    def score(self, applications):
        return pd.DataFrame({"probability_of_default": [self.probability] * len(applications), "other": 1})

loan_default.scoring.Scorer = Scorer
import mlflow
mlflow.set_tracking_uri(sys.argv[1])
model = mlflow.pyfunc.load_model(sys.argv[2])
answer = model.predict(pd.DataFrame({"loan_amnt": ["5000", "7000"], "zip code": [None, "100xx"]}))
print(json.dumps(answer.to_dict("list")))
"""


@pytest.fixture
def uri(tiny_project: Path, run_tiny) -> str:
    run_tiny(env="shop")
    return f"sqlite:///{tiny_project / 'mlflow.db'}"


def test_champion_and_challenger_are_registered_under_the_portfolios_name(uri: str) -> None:
    client = MlflowClient(uri)
    champion = client.get_model_version_by_alias("shop", "champion")
    challenger = client.get_model_version_by_alias("shop", "challenger")

    assert client.get_run(champion.run_id).data.tags["model"] == "ann"
    assert client.get_run(challenger.run_id).data.tags["model"] == "random_forest"
    parent = client.get_run(client.get_run(champion.run_id).data.tags["mlflow.parentRunId"])
    assert parent.data.tags["champion"] == "ann"
    assert parent.data.tags["challenger"] == "random_forest"
    assert parent.data.tags["champion_reason"] == "best on validation"
    assert parent.data.tags["champion_version"] == str(champion.version)


def test_the_gates_are_tags_of_the_run_and_of_its_model(uri: str) -> None:
    client = MlflowClient(uri)
    child = client.get_run(client.get_model_version_by_alias("shop", "champion").run_id)
    parent = client.get_run(child.data.tags["mlflow.parentRunId"])
    for run in (child, parent):
        assert run.data.tags["gate.min_roc_auc"] == "passed"
        assert run.data.tags["validation"] == "passed"
        assert "gate.max_psi" not in run.data.tags, "it was not asked"


def test_a_refused_run_says_by_which_gate(uri: str, run_tiny) -> None:
    client = MlflowClient(uri)
    before = client.get_model_version_by_alias("shop", "champion").version
    run_tiny(env="shop", champion="")
    experiment = client.get_experiment_by_name("shop")
    parent = client.search_runs([experiment.experiment_id], "tags.champion_refused LIKE '%'")[0]
    assert parent.data.tags["gate.min_roc_auc"] == "refused"
    assert parent.data.tags["validation"] == "refused"
    assert client.get_model_version_by_alias("shop", "champion").version == before


def test_model_declares_text_in_and_a_double_out(uri: str) -> None:
    source = MlflowClient(uri).get_model_version_by_alias("shop", "champion").source
    folder = Path(source.removeprefix("file://"))
    info = get_model_info(str(folder))

    assert info.signature is not None
    fields = info.signature.inputs.to_dict()
    assert [(field["name"], field["type"], field["required"]) for field in fields] == [
        ("loan_amnt", "string", False),
        ("zip code", "string", False),
    ]
    assert info.signature.outputs.to_dict()[0]["type"] == "double"
    example = json.loads((folder / "input_example.json").read_text())
    assert example == {"columns": ["loan_amnt", "zip code"], "data": [["5000", "941xx"]]}
    requirements = (folder / "requirements.txt").read_text().splitlines()
    assert {line.partition("==")[0] for line in requirements} >= {"mlflow", "numpy", "onnxruntime", "pandas"}


def test_fresh_process_reloads_the_champion(uri: str, tmp_path: Path) -> None:
    answer = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", IN_A_FRESH_PROCESS, uri, "models:/shop@champion"],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
    )
    assert json.loads(answer.stdout.splitlines()[-1]) == {"probability_of_default": [0.25, 0.25]}


@pytest.mark.parametrize("chosen", ["ann", None])
def test_a_model_packed_on_request_is_not_registered(tmp_path: Path, chosen: str | None) -> None:
    record = {"model": "random_forest", "champion": chosen}
    (tmp_path / "champion.json").write_text(json.dumps(record))
    # Nothing is asked of MLflow: there is no run to ask.
    register_bundle(None, {}, "scoring_bundle", tmp_path, "shop")  # type: ignore[arg-type]


def test_only_the_two_bundles_may_be_marked_as_models() -> None:
    with pytest.raises(
        InputError, match=r"'ann.model' says `mlflow: model`; only scoring_bundle, challenger"
    ):
        register_bundle(None, {}, "ann.model", Path("nowhere"), "shop")  # type: ignore[arg-type]
