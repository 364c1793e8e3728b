from __future__ import annotations

from pathlib import Path

from loan_default.datasets.record import RecordDataset


def test_letters_stay_as_they_are(tmp_path: Path) -> None:
    file = tmp_path / "record.json"
    record = {"Mahngebühren": ["möbliert", 3]}
    RecordDataset(filepath=str(file)).save(record)
    assert "Mahngebühren" in file.read_text(encoding="utf-8")
    assert RecordDataset(filepath=str(file)).load() == record
