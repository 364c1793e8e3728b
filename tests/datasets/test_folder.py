from __future__ import annotations

import os
from pathlib import Path

import pytest
from kedro.io import DatasetError

from loan_default.datasets.folder import FolderDataset


def content(folder: Path) -> dict[str, bytes]:
    files = (file for file in folder.rglob("*") if file.is_file())
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in files}


def test_folder_holds_exactly_what_was_saved_last(tmp_path: Path) -> None:
    dataset = FolderDataset(filepath=str(tmp_path / "new" / "bundle"))
    assert not dataset.exists()
    dataset.save({"champion.json": b"{}", "old.txt": b"old"})
    dataset.save({"champion.json": b"[]", "weights/a.onnx": b"\x00"})

    assert dataset.load() == tmp_path / "new" / "bundle"
    assert content(dataset.load()) == {"champion.json": b"[]", "weights/a.onnx": b"\x00"}
    assert os.listdir(tmp_path / "new") == ["bundle"]


def test_no_files_leave_the_folder_as_it_is(tmp_path: Path) -> None:
    dataset = FolderDataset(filepath=str(tmp_path / "bundle"))
    dataset.save({})
    assert not dataset.exists()
    dataset.save({"a.txt": b"a"})
    dataset.save({})
    assert content(tmp_path) == {"bundle/a.txt": b"a"}


@pytest.mark.parametrize("name", ["../outside.txt", "/outside.txt", "a/../../outside.txt"])
def test_file_outside_is_refused_and_the_old_folder_stays(tmp_path: Path, name: str) -> None:
    dataset = FolderDataset(filepath=str(tmp_path / "bundle"))
    dataset.save({"a.txt": b"a"})
    with pytest.raises(DatasetError, match="does not lie inside"):
        dataset.save({"b.txt": b"b", name: b"c"})
    assert content(tmp_path) == {"bundle/a.txt": b"a"}


def test_failed_swap_brings_the_old_folder_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dataset = FolderDataset(filepath=str(tmp_path / "bundle"))
    dataset.save({"a.txt": b"a"})
    replace = os.replace

    def fail_to_move_in(source: Path, target: Path) -> None:
        if (source / "b.txt").exists():
            raise OSError("disk full")
        replace(source, target)

    monkeypatch.setattr(os, "replace", fail_to_move_in)
    with pytest.raises(DatasetError, match="disk full"):
        dataset.save({"b.txt": b"b"})
    assert content(tmp_path) == {"bundle/a.txt": b"a"}


def test_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=str(tmp_path / "bundle")):
        FolderDataset(filepath=str(tmp_path / "bundle")).load()


def test_a_folder_that_may_be_absent_is_none(tmp_path: Path) -> None:
    dataset = FolderDataset(filepath=str(tmp_path / "bundle"), when_absent="none")
    assert dataset.exists()
    assert dataset.load() is None
    dataset.save({"champion.json": b"{}"})
    assert dataset.load() == tmp_path / "bundle"
    with pytest.raises(DatasetError, match="no folder"):
        FolderDataset(filepath=str(tmp_path / "other")).load()
