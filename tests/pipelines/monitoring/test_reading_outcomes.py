"""The join of outcomes to predictions; all made up."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from tests.scoring.conftest import DESCRIPTION

from loan_default.errors import InputError
from loan_default.evaluation.monitoring.settings import OutcomeSettings
from loan_default.pipelines.monitoring.reading_outcomes import default_id, join_outcomes
from loan_default.portfolio.description import Portfolio

PREDICTIONS = pd.DataFrame(
    {"id": ["a", "b", "c", "d"], "time": pd.to_datetime(["2026-07-01 15:00"] * 4).astype("datetime64[ms]")}
)


def join(text: str, tmp_path: Path, **settings: Any) -> Any:
    file = tmp_path / "outcomes.csv"
    file.write_text(text)
    asked = OutcomeSettings(path=str(file), **settings)
    return join_outcomes(PREDICTIONS, asked, Portfolio.model_validate(DESCRIPTION), "prediction_id")


def test_ones_zeros_and_words(tmp_path: Path) -> None:
    """The portfolio says bad for default and good for paid; an empty one is not known yet."""
    joined, read = join("prediction_id,default\nc,GOOD\na,1\nb,\nx,0\nd,bad\na,1.0\n", tmp_path)
    assert joined["outcome"].fillna(-1).tolist() == [1, -1, 0, 1]
    assert (read.rows, read.unknown, read.unmatched, read.too_early) == (6, 1, 1, 0)
    assert read.unmatched_id == "x"
    assert joined[["id", "time"]].equals(PREDICTIONS)


def test_an_outcome_before_its_prediction_is_left_out(tmp_path: Path) -> None:
    text = "key,y,day\na,1,2026-06-30\nb,0,2026-07-01\nc,1,2026-09-01T10:00Z\nd,0,\n"
    joined, read = join(text, tmp_path, id="key", outcome="y", date="day")
    assert joined["outcome"].fillna(-1).tolist() == [-1, 0, 1, 0]
    assert (read.too_early, read.first, read.last) == (1, "2026-07-01", "2026-09-01")


def test_rows_that_cannot_be_used_are_counted(tmp_path: Path) -> None:
    text = "prediction_id,default\n,1\n,0\n a ,1\nb,0,5\nc\nd,0\n"
    joined, read = join(text, tmp_path)
    assert joined["outcome"].fillna(-1).tolist() == [1, -1, -1, 0]
    assert (read.rows, read.malformed, read.unmatched) == (6, 2, 2)


def test_a_file_without_rows_knows_nothing_yet(tmp_path: Path) -> None:
    joined, read = join("prediction_id,default,day\n", tmp_path, date="day")
    assert joined["outcome"].isna().all()
    assert (read.path, read.rows) == (str(tmp_path / "outcomes.csv"), 0)


def test_nothing_known_yet_but_dated(tmp_path: Path) -> None:
    joined, read = join("prediction_id,default,day\na,,2026-08-01\n", tmp_path, date="day")
    assert joined["outcome"].isna().all()
    assert (read.unknown, read.first) == (1, "")


def test_lines_before_the_lenders_header_are_none_of_this_file(tmp_path: Path) -> None:
    file = tmp_path / "outcomes.csv"
    file.write_text("prediction_id,default\na,1\n")
    described = DESCRIPTION | {"file": DESCRIPTION["file"] | {"skip_rows": 1}}
    joined, _ = join_outcomes(
        PREDICTIONS, OutcomeSettings(path=str(file)), Portfolio.model_validate(described), "prediction_id"
    )
    assert joined["outcome"].fillna(-1).tolist() == [1, -1, -1, -1]


def test_parquet(tmp_path: Path) -> None:
    file = tmp_path / "outcomes.parquet"
    pd.DataFrame({"prediction_id": ["a", "b"], "default": [1, 0]}).to_parquet(file)
    joined, _ = join_outcomes(
        PREDICTIONS, OutcomeSettings(path=str(file)), Portfolio.model_validate(DESCRIPTION), "prediction_id"
    )
    assert joined["outcome"].tolist()[:2] == [1, 0]


def test_parquet_with_types_of_its_own(tmp_path: Path) -> None:
    file = tmp_path / "outcomes.parquet"
    days = pd.to_datetime(["2026-07-05", "2026-07-06", None])
    frame = pd.DataFrame({"prediction_id": ["a", "b", "c"], "default": [True, False, None], "day": days})
    frame.to_parquet(file)
    settings = OutcomeSettings(path=str(file), date="day")
    joined, read = join_outcomes(
        PREDICTIONS, settings, Portfolio.model_validate(DESCRIPTION), "prediction_id"
    )
    assert joined["outcome"].fillna(-1).tolist() == [1, 0, -1, -1]
    assert (read.unknown, read.first, read.last) == (1, "2026-07-05", "2026-07-06")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("id,default\na,1\n", "has no column 'prediction_id'; it has id, default"),
        ("prediction_id,default\na,perhaps\n", "holds 'perhaps': an outcome is 1"),
        ("prediction_id,default\na,1\na,0\nb,1\n", "says both 1 and 0 of 1 prediction, such as a"),
    ],
)
def test_files_that_cannot_be_used(text: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=message):
        join(text, tmp_path)


def test_a_date_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"not written YYYY-MM-DD: '1\.2\.2026'\.$"):
        join("prediction_id,default,day\na,1,1.2.2026\n", tmp_path, date="day")


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    asked = OutcomeSettings(path=str(tmp_path / "none.csv"))
    with pytest.raises(InputError, match=r"no file of outcomes .*none\.csv: name one with monitoring\.outc"):
        join_outcomes(PREDICTIONS, asked, Portfolio.model_validate(DESCRIPTION), "prediction_id")


def test_without_a_file_nothing_is_known() -> None:
    joined, read = join_outcomes(
        PREDICTIONS, OutcomeSettings(), Portfolio.model_validate(DESCRIPTION), "prediction_id"
    )
    assert joined["outcome"].isna().all()
    assert read.path is None


def test_keys_by_source() -> None:
    assert default_id("log", True) == "prediction_id"
    assert default_id("batch", True) == "row_id"
    assert default_id("batch", False) == "row_number"
