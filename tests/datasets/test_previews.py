"""kedro-viz finds its previews by the method's declared type; the datasets here must not hide it."""

from __future__ import annotations

import base64
import inspect
import json
import struct
from pathlib import Path

import pandas as pd
from matplotlib.figure import Figure

from loan_default.datasets.figure import FigureDataset
from loan_default.datasets.record import RecordDataset
from loan_default.datasets.table import CsvDataset, TableDataset


def preview_type(dataset: object) -> str:
    annotation = inspect.signature(dataset.preview).return_annotation  # type: ignore[attr-defined]
    return getattr(annotation, "__name__", str(annotation))


def test_figure_is_previewed_as_the_saved_picture(tmp_path: Path) -> None:
    dataset = FigureDataset(filepath=str(tmp_path / "curve.png"))
    dataset.save(Figure(figsize=(4, 2)))
    picture = base64.b64decode(dataset.preview())
    assert preview_type(dataset) == "ImagePreview"
    assert picture == (tmp_path / "curve.png").read_bytes()
    assert struct.unpack(">II", picture[16:24]) == (600, 300)  # 4 x 2 inches at 150 dots per inch


def test_tables_are_previewed_by_their_first_rows(tmp_path: Path) -> None:
    for dataset in (
        TableDataset(filepath=str(tmp_path / "a.parquet")),
        CsvDataset(filepath=str(tmp_path / "a.csv")),
    ):
        dataset.save(pd.DataFrame({"row_id": range(9)}))
        assert preview_type(dataset) == "TablePreview"
        assert dataset.preview(nrows=2)["data"] == [[0], [1]]


def test_record_is_previewed_as_json(tmp_path: Path) -> None:
    dataset = RecordDataset(filepath=str(tmp_path / "a.json"))
    dataset.save({"rows": 3})
    assert preview_type(dataset) == "JSONPreview"
    assert json.loads(dataset.preview()) == {"rows": 3}
