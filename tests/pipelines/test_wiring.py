"""The grammar of datasets and pipelines."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from kedro.framework.project import pipelines
from kedro.framework.session import KedroSession
from kedro.framework.startup import bootstrap_project
from kedro.io import DataCatalog, MemoryDataset
from kedro.pipeline import Pipeline

from loan_default.pipelines.model_report.pipeline import CHAPTERS

ROOT = Path(__file__).parents[2]
NAMES = ("cleaning", "feature_engineering", "ann_training", "random_forest_comparison", "model_report")
EVERY = (*NAMES, "batch_scoring", "monitoring", "repeated_folds", "tuning")
LAYERS = (
    "raw",
    "intermediate",
    "primary",
    "feature",
    "model_input",
    "models",
    "model_output",
    "reporting",
    "validation",
    "service",
)
CONTRACT = {
    "raw_applications": "raw",
    "rejected_applications": "reporting",
    "clean_applications": "primary",
    "application_cleaner": "intermediate",
    "feature_transformer": "feature",
    "model_input": "model_input",
    "ann.model": "models",
    "random_forest.calibrator": "model_output",
    "lightgbm.threshold": "model_output",
    "logistic_regression.predictions": "model_output",
    "ann.metrics": "reporting",
    "model_comparison": "reporting",
    "scoring_bundle": "service",
    "gates": "reporting",
    "model_report_page": "validation",
    "validation_record": "validation",
    "batch_scores": "model_output",
}


@pytest.fixture(scope="module")
def registered() -> dict[str, Pipeline]:
    bootstrap_project(ROOT)
    pipelines.set_requested(None)
    return dict(pipelines)


@pytest.fixture(scope="module")
def catalog() -> DataCatalog:
    bootstrap_project(ROOT)
    with KedroSession.create(project_path=ROOT) as session:
        return session.load_context().catalog


def datasets(pipeline: Pipeline) -> set[str]:
    return {name for name in pipeline.datasets() if not name.startswith("params:") and name != "parameters"}


def test_default_is_the_five_in_order(registered: dict[str, Pipeline]) -> None:
    assert set(EVERY) <= set(registered)
    whole = sum((registered[name] for name in NAMES), Pipeline([]))
    assert {node.name for node in registered["__default__"].nodes} == {node.name for node in whole.nodes}


@pytest.mark.parametrize("name", EVERY)
def test_no_dataset_is_in_memory_by_accident(
    registered: dict[str, Pipeline], catalog: DataCatalog, name: str
) -> None:
    for dataset in datasets(registered[name]):
        assert dataset in catalog, f"{dataset} is not in the catalog"


@pytest.mark.parametrize("name", EVERY)
def test_what_crosses_a_pipeline_boundary_is_kept(
    registered: dict[str, Pipeline], catalog: DataCatalog, name: str
) -> None:
    for dataset in datasets(registered[name]) & (registered[name].inputs() | registered[name].outputs()):
        # One in memory that exists before the run has its value in the catalog: it cannot be lost.
        kept = not isinstance(catalog.get(dataset), MemoryDataset) or catalog.exists(dataset)
        assert kept, f"{dataset} would be lost"


@pytest.mark.parametrize("name", EVERY)
def test_every_dataset_has_a_layer_and_a_plain_name(
    registered: dict[str, Pipeline], catalog: DataCatalog, name: str
) -> None:
    for dataset in datasets(registered[name]):
        assert re.fullmatch(r"([a-z_]+\.)?[a-z_]+", dataset), dataset
        assert catalog.get(dataset).metadata["kedro-viz"]["layer"] in LAYERS, dataset


@pytest.mark.parametrize(("dataset", "layer"), CONTRACT.items())
def test_names_that_others_rely_on(catalog: DataCatalog, dataset: str, layer: str) -> None:
    assert catalog.get(dataset).metadata["kedro-viz"]["layer"] == layer


def test_the_page_reads_every_chapter_and_every_picture(registered: dict[str, Pipeline]) -> None:
    report = registered["model_report"]
    read = {node.name: set(node.inputs) for node in report.nodes}
    sections = {name for name in report.all_outputs() if name.endswith("_section")}
    pictures = {name for name in report.all_outputs() if name.endswith("_plot")}
    assert sections == {f"{key}_section" for key in CHAPTERS} <= read["report.page.compose_report"]
    assert pictures <= read["report.page.lay_out_page"]


@pytest.mark.parametrize("node", ["service.pack_champion", "service.pack_challenger"])
def test_what_goes_into_service_is_packed_when_every_file_of_the_report_is_there(
    registered: dict[str, Pipeline], node: str
) -> None:
    """A chapter that fails leaves what is in service as it is."""
    before = {earlier.name for earlier in registered["__default__"].to_nodes(node).nodes}
    assert {chapter.name for chapter in registered["model_report"].nodes} <= before
    alone = registered["random_forest_comparison"]
    assert "report_written" in alone.only_nodes(node).inputs() & alone.inputs(), "it needs no report"


def test_every_pipeline_has_a_readme() -> None:
    for name in EVERY:
        assert (ROOT / "src" / "loan_default" / "pipelines" / name / "README.md").is_file()


def test_layers_never_flow_backwards(registered: dict[str, Pipeline], catalog: DataCatalog) -> None:
    """kedro-viz draws no layers at all if they do, in a node or in a namespace folded into a box."""
    inputs: dict[str, set[str]] = {}
    outputs: dict[str, set[str]] = {}
    for node in registered["__default__"].nodes:
        data = {name for name in node.inputs if not name.startswith("params:") and name != "parameters"}
        for box in (node.name, (node.namespace or node.name).split(".")[0]):
            inputs.setdefault(box, set()).update(data)
            outputs.setdefault(box, set()).update(node.outputs)

    def layer(dataset: str) -> int:
        return LAYERS.index(catalog.get(dataset).metadata["kedro-viz"]["layer"])

    for box, needed in inputs.items():
        read, written = needed - outputs[box], outputs[box] - needed
        assert max(map(layer, read), default=0) <= min(map(layer, written)), box
