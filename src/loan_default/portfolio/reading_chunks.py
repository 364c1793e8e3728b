"""Read a file of applications chunk by chunk, as text, however long it is: delimited text or Parquet.

What makes a file unreadable is checked as `reading` does; only a fault far down shows when it is reached.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import csv as arrow_csv
from pyarrow import parquet

from loan_default.errors import InputError, NoRowsError
from loan_default.portfolio.description import LenderFile
from loan_default.portfolio.parsing import TEXT
from loan_default.portfolio.reading import (
    LAST_RECORD,
    arrow_options,
    check_is_text,
    check_no_zero_bytes,
    from_header_on,
    never_closed,
    read_header,
    undecodable,
)

_PIECE = 1 << 20
_BLOCK = 1 << 22
"""Bytes of text in a chunk; no record may be longer."""
_PARQUET_ROWS = 100_000


@dataclass(frozen=True)
class Chunk:
    """Some consecutive records of a file.

    Attributes:
        rows: Every value as text, the empty string where a field is empty; the index `row_number` counts
            the records of the file from 1.
        malformed: Text of the records with the wrong number of fields, by row number.
        share_read: Share of the file that was read so far, 0 to 1.
    """

    rows: pd.DataFrame
    malformed: dict[int, str]
    share_read: float


class ApplicationFile:
    """A file of applications that is open at its first record.

    Args:
        path: `.parquet`, or delimited text; `.gz` and `.bz2` are decompressed.
        file: How delimited text is read.

    Attributes:
        columns: Names of the columns.

    Raises:
        InputError: The file is missing, empty, without rows, or its header does not fit the delimiter.
    """

    def __init__(self, path: Path, file: LenderFile) -> None:
        if not path.is_file():
            raise InputError(f"{path} does not exist: put the file there, or name another.")
        self.path = path
        self._file = file
        if path.suffix == ".parquet":
            self.columns = _parquet_columns(path)
        else:
            with _Utf8Text(path, file) as text:
                self.columns = text.header

    def chunks(self) -> Iterator[Chunk]:
        """Read the file from its first record on.

        Raises:
            InputError: A part of the file cannot be read.
        """
        if self.path.suffix == ".parquet":
            return _parquet_chunks(self.path, self._file)
        return _text_chunks(self.path, self._file)


def _text_chunks(path: Path, file: LenderFile) -> Iterator[Chunk]:
    malformed: dict[int, str] = {}

    def keep_aside(row: arrow_csv.InvalidRow) -> str:
        # Arrow counts the header as record 1.
        malformed[row.number - 1] = row.text or ""
        return "skip"

    with _Utf8Text(path, file) as text:
        blocks = _open_csv(text, file, keep_aside)
        next_row = 0  # the header comes back as record 0
        taken = 0
        last: Any = None
        while True:
            try:
                block = blocks.read_next_batch()
            except StopIteration:
                break
            except pa.ArrowInvalid as error:
                if "straddling" in str(error):
                    raise InputError(
                        f"{path}: a record from row {next_row:,} on is longer than {_BLOCK / 1e6:.0f} MB, "
                        f"or a quote {file.quote} there is never closed."
                    ) from error
                raise InputError(f"{path}: cannot be read as delimited text: {error}") from error
            if block.num_rows == 0:
                continue
            # Without Arrow's offset of each value, with its delimiter.
            taken += block.nbytes - 7 * block.num_rows * block.num_columns
            last = block.column(0)[-1].as_py()
            numbers = _row_numbers(next_row, block.num_rows, malformed)
            first, next_row = next_row, int(numbers[-1]) + 1
            rows = _as_frame(pa.Table.from_batches([block]), numbers)
            aside = {number: malformed.pop(number) for number in sorted(malformed) if number < next_row}
            rows = rows.iloc[1 if first == 0 else 0 : -1 if last == LAST_RECORD else None]
            if len(rows) or aside:
                yield Chunk(rows, aside, text.share_of(taken))
        if last != LAST_RECORD:
            raise never_closed(next_row - 1 + len(malformed), path, file)


def _open_csv(text: _Utf8Text, file: LenderFile, keep_aside: Any) -> arrow_csv.CSVStreamingReader:
    return arrow_csv.open_csv(
        text,
        **arrow_options(file, text.header, _BLOCK, keep_aside),
    )


def _row_numbers(first: int, count: int, malformed: dict[int, str]) -> np.ndarray:
    """Number well-formed records, the malformed ones between them passed over."""
    candidates = np.arange(first, first + count + len(malformed))
    return np.setdiff1d(candidates, list(malformed), assume_unique=True)[:count]


def _as_frame(table: pa.Table, numbers: np.ndarray) -> pd.DataFrame:
    frame = table.to_pandas(types_mapper={pa.large_string(): TEXT}.get)
    frame.index = pd.Index(numbers, name="row_number")
    return frame


def _parquet_columns(path: Path) -> list[str]:
    with _parquet_file(path) as source:
        if source.metadata.num_rows == 0:
            raise NoRowsError(f"{path}: has a header and no rows.")
        return list(source.schema_arrow.names)


def _parquet_file(path: Path) -> parquet.ParquetFile:
    try:
        return parquet.ParquetFile(path)
    except (pa.ArrowException, OSError) as error:
        raise InputError(f"{path}: cannot be read as Parquet: {error}") from error


def _parquet_chunks(path: Path, file: LenderFile) -> Iterator[Chunk]:
    read = 0
    with _parquet_file(path) as source:
        for batch in source.iter_batches(batch_size=_PARQUET_ROWS):
            texts = [
                _column_as_text(column, name, path, file)
                for name, column in zip(batch.schema.names, batch.columns, strict=True)
            ]
            numbers = np.arange(read + 1, read + batch.num_rows + 1)
            read += batch.num_rows
            table = pa.table(texts, names=batch.schema.names)
            yield Chunk(_as_frame(table, numbers), {}, read / source.metadata.num_rows)


def _column_as_text(column: pa.Array, name: str, path: Path, file: LenderFile) -> pa.Array:
    """Write values as a delimited file would hold them: numbers with every digit, nothing where missing."""
    from pyarrow import compute

    try:
        text = column.cast(pa.large_string())
    except pa.ArrowException as error:
        raise InputError(f"{path}: column {name!r} holds {column.type}, which is no single value.") from error
    if pa.types.is_floating(column.type):
        text = compute.if_else(compute.is_nan(column), "", text)
        if file.decimal == ",":
            text = compute.replace_substring(text, ".", ",")
    return compute.fill_null(text, "")


class _Utf8Text:
    """A delimited file as a stream of UTF-8 from its header on, a record of our own at its end.

    If that record does not come back, an open quote has swallowed it.
    """

    def __init__(self, path: Path, file: LenderFile) -> None:
        self._path = path
        self._file = file
        self._size = path.stat().st_size
        self._raw: BinaryIO = path.open("rb")
        self._lines = 1
        self._given = 0
        self._ended = False
        try:
            self._decoder = codecs.getincrementaldecoder(file.encoding)()
            self._source = pa.input_stream(self._raw, compression=_compression(path))
            head = self._next_text(is_first=True)
            while not self._ended and head.count("\n") <= file.skip_rows:
                head += self._next_text()
            self._ready = from_header_on(head, path, file).encode()
            self.header = read_header(self._ready, path, file)
        except LookupError as error:
            self.close()
            raise undecodable(error, b"", 1, path, file) from error
        except BaseException:
            self.close()
            raise
        if self._ended:
            self._ready += self._last_record()

    def share_of(self, taken: int) -> float:
        """Return which share of the file so many bytes of text are; Arrow reads ahead of what it gives."""
        return min(self._raw.tell() / self._size * taken / self._given, 1.0)

    @property
    def closed(self) -> bool:
        return self._raw.closed

    def close(self) -> None:
        self._raw.close()

    def __enter__(self) -> _Utf8Text:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def read(self, size: int) -> bytes:
        while len(self._ready) < size and not self._ended:
            self._ready += self._next_text().encode()
            if self._ended:
                self._ready += self._last_record()
        piece, self._ready = self._ready[:size], self._ready[size:]
        self._given += len(piece)
        return piece

    def _last_record(self) -> bytes:
        return f"\n{self._file.delimiter.join([LAST_RECORD] * len(self.header))}\n".encode()

    def _next_text(self, *, is_first: bool = False) -> str:
        try:
            content = self._source.read(_PIECE)
        except OSError as error:
            raise InputError(f"{self._path}: cannot be read: {error}") from error
        if is_first:
            check_is_text(content, self._path)
        self._ended = not content
        try:
            text = self._decoder.decode(content, final=self._ended)
        except UnicodeError as error:
            failed = error.object if isinstance(error, UnicodeDecodeError) else content
            raise undecodable(error, failed, self._lines, self._path, self._file) from error
        check_no_zero_bytes(text, self._path)
        self._lines += text.count("\n")
        return text


def _compression(path: Path) -> str | None:
    return {".gz": "gzip", ".bz2": "bz2"}.get(path.suffix)
