from __future__ import annotations

from pathlib import Path

import pytest
from kedro.io import DataCatalog, MemoryDataset
from kedro.pipeline import Node, Pipeline

from loan_default.datasets.lender_file import LenderFileDataset
from loan_default.datasets.table import TableDataset
from loan_default.errors import InputError
from loan_default.hooks import RequiredInputs


def train(rows: object) -> object:
    return rows


def check(catalog: DataCatalog, project: Path, *inputs: str) -> None:
    pipeline = Pipeline([Node(train, name, f"made_of_{i}", name=f"n{i}") for i, name in enumerate(inputs)])
    run_params = {"project_path": str(project), "env": "shop", "runtime_params": {}}
    RequiredInputs().before_pipeline_run(run_params, pipeline, catalog)


def test_what_is_kept_in_memory_cannot_be_begun_with(tiny_project: Path, tmp_path: Path) -> None:
    catalog = DataCatalog({"intake": MemoryDataset()})
    with pytest.raises(InputError, match=r"intake is kept in memory only .* start earlier"):
        check(catalog, tmp_path, "intake")


def test_missing_dataset_names_file_and_pipeline_that_makes_it(tiny_project: Path, tmp_path: Path) -> None:
    catalog = DataCatalog({"clean_applications": TableDataset(filepath=str(tmp_path / "data/clean.parquet"))})
    with pytest.raises(
        InputError,
        match=r"clean_applications does not exist yet \(data/clean.parquet\): "
        r"run `kedro run --pipeline cleaning --env shop` first\.$",
    ):
        check(catalog, tmp_path, "clean_applications")


def test_missing_lender_file_says_where_to_put_it_and_where_it_comes_from(
    tiny_project: Path, tmp_path: Path
) -> None:
    catalog = DataCatalog({"raw_applications": LenderFileDataset(filepath=str(tmp_path / "data/loans.csv"))})
    catalog["params:portfolio.file.source"] = "Kaggle"
    with pytest.raises(
        InputError, match=r"^data/loans.csv does not exist: put the file there. .*: Kaggle\.$"
    ):
        check(catalog, tmp_path, "raw_applications")


def test_every_missing_thing_is_told_at_once(tiny_project: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        check(DataCatalog(), tmp_path, "params:ann", "nothing")
    assert str(caught.value).splitlines() == [
        "The pipeline needs 'nothing', which the catalog in conf/base does not hold.",
        "The parameter 'ann' is missing in conf/base/parameters*.yml and in the portfolio's folder.",
    ]


class Unreadable(MemoryDataset):
    def load(self) -> None:
        raise AssertionError("the check must not load data")


def test_present_inputs_pass_without_being_loaded(tmp_path: Path) -> None:
    check(DataCatalog({"clean_applications": Unreadable(1)}), tmp_path, "clean_applications")
