"""The reference of a bundle: bins and counts of inputs and scores; made up."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from loan_default.errors import InputError
from loan_default.scoring import Scorer
from loan_default.scoring.reference import as_columns, read_reference

from .conftest import Fitted


def test_train_rows_before_cleaning(fitted: Fitted, folder: Path) -> None:
    reference = read_reference(folder)
    train = fitted.clean.loc[fitted.clean["part"] == "train"]
    names = {field.name for field in fitted.facts.fields}
    assert set(reference.inputs) == names - {"applied"}, "the application date is later for every new one"
    assert {column.rows for column in reference.inputs.values()} == {len(train)}
    assert reference.inputs["income"].counts[-1] == train["income_missing"].sum() > 0
    assert set(reference.inputs["grade"].bins.levels) == {"A", "B", "C"}
    assert set(reference.inputs["owner"].bins.levels) == {"yes", "no"}
    assert reference.inputs["note"].bins.edges is not None, "a text is as long as it is"


def test_nobodys_own_job_is_named(fitted: Fitted, folder: Path) -> None:
    job = read_reference(folder).inputs["job_title"]
    assert (job.bins.levels, job.bins.others) == ((), None)
    assert "Job " not in (folder / "reference.json").read_text()


def test_scores_are_those_of_rows_held_out(fitted: Fitted, folder: Path) -> None:
    score = read_reference(folder).score
    assert score.probability.rows == (fitted.clean["part"] != "train").sum()
    assert sum(score.bands.values()) == score.probability.rows
    assert list(score.bands) == ["low", "medium", "high"]
    assert 0 < score.share_refused < 1


def test_files_and_the_log_give_the_same_columns(fitted: Fitted, scorer: Scorer, folder: Path) -> None:
    """Typed columns, as training and batches have them, and canonical values, as the log has them."""
    rows = fitted.raw.head(200)
    typed, _ = scorer._typed(rows)
    logged = json.loads(json.dumps(scorer.values(rows)))
    from_log = as_columns(pd.DataFrame(logged, index=rows.index).astype(object), scorer.fields)
    from_file = as_columns(typed, scorer.fields)
    for name, column in read_reference(folder).inputs.items():
        assert (column.bins.place(from_log[name]) == column.bins.place(from_file[name])).all(), name


def test_a_damaged_reference(tmp_path: Path) -> None:
    (tmp_path / "reference.json").write_text("{}")
    with pytest.raises(InputError, match="cannot be read as a reference"):
        read_reference(tmp_path)
