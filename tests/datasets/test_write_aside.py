"""Every one-file dataset: round trip, parent folders, and what a failure leaves behind."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from kedro.io import AbstractDataset, DatasetError
from matplotlib.figure import Figure

from loan_default.datasets.estimator import EstimatorDataset
from loan_default.datasets.figure import FigureDataset
from loan_default.datasets.record import RecordDataset
from loan_default.datasets.table import CsvDataset, TableDataset
from loan_default.datasets.text import TextDataset

FRAME = pd.DataFrame({"row_id": [1, 2], "default": [0, 1]})

# A dataset, something it saves, and something it cannot save but notices only while writing.
CASES: list[tuple[type[AbstractDataset], str, Any, Any]] = [
    (TableDataset, "table.parquet", FRAME, pd.DataFrame({"a": [1, "x", object()]})),
    (CsvDataset, "table.csv", FRAME, "no frame"),
    (RecordDataset, "record.json", {"a": [1, None]}, {"a": 1, "b": object()}),
    (TextDataset, "report.md", "# Gains ≥ 1 %\n", 5),
    (EstimatorDataset, "forest.joblib", {"any": "object"}, lambda: None),
    (FigureDataset, "curve.png", Figure(), "no figure"),
]


@pytest.mark.parametrize(("kind", "name", "good", "bad"), CASES)
def test_failed_save_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, kind: type[AbstractDataset], name: str, good: Any, bad: Any
) -> None:
    file = tmp_path / "new" / "folders" / name
    dataset = kind(filepath=str(file))
    dataset.save(good)
    before = file.read_bytes()

    with pytest.raises(DatasetError) as caught:
        dataset.save(bad)
    assert file.read_bytes() == before
    assert [entry.name for entry in file.parent.iterdir()] == [name]
    assert f"/{name}" in str(caught.value)


@pytest.mark.parametrize(
    ("kind", "name", "good", "bad"), [case for case in CASES if case[0] != FigureDataset]
)
def test_what_is_saved_is_loaded(
    tmp_path: Path, kind: type[AbstractDataset], name: str, good: Any, bad: Any
) -> None:
    dataset = kind(filepath=str(tmp_path / name))
    assert not dataset.exists()
    dataset.save(good)
    assert dataset.exists()
    loaded = dataset.load()
    assert loaded.equals(good) if isinstance(good, pd.DataFrame) else loaded == good


def test_interrupt_while_saving_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dataset = RecordDataset(filepath=str(tmp_path / "record.json"))
    dataset.save({"old": 1})

    def interrupt(*args: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("os.replace", interrupt)
    with pytest.raises(KeyboardInterrupt):
        dataset.save({"new": 1})
    assert [file.name for file in tmp_path.iterdir()] == ["record.json"]
    assert dataset.load() == {"old": 1}


def test_metadata_reaches_the_dataset(tmp_path: Path) -> None:
    for kind, name, _, _ in CASES:
        metadata = {"mlflow": "artifact"}
        assert kind(filepath=str(tmp_path / name), metadata=metadata).metadata == metadata


def test_text_is_utf_8_whatever_the_machine_prefers(tmp_path: Path) -> None:
    TextDataset(filepath=str(tmp_path / "a.md")).save("≥")
    assert (tmp_path / "a.md").read_bytes() == "≥".encode()
