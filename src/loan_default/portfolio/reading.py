"""Read a lender's file as text: every row, every column, nothing interpreted."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
from pyarrow import csv as arrow_csv

from loan_default.errors import InputError, NoRowsError
from loan_default.portfolio.description import LenderFile

MALFORMED = "malformed_row"
"""Extra column, present only if a row has too few or too many fields: its text, the other columns empty."""

_DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}
_SIGNATURES = {
    b"PK": "a zip archive or an Excel workbook. Unpack it, or export it as CSV",
    b"\xd0\xcf\x11\xe0": "an Excel workbook. Export it as CSV",
    b"\x1f\x8b": "compressed, but its name does not end in .gz. Rename it",
    b"PAR1": "a Parquet file. Export it as CSV",
}
LAST_RECORD = "endofthelendersfile"


def read_text_table(path: Path, file: LenderFile) -> pd.DataFrame:
    """Read a delimited file with every value as text.

    Args:
        path: The file; `.gz` and `.bz2` are decompressed.
        file: How to read it.

    Returns:
        One row per record, str columns named as in the header, the empty string where a field is empty. The
        index `row_number` counts records from 1, the header and empty lines not counted. Records with the
        wrong number of fields keep their place, with their text in the column `malformed_row`.

    Raises:
        InputError: The file is missing, empty, without rows, not in the stated encoding, has a header that
            does not fit the stated delimiter, or a quote that is never closed.
    """
    text = _decode(_read_bytes(path, file), path, file)
    header = read_header(text, path, file)
    # A record of our own at the end: if it does not come back, an open quote has swallowed it and all before.
    text += f"\n{file.delimiter.join([LAST_RECORD] * len(header))}\n".encode()
    malformed: list[tuple[int, str]] = []

    def keep_aside(row: arrow_csv.InvalidRow) -> str:
        malformed.append((row.number, row.text or ""))
        return "skip"

    try:
        table = arrow_csv.read_csv(
            pa.BufferReader(text),
            **arrow_options(file, header, _block_size(text), keep_aside),
        )
    except pa.ArrowInvalid as error:
        raise InputError(f"{path}: cannot be read as delimited text: {error}") from error
    if table.column(0)[-1].as_py() != LAST_RECORD:
        raise never_closed(table.num_rows + len(malformed) - 1, path, file)
    rows = table.slice(1, table.num_rows - 2)
    return _with_malformed_rows(
        rows.to_pandas(types_mapper={pa.large_string(): pd.StringDtype(na_value=float("nan"))}.get),
        malformed,
        path,
    )


def arrow_options(
    file: LenderFile,
    header: list[str],
    block_size: int,
    keep_aside: Callable[[arrow_csv.InvalidRow], str],
) -> dict[str, Any]:
    """Return how Arrow reads a lender's file, whole or in chunks: every column as text.

    Args:
        file: How the file is written.
        header: Names of its columns.
        block_size: Bytes read at a time; the longest record must fit.
        keep_aside: Called with each record of too few or too many fields.
    """
    return {
        # One thread: only then does Arrow number the malformed records.
        "read_options": arrow_csv.ReadOptions(
            use_threads=False, column_names=header, skip_rows=0, block_size=block_size
        ),
        "parse_options": arrow_csv.ParseOptions(
            delimiter=file.delimiter,
            quote_char=file.quote,
            newlines_in_values=True,
            invalid_row_handler=keep_aside,
        ),
        "convert_options": arrow_csv.ConvertOptions(
            column_types=dict.fromkeys(header, pa.large_string()), strings_can_be_null=False
        ),
    }


def _read_bytes(path: Path, file: LenderFile) -> bytes:
    if not path.is_file():
        where = f" It is to be had here: {file.source}." if file.source else ""
        raise InputError(f"{path}: there is no such file. Put it there, or set portfolio.file.path.{where}")
    try:
        with pa.input_stream(str(path), compression="detect") as stream:
            content = bytes(stream.read())
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error}") from error
    check_is_text(content, path)
    return content


def never_closed(record: int, path: Path, file: LenderFile) -> InputError:
    """Say that a quote opened in this record or before is never closed."""
    return InputError(
        f"{path}: a quote {file.quote} opened in record {record:,} or before "
        "is never closed. Close it, or set portfolio.file.quote to the file's own."
    )


def check_is_text(start: bytes, path: Path) -> None:
    """Refuse what begins like an archive, a workbook or a Parquet file.

    Raises:
        InputError: The file is no delimited text.
    """
    for signature, what in _SIGNATURES.items():
        if start.startswith(signature) and not start.isascii():
            raise InputError(f"{path}: the file is {what}.")


def _decode(content: bytes, path: Path, file: LenderFile) -> bytes:
    """Return the content from the header on, as UTF-8."""
    try:
        text = content.decode(file.encoding)
    except (LookupError, UnicodeError) as error:
        raise undecodable(error, content, 1, path, file) from error
    check_no_zero_bytes(text, path)
    return from_header_on(text, path, file).encode()


def undecodable(
    error: LookupError | UnicodeError, content: bytes, first_line: int, path: Path, file: LenderFile
) -> InputError:
    """Say which line is not in the stated encoding.

    Args:
        error: What decoding raised.
        content: The bytes that were decoded.
        first_line: Number of the line they begin on.
        path: The file.
        file: How it is read.
    """
    if isinstance(error, LookupError):
        return InputError(
            f"portfolio.file.encoding {file.encoding!r} is not an encoding; allowed are names such as utf-8, "
            "latin-1 or cp1252."
        )
    # Not every codec says where it failed.
    at = error.start if isinstance(error, UnicodeDecodeError) else 0
    line = first_line + content[:at].count(b"\n")
    likely = "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "cp1252 or latin-1"
    return InputError(
        f"{path}: line {line} is not {file.encoding} (byte 0x{content[at]:02x}). "
        f"Set portfolio.file.encoding to the file's own, often {likely}."
    )


def check_no_zero_bytes(text: str, path: Path) -> None:
    """Refuse text with zero bytes in it.

    Raises:
        InputError: There is one.
    """
    if "\x00" in text:
        raise InputError(f"{path}: contains zero bytes; it is not delimited text. Export it as CSV.")


def from_header_on(text: str, path: Path, file: LenderFile) -> str:
    """Leave out the byte order mark and the lines before the header.

    Raises:
        InputError: Nothing is left.
    """
    text = text.removeprefix("\ufeff")
    if file.skip_rows:
        text = text.split("\n", file.skip_rows)[-1] if text.count("\n") >= file.skip_rows else ""
    if not text.strip():
        skipped = f" after {file.skip_rows} skipped lines" if file.skip_rows else ""
        raise InputError(
            f"{path}: the file is empty{skipped}. Put the lender's file there, or set portfolio.file.path."
        )
    return text


def read_header(text: bytes, path: Path, file: LenderFile) -> list[str]:
    """Return the column names, checked.

    Args:
        text: From the header on, UTF-8; the first rows are enough.
        path: The file.
        file: How it is read.

    Raises:
        InputError: The header does not fit the stated delimiter, repeats a name, or no row follows it
            (`NoRowsError`).
    """
    lines = io.TextIOWrapper(io.BytesIO(text), encoding="utf-8", newline="")
    try:
        header = next(csv.reader(lines, delimiter=file.delimiter, quotechar=file.quote))
    except csv.Error as error:
        raise InputError(
            f"{path}: the header cannot be read: {error}. Check portfolio.file.quote."
        ) from error
    header = [name.strip() for name in header]
    if header in ([], [""]):
        raise InputError(f"{path}: the first line is empty. Set portfolio.file.skip_rows to pass over it.")
    if len(header) == 1:
        for delimiter, name in _DELIMITERS.items():
            if delimiter != file.delimiter and delimiter in header[0]:
                raise InputError(
                    f"{path}: the header has one column with delimiter {file.delimiter!r}, but contains "
                    f"{name}s. Set portfolio.file.delimiter to {delimiter!r}."
                )
    if not any(line.strip() for line in lines):
        found = f"{path}: has a header and no rows."
        if "\n" in header[-1]:
            raise InputError(f"{found} Is a quote {file.quote} of the header never closed?")
        raise NoRowsError(found)
    repeated = sorted(name for name, count in Counter(header).items() if count > 1)
    if repeated:
        raise InputError(
            f"{path}: the header names {', '.join(map(repr, repeated))} more than once. "
            "Rename one in the file."
        )
    if MALFORMED in header:
        raise InputError(f"{path}: the column name {MALFORMED!r} is reserved; rename that column.")
    return header


def _block_size(text: bytes) -> int:
    """Return a block that holds the longest record: the whole file, within Arrow's limit."""
    return min(max(len(text) + 1, 1 << 20), (1 << 31) - 1)


def _with_malformed_rows(frame: pd.DataFrame, malformed: list[tuple[int, str]], path: Path) -> pd.DataFrame:
    if frame.empty:
        raise InputError(
            f"{path}: no row has the {frame.shape[1]} fields of the header. Check portfolio.file.delimiter."
        )
    # Arrow counts the header as record 1.
    numbers = [number - 1 for number, _ in malformed]
    every = pd.RangeIndex(1, len(frame) + len(malformed) + 1)
    frame.index = every.drop(numbers)
    if malformed:
        extra = pd.DataFrame("", index=pd.Index(numbers), columns=frame.columns, dtype=frame.dtypes.iloc[0])
        extra[MALFORMED] = [text for _, text in malformed]
        frame[MALFORMED] = ""
        frame = pd.concat([frame, extra]).sort_index()
    frame.index.name = "row_number"
    return frame
