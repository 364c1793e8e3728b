"""A tiny Kedro project, with this project's settings, hooks and command, made anew for the tests."""

from __future__ import annotations

import os
import shutil
import sys
import warnings
from collections.abc import Callable, Iterator
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from kedro.framework.project import configure_project
from kedro.framework.session import KedroSession
from kedro.framework.startup import bootstrap_project

# A busy machine is no fault of the code.
settings.register_profile("project", deadline=None)
settings.load_profile("project")

FILES = {
    "pyproject.toml": """
        [tool.kedro]
        package_name = "tiny_lender"
        project_name = "tiny-lender"
        kedro_init_version = "1.7.0"
        source_dir = "src"
    """,
    "src/tiny_lender/__init__.py": "",
    "src/tiny_lender/settings.py": """
        from loan_default.settings import CONFIG_LOADER_ARGS, DISABLE_HOOKS_FOR_PLUGINS, HOOKS
    """,
    "src/tiny_lender/cli.py": """
        from loan_default.cli import cli, run
    """,
    "src/tiny_lender/pipeline_registry.py": """
        from kedro.framework.project import find_pipelines

        def register_pipelines():
            found = find_pipelines(raise_errors=True)
            if "__default__" in found:
                found["__default__"] = found["cleaning"] + found["training"]
            return found
    """,
    "src/tiny_lender/pipelines/__init__.py": "",
    "src/tiny_lender/pipelines/cleaning/__init__.py": """
        import pandas as pd
        from kedro.pipeline import Node, Pipeline
        from loan_default.errors import InputError

        def clean(text: str, mode: str):
            if mode == "fail":
                raise InputError("column 'loan_status' is not in the file; rename it")
            if mode == "break":
                raise RuntimeError("a fault of the project")
            if mode == "interrupt":
                raise KeyboardInterrupt
            rows = text.split()
            return pd.DataFrame({"row": rows}), {"data_fingerprint": "abc123", "rows": {"read": len(rows)}}

        def create_pipeline():
            return Pipeline([
                Node(clean, ["raw_applications", "params:mode"], ["clean_applications", "data_tags"]),
            ])
    """,
    "src/tiny_lender/pipelines/training/__init__.py": """
        import json
        from typing import Literal

        import pandas as pd
        from kedro.pipeline import Node, Pipeline
        from matplotlib.figure import Figure
        from pydantic import BaseModel, ConfigDict, Field

        class Layer(BaseModel):
            model_config = ConfigDict(frozen=True, extra="forbid")
            units: int = Field(default=8, ge=1)

        class AnnSettings(BaseModel):
            model_config = ConfigDict(frozen=True, extra="forbid")
            dropout: float = Field(default=0.3, ge=0, lt=1)
            optimizer: Literal["adam", "adamw"] = "adam"
            layers: tuple[Layer, ...] = (Layer(),)

        def train(rows: pd.DataFrame, settings: AnnSettings):
            history = pd.DataFrame({"epoch": [0, 1, 2], "loss": [0.9, 0.5, 0.4], "val_loss": [0.9, 0.6, 0.7]})
            figure = Figure()
            figure.subplots().plot(history["epoch"], history["loss"])
            return {"test_roc_auc": 0.7, "test": {"brier": 0.2}}, history, figure

        def forest(rows: pd.DataFrame):
            return {"test_roc_auc": 0.69, "test": {"brier": 0.21}}

        def compare(ann: dict, forest: dict, champion: str):
            champion = champion or None
            table = pd.DataFrame([ann, forest], index=["ann", "random_forest"])
            reason = "best on validation" if champion else "no model reaches the minimum ROC AUC of 0.8"
            challenger = "random_forest" if champion else None
            gate = {"value": 0.7, "limit": 0.8, "passed": bool(champion), "note": ""}
            gates = {"ann": {"min_roc_auc": gate, "max_psi": {**gate, "limit": None, "passed": None}}}
            record = {"champion": champion, "challenger": challenger, "reason": reason}
            record |= {"best": "ann", "criteria": gates}
            return table[["test_roc_auc"]], {"models": 2}, record, pack(champion), pack(challenger)

        def pack(model: str | None):
            return {} if model is None else {
                "champion.json": json.dumps({"model": model, "reason": "best on validation"}).encode(),
                "manifest.json": json.dumps({"metrics": {"roc_auc": 0.7, "brier": 0.2, "f1": 0.5}}).encode(),
                "input_example.json": json.dumps({"loan_amnt": "5000", "zip code": "941xx"}).encode(),
                "weights/model.txt": b"0.25",
            }

        def report(champion: dict, mode: str) -> str:
            if mode == "fail late":
                raise RuntimeError("the last node fails")
            return f"# {champion}"

        def create_pipeline():
            return Pipeline([
                Node(report, ["champion", "params:mode"], "report"),
                Node(
                    train,
                    ["clean_applications", "params:ann"],
                    ["ann.metrics", "ann.history", "ann.curve"],
                ),
                Node(forest, "clean_applications", "random_forest.metrics"),
                Node(
                    compare,
                    ["ann.metrics", "random_forest.metrics", "params:champion"],
                    [
                        "model_comparison",
                        "comparison_counts",
                        "champion",
                        "scoring_bundle",
                        "challenger_bundle",
                    ],
                ),
            ])
    """,
    ".telemetry": """
        consent: false
    """,
    "conf/base/catalog.yml": """
        raw_applications:
          type: loan_default.datasets.text.TextDataset
          filepath: ${runtime_params:portfolio.file.path, ${globals:portfolio.file.path}}

        clean_applications:
          type: loan_default.datasets.table.TableDataset
          filepath: data/${runtime_params:portfolio.name, ${globals:portfolio.name}}/clean.parquet

        data_tags:
          type: loan_default.datasets.record.RecordDataset
          filepath: data/${runtime_params:portfolio.name, ${globals:portfolio.name}}/data_tags.json
          metadata: {mlflow: tags}

        "{model}.metrics":
          type: loan_default.datasets.record.RecordDataset
          filepath: data/{model}/metrics.json
          metadata: {mlflow: [metrics, artifact], kedro-viz: {layer: reporting}}

        ann.history:
          type: loan_default.datasets.table.TableDataset
          filepath: data/ann/history.parquet
          metadata: {mlflow: history}

        ann.curve:
          type: loan_default.datasets.figure.FigureDataset
          filepath: data/ann/curve.png
          metadata: {mlflow: artifact, kedro-viz: {layer: reporting}}

        model_comparison:
          type: loan_default.datasets.table.TableDataset
          filepath: data/comparison.parquet
          metadata: {mlflow: artifact, kedro-viz: {layer: reporting}}

        comparison_counts:
          type: loan_default.datasets.record.RecordDataset
          filepath: data/counts.json
          metadata: {mlflow: metrics}

        champion:
          type: loan_default.datasets.record.RecordDataset
          filepath: data/champion.json
          metadata: {mlflow: champion}

        scoring_bundle:
          type: loan_default.datasets.folder.FolderDataset
          filepath: data/bundle
          metadata: {mlflow: model}

        report:
          type: loan_default.datasets.text.TextDataset
          filepath: data/report.md
          metadata: {mlflow: artifact}

        challenger_bundle:
          type: loan_default.datasets.folder.FolderDataset
          filepath: data/challenger
          metadata: {mlflow: model}
    """,
    "conf/base/parameters.yml": """
        mode: work
        champion: ann
        ann:
          dropout: 0.2
          layers: [{units: 4}, {units: 2}]
        notes: ""
    """,
    "conf/lending_club/portfolio.yml": """
        portfolio:
          name: lending_club
          title: Lending Club
          file: {path: data/raw/lending_club.txt, source: a made-up file}
    """,
    "conf/shop/portfolio.yml": """
        portfolio:
          name: shop
          title: Shop
          file: {path: data/raw/shop.txt}
    """,
    "conf/shop/parameters_shop.yml": """
        ann: {dropout: 0.4}
    """,
    "data/raw/lending_club.txt": "a b c",
    "data/raw/shop.txt": "d e",
    "data/raw/other.txt": "f",
}


def _dedent(text: str) -> str:
    lines = text.strip("\n").splitlines()
    indent = len(lines[0]) - len(lines[0].lstrip()) if lines else 0
    return "\n".join(line[indent:] for line in lines).rstrip(" ") + "\n"


@pytest.fixture(scope="session")
def copy_project() -> Callable[[Path], Path]:
    """Copy what a run of this project needs into a folder; raw data is linked."""
    root = Path(__file__).resolve().parents[1]

    def copy(folder: Path) -> Path:
        project = folder / "project"
        project.mkdir()
        shutil.copy(root / "pyproject.toml", project)
        shutil.copytree(root / "conf", project / "conf")
        (project / "src").mkdir()  # the package itself is installed
        (project / "data").mkdir()
        (project / "data" / "01_raw").symlink_to(root / "data" / "01_raw")
        shutil.copytree(root / "notebooks", project / "notebooks")
        return project

    return copy


@pytest.fixture(scope="session")
def shared_file() -> Callable[[str], Path]:
    """Find a real file that may not be part of the project; the test is skipped where it is absent."""
    beside_the_project = Path(__file__).resolve().parents[2] / "shared" / "data"
    folder = Path(os.environ.get("LOAN_DEFAULT_SHARED_DATA", beside_the_project))

    def find(name: str) -> Path:
        if not (folder / name).is_file():
            pytest.skip(f"needs the real file {name} in ../shared/data (or in LOAN_DEFAULT_SHARED_DATA)")
        return folder / name

    return find


@pytest.fixture(scope="session")
def _tiny_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for the session: setting up MLflow's database takes seconds."""
    with warnings.catch_warnings(action="ignore"):
        # Kedro imports every installed plugin, wanted or not; their warnings are not this project's.
        for plugin in entry_points(group="kedro.hooks"):
            plugin.load()
    root = tmp_path_factory.mktemp("tiny_lender")
    for name, text in FILES.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(_dedent(text) if "data/" not in name else text)
    return root


@pytest.fixture
def tiny_project(_tiny_files: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The root of the tiny project, set up as Kedro's project and made the working directory."""
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    monkeypatch.delenv("KEDRO_ENV", raising=False)
    monkeypatch.chdir(_tiny_files)
    bootstrap_project(_tiny_files)
    yield _tiny_files
    sys.path[:] = [entry for entry in sys.path if str(_tiny_files) not in entry]
    configure_project("loan_default")


@pytest.fixture
def run_tiny(tiny_project: Path) -> Callable[..., None]:
    """Run a pipeline of the tiny project in a session of its own."""

    def run(*pipelines: str, env: str | None = None, **parameters: Any) -> None:
        with KedroSession.create(tiny_project, env=env, runtime_params=parameters) as session:
            session.run(pipeline_names=list(pipelines) or None)

    return run
