from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from loan_default.errors import InputError
from loan_default.portfolio import reading_chunks
from loan_default.portfolio.description import LenderFile
from loan_default.portfolio.reading import MALFORMED, read_text_table
from loan_default.portfolio.reading_chunks import ApplicationFile, Chunk

MANY = [f'{i},"two\nlines, {i}",caf\xe9' if i % 7 else f"{i},short" for i in range(1, 4001)]


def write(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def chunks(path: Path, **options: Any) -> list[Chunk]:
    return list(ApplicationFile(path, LenderFile(path=str(path), **options)).chunks())


@pytest.fixture
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading_chunks, "_BLOCK", 5_000)
    monkeypatch.setattr(reading_chunks, "_PIECE", 777)


@pytest.mark.usefixtures("small_blocks")
@pytest.mark.parametrize(
    ("name", "encoding", "skip_rows"),
    [("a.csv", "utf-8", 0), ("a.csv.gz", "utf-8-sig", 0), ("a.csv", "latin-1", 2), ("a.csv", "utf-16", 1)],
)
def test_chunks_are_the_rows_of_the_whole_file(
    tmp_path: Path, name: str, encoding: str, skip_rows: int
) -> None:
    text = "\n".join([*["export of today"] * skip_rows, "id,note,place", *MANY])
    content = text.encode(encoding)
    path = write(tmp_path / name, gzip.compress(content) if name.endswith("gz") else content)
    whole = read_text_table(path, LenderFile(path=str(path), encoding=encoding, skip_rows=skip_rows))

    parts = chunks(path, encoding=encoding, skip_rows=skip_rows)

    assert len(parts) > 10
    rows = pd.concat([part.rows for part in parts])
    expected = whole[whole[MALFORMED] == ""].drop(columns=MALFORMED)
    pd.testing.assert_frame_equal(rows, expected)
    aside = {number: text for part in parts for number, text in part.malformed.items()}
    assert aside == whole.loc[whole[MALFORMED] != "", MALFORMED].to_dict()
    shares = [part.share_read for part in parts]
    assert shares == sorted(shares)
    assert shares[0] < 0.3
    assert shares[-1] > 0.8  # quotes and malformed records are not counted


FAULTY: dict[str, tuple[bytes, dict[str, Any]]] = {
    "empty": (b"", {}),
    "header only": (b"a,b\n", {}),
    "nothing after skipped lines": (b"a,b\n1,2\n", {"skip_rows": 5}),
    "other delimiter": (b"a;b\n1;2\n", {}),
    "a name twice": (b"a,a\n1,2\n", {}),
    "other encoding": (b"a,b\n" + b"1,2\n" * 3000 + b"1,caf\xe9 \n", {}),
    "no encoding": (b"a,b\n1,2\n", {"encoding": "utf-9"}),
    "zero bytes": (b"a,b\n1,\x00\n", {}),
    "workbook": (b"PK\x03\x04\xff\xfe", {}),
    "open quote": (b'a,b\n1,2\n3,"4\n5,6\n', {}),
}


@pytest.mark.parametrize("case", FAULTY)
def test_faults_are_told_as_those_of_a_file_of_past_loans(tmp_path: Path, case: str) -> None:
    content, options = FAULTY[case]
    path = write(tmp_path / "a.csv", content)
    with pytest.raises(InputError) as expected:
        read_text_table(path, LenderFile(path=str(path), **options))
    with pytest.raises(InputError) as told:
        chunks(path, **options)
    assert str(told.value) == str(expected.value)


@pytest.mark.usefixtures("small_blocks")
def test_quote_left_open_over_many_blocks_is_told(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", b"a,b\n" + b"1,2\n" * 5000 + b'3,"4\n' + b"5,6\n" * 9000)
    with pytest.raises(InputError, match='or a quote " there is never closed'):
        chunks(path)


def test_broken_archive_is_told(tmp_path: Path) -> None:
    packed = gzip.compress(("a,b\n" + "\n".join(MANY)).encode())
    path = write(tmp_path / "a.csv.gz", packed[: len(packed) // 2])
    with pytest.raises(InputError, match=r"a\.csv\.gz: cannot be read"):
        chunks(path)


def test_parquet_is_read_as_its_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading_chunks, "_PARQUET_ROWS", 2)
    path = tmp_path / "a.parquet"
    frame = pd.DataFrame(
        {
            "amount": [1000.0, 0.1, None],
            "months": [36, 60, 12],
            "job": ["nurse", None, ""],
            "granted": pd.to_datetime(["2020-01-31", None, "2021-02-01"]).date,
        }
    )
    frame.to_parquet(path, index=False)

    first, second = chunks(path, decimal=",")

    assert first.rows["amount"].tolist() == ["1000", "0,1"]
    assert first.rows["granted"].tolist() == ["2020-01-31", ""]
    assert second.rows.to_dict("index") == {
        3: {"amount": "", "months": "12", "job": "", "granted": "2021-02-01"}
    }
    assert (first.share_read, second.share_read) == (2 / 3, 1.0)


def test_what_is_no_parquet_or_holds_lists_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read as Parquet"):
        chunks(write(tmp_path / "a.parquet", b"a,b\n1,2\n"))
    pd.DataFrame({"a": [[1, 2]]}).to_parquet(tmp_path / "b.parquet")
    with pytest.raises(InputError, match="column 'a' holds list"):
        chunks(tmp_path / "b.parquet")
    pd.DataFrame({"a": []}).to_parquet(tmp_path / "c.parquet")
    with pytest.raises(InputError, match="no rows"):
        chunks(tmp_path / "c.parquet")


def test_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.csv does not exist"):
        chunks(tmp_path / "none.csv")
