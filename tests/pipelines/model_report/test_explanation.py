"""The chapter on what the model rests on, made of a finished run."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from kedro.framework.session import KedroSession
from kedro.framework.startup import bootstrap_project
from tests.pipelines.conftest import QUICK

from loan_default.evaluation.explanation.settings import ExplanationSettings
from loan_default.frames import ROW_ID, TEST, in_part
from loan_default.pipelines.model_report import explanation, reported
from loan_default.pipelines.random_forest_comparison.nodes import MODELS
from loan_default.report.section import Section

HIDDEN = "records"
"""Taken for a protected column; its label in consumer_credit is "Earlier payment trouble on record"."""
LABEL = "Earlier payment trouble on record"

SMALL = ExplanationSettings(rows=60, contribution_rows=20, leaves=1_000_000, inputs=4, bins=4)


@pytest.fixture(scope="module")
def made(finished_project: Path) -> dict[str, Any]:
    """Everything the chapter leaves, with one input taken for protected."""
    bootstrap_project(finished_project)
    chapter = reported.create_nodes() + explanation.create_chapter()
    # As the run that measured: fewer resamples.
    few = {"evaluation": QUICK["evaluation"]}
    with KedroSession.create(
        project_path=finished_project, env="consumer_credit", runtime_params=few
    ) as session:
        catalog = session.load_context().catalog
        made: dict[str, Any] = {name: catalog.load(name) for name in chapter.inputs()}
    made["params:explanation"] = SMALL
    for decision in made["feature_transformer"]["decisions"]:
        decision["protected"] = decision["name"] == HIDDEN
    for one in chapter.nodes:
        left = one.run({name: made[name] for name in one.inputs})
        # What is a table is read back from CSV, as between two runs.
        made |= {name: _from_csv(data) if name.endswith("_table") else data for name, data in left.items()}
    return made


def _from_csv(table: pd.DataFrame) -> pd.DataFrame:
    return pd.read_csv(io.StringIO(table.to_csv(index=False)))


def test_the_section_has_a_picture_for_every_model(made: dict[str, Any]) -> None:
    section = Section.model_validate(made["explanation_section"])
    figures = [finding.figure for finding in section.findings if finding.figure]
    assert {f"explanation_shap_{model}_plot" for model in MODELS} <= set(figures)
    assert all(figure in made for figure in figures)


def test_sampled_rows_and_cases_are_test_rows_with_their_own_applications(made: dict[str, Any]) -> None:
    rows = made["explained_rows"]
    assert set(rows[ROW_ID]) <= set(in_part(made["reported_predictions"], TEST)[ROW_ID])
    again = [
        one.probability_of_default for one in made["reported_scorer"].decide(made["explained_applications"])
    ]
    assert rows["probability"].tolist() == pytest.approx(again, abs=1e-6)
    raw = made["raw_applications"]
    assert raw.loc[rows["row_number"], "rownames"].tolist() == rows[ROW_ID].astype(str).tolist()


def test_no_protected_value_is_shown(made: dict[str, Any]) -> None:
    cases = made["explanation_cases_table"]
    assert cases["reasons"].str.contains("a protected field").any()
    assert not cases["reasons"].str.contains(LABEL).any()
    for name in ("effects", "evidence", "directions"):
        assert not (made[f"explanation_{name}_table"]["input"] == HIDDEN).any(), name
    assert ROW_ID not in cases
    told = json.dumps(made["explanation_section"]["findings"][-1])
    assert LABEL not in told


def test_contributions_of_every_model_cover_every_input(made: dict[str, Any]) -> None:
    inputs = {field.name for field in made["reported_scorer"].fields}
    for model in MODELS:
        table = made[f"explanation_shap_{model}_table"]
        assert set(table["input"]) == inputs
        assert table["rows"].iloc[0] == 20
        assert table["share"].sum() == pytest.approx(1)
