"""The chapters on data and leaks, written by the project from what cleaning and features left behind."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from loan_default.pipelines.model_report import data, leaks
from loan_default.report.section import Section

NAME = "consumer_credit"
RunPipeline = Callable[..., None]


@pytest.fixture(scope="module")
def prepared(
    tmp_path_factory: pytest.TempPathFactory, copy_project: Callable[[Path], Path], run_pipeline: RunPipeline
) -> Path:
    """A project after cleaning and features; no model is trained."""
    project = copy_project(tmp_path_factory.mktemp("chapters"))
    for pipeline in ("cleaning", "feature_engineering"):
        run_pipeline(project, NAME, pipeline)
    return project


def _write(project: Path, run_pipeline: RunPipeline, **params: Any) -> dict[str, Section]:
    for chapter in (data, leaks):
        nodes = [node.name for node in chapter.create_chapter().nodes]
        run_pipeline(project, NAME, "model_report", nodes, **params)
    report = project / "data" / "08_reporting" / NAME / "report"
    sections = {}
    for key in ("data", "leaks"):
        sections[key] = Section.model_validate(json.loads((report / f"{key}_section.json").read_text()))
        for finding in sections[key].findings:
            if finding.figure:
                assert (report / f"{finding.figure.removesuffix('_plot')}.png").stat().st_size > 5000
    return sections


def test_the_chapters_say_what_is_known_of_this_file(prepared: Path, run_pipeline: RunPipeline) -> None:
    sections = _write(prepared, run_pipeline)
    assert sections["data"].summary.startswith("Consumer credit: 4,452 of 4,454 rows of the file are used")
    assert sections["data"].values["rows_used"] == 4452
    assert sections["leaks"].values["leaks_used"] == 0
    assert "2 exact repeats were dropped" in sections["leaks"].findings[1].found
    assert sections["leaks"].verdict == "good"
    shown = pd.read_csv(prepared / "data" / "08_reporting" / NAME / "report" / "leaks_shown.csv")
    assert shown.empty
    assert "No leaky protocol was run" in sections["leaks"].findings[2].found


def test_leaky_protocols_are_shown_on_request(prepared: Path, run_pipeline: RunPipeline) -> None:
    asked = {"protocols": "post_outcome_in+resample_before_split", "models": ["random_forest"], "rows": 1000}
    finding = _write(prepared, run_pipeline, leaks_shown=asked)["leaks"].findings[2]
    assert finding.figure == "leaks_shown_plot"
    assert "Resampling before the split (random forest)" in finding.found
    assert "Post-outcome columns as features cannot be shown here" in finding.found
    assert finding.table is not None
    assert "Test rows of 1,000 rows of the file" in finding.table.caption


def test_twins_apart_are_called_a_leak(prepared: Path, run_pipeline: RunPipeline) -> None:
    frame = prepared / "data" / "03_primary" / NAME / "clean_applications.parquet"
    clean = pd.read_parquet(frame)
    # As if a train row came again in the test part.
    clean.loc[clean.index[clean["part"] == "test"][0], "twin_group"] = clean.loc[
        clean.index[clean["part"] == "train"][0], "twin_group"
    ]
    clean.to_parquet(frame)
    section = _write(prepared, run_pipeline)["leaks"]
    assert section.values["twin_groups_across_parts"] == 1
    assert section.verdict == "bad"
