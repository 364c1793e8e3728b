from __future__ import annotations

import bz2
import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from loan_default.errors import InputError
from loan_default.portfolio.description import LenderFile, Portfolio
from loan_default.portfolio.reading import MALFORMED, read_text_table

Load = Callable[..., pd.DataFrame]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """Write bytes to a file and read it."""

    def write_and_read(content: bytes | str, name: str = "book.csv", **options: Any) -> pd.DataFrame:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return read_text_table(path, LenderFile(path=name, **options))

    return write_and_read


def test_every_value_is_text_as_written(load: Load) -> None:
    frame = load('id,amount,name\n01, 5.50 ,"O""Neill"\n,NA,Müller')
    assert frame.to_dict("list") == {
        "id": ["01", ""],
        "amount": [" 5.50 ", "NA"],
        "name": ['O"Neill', "Müller"],
    }
    assert frame.index.tolist() == [1, 2]
    assert frame.index.name == "row_number"
    assert not frame.isna().any(axis=None)
    assert all(isinstance(dtype, pd.StringDtype) for dtype in frame.dtypes)


@pytest.mark.parametrize(
    ("content", "options"),
    [
        (b"\xef\xbb\xbfa,b\n1,\xc3\xa9\n", {}),
        (b"a,b\r\n1,\xc3\xa9\r\n", {}),
        (b"a,b\r1,\xc3\xa9\r", {}),
        ("a,b\n1,é\n".encode("utf-16"), {"encoding": "utf-16"}),
        ("a;b\n1;é\n".encode("cp1252"), {"encoding": "cp1252", "delimiter": ";"}),
        ("about us\n\na\tb\n1\té\n".encode(), {"skip_rows": 2, "delimiter": "\t"}),
        ("'a','b'\n'1','é'\n".encode(), {"quote": "'"}),
        ("\n\na,b\n1,é\n".encode("utf-16"), {"encoding": "utf-16", "skip_rows": 2}),
    ],
)
def test_encodings_delimiters_and_line_ends(load: Load, content: bytes, options: dict[str, Any]) -> None:
    assert load(content, **options).to_dict("list") == {"a": ["1"], "b": ["é"]}


@pytest.mark.parametrize(("name", "pack"), [("b.csv.gz", gzip.compress), ("b.csv.bz2", bz2.compress)])
def test_compressed_files(load: Load, name: str, pack: Callable[[bytes], bytes]) -> None:
    assert load(pack(b"a,b\n1,2\n"), name).to_dict("list") == {"a": ["1"], "b": ["2"]}


def test_gzip_of_several_members_is_read_to_its_end(load: Load) -> None:
    assert load(gzip.compress(b"a,b\n1,2\n") + gzip.compress(b"3,4\n"), "b.csv.gz")["a"].tolist() == [
        "1",
        "3",
    ]


def test_quoted_fields_may_span_lines(load: Load) -> None:
    frame = load('address,b\n"1 Street\nTown, 123",2\n"x",3\n')
    assert frame["address"].tolist() == ["1 Street\nTown, 123", "x"]


def test_ragged_rows_are_kept_in_their_place(load: Load) -> None:
    frame = load('a,b\n1,2\n\n3\n"4\n4",5,6\n7,8\n')
    assert frame.index.tolist() == [1, 2, 3, 4]
    assert frame[MALFORMED].tolist() == ["", "3", '"4\n4",5,6', ""]
    assert frame["a"].tolist() == ["1", "", "", "7"]


def test_a_file_without_ragged_rows_has_no_column_for_them(load: Load) -> None:
    assert load("a,b\n1,2\n").columns.tolist() == ["a", "b"]


@pytest.mark.parametrize(
    ("content", "options", "said"),
    [
        (b"", {}, "the file is empty"),
        (b" \n\n", {}, "the file is empty"),
        (b"a,b\n1,2\n", {"skip_rows": 5}, "the file is empty after 5 skipped lines"),
        (b"a,b\n", {}, "has a header and no rows"),
        (b"a,b", {}, "has a header and no rows"),
        (b"a,b\n\n \n", {}, "has a header and no rows"),
        (b"\na,b\n1,2\n", {}, "the first line is empty. Set portfolio.file.skip_rows"),
        (b"a;b\n1;2\n", {}, "delimiter ',', but contains semicolons. Set portfolio.file.delimiter to ';'"),
        (b"a,b\n1,2\n", {"delimiter": "|"}, "delimiter '|', but contains commas"),
        (b"a,b\n1\n2\n", {}, "no row has the 2 fields of the header"),
        (b"a,b\n1,2\n3,\xe9\n", {}, "line 3 is not utf-8 (byte 0xe9). Set portfolio.file.encoding"),
        ("a,b\n1,2\n".encode("utf-16"), {}, "often utf-16"),
        (b"a,b\n1,2\n3", {"encoding": "utf-16-le"}, "is not utf-16-le"),
        (b"a,b\n1,2\n", {"encoding": "utf-88"}, "portfolio.file.encoding 'utf-88' is not an encoding"),
        (b"a,b\n1,\x00\n", {}, "contains zero bytes"),
        (b"a,b,a,b,c\n1,2,3,4,5\n", {}, "the header names 'a', 'b' more than once"),
        (b"a,malformed_row\n1,2\n", {}, "'malformed_row' is reserved"),
        (b'a,b\n1,"two\n3,4\n5,6\n', {}, "opened in record 1 or before is never closed"),
        (b'a,b\n1,2\n3,4,"5\n6,7\n', {}, "opened in record 2 or before is never closed"),
        (b'a,"b\n1,2\n3,4\n', {}, 'Is a quote " of the header never closed?'),
        (b"PK\x03\x04\xff\xfe", {}, "a zip archive or an Excel workbook"),
        (gzip.compress(b"a,b\n1,2\n", mtime=0), {}, "its name does not end in .gz"),
    ],
)
def test_message_names_the_file_and_what_to_do(
    load: Load, content: bytes, options: dict[str, Any], said: str
) -> None:
    with pytest.raises(InputError) as error:
        load(content, **options)
    assert "book.csv" in str(error.value) or "portfolio.file.encoding" in str(error.value)
    assert said in str(error.value)


def test_an_endless_header_is_no_crash(load: Load) -> None:
    with pytest.raises(InputError, match=r"the header cannot be read: .*portfolio\.file\.quote"):
        load('a,"b' + "x" * 200_000 + "\n1,2\n")


@pytest.mark.parametrize(
    "content", [b"a,b\n1,2\n", gzip.compress(b"a,b\n" + b"1,2\n" * 50_000, mtime=0)[:100]]
)
def test_a_broken_gzip_is_not_read_in_part(load: Load, content: bytes) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        load(content, "book.csv.gz")


def test_a_missing_file_says_where_it_is_to_be_had(tmp_path: Path) -> None:
    file = LenderFile(path="loans.csv", source="the bank's archive")
    with pytest.raises(InputError, match=r"loans\.csv: there is no such file.*the bank's archive"):
        read_text_table(tmp_path / "loans.csv", file)


def test_ten_thousand_columns(load: Load) -> None:
    names = [f"column_{number}" for number in range(10_000)]
    frame = load("\n".join([",".join(names), ",".join(["1"] * 10_000), "2", ",".join(["3"] * 10_000)]))
    assert frame.shape == (3, 10_001)
    assert frame.loc[2, MALFORMED] == "2"
    assert frame["column_9999"].tolist() == ["1", "", "3"]


_field = st.text(
    st.characters(codec="utf-8", exclude_characters="\x00\r", exclude_categories=["Cs"]), max_size=8
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.lists(_field, min_size=1, max_size=4), min_size=1, max_size=8))
def test_any_field_is_read_back_and_every_record_has_its_number(load: Load, rows: list[list[str]]) -> None:
    rows = [*rows, ["x", "y"]]
    quoted = [",".join('"' + field.replace('"', '""') + '"' for field in row) for row in rows]
    frame = load("a,b\n" + "\n".join(quoted))
    assert frame.index.tolist() == list(range(1, len(rows) + 1))
    for number, row in enumerate(rows, start=1):
        if len(row) == 2:
            assert frame.loc[number, ["a", "b"]].tolist() == row
        else:
            assert frame.loc[number, MALFORMED] == quoted[number - 1]


@pytest.mark.parametrize(
    ("name", "file", "shape"),
    [
        ("lending_club", "lending_club/LoanStats_2007_2011_42535x146.csv.gz", (42535, 146)),
        ("lending_club", "lending_club/lending_club_loan_two_first_2066.csv", (2066, 27)),
        ("customer_behavior", "customer_behavior/Test_Data_28000_unlabelled.csv.gz", (28000, 12)),
    ],
)
def test_real_files_are_read_whole(
    shipped: Callable[..., Portfolio],
    read: Load,
    shared_file: Callable[[str], Path],
    name: str,
    file: str,
    shape: tuple[int, int],
) -> None:
    assert read(shared_file(file), shipped(name)).shape == shape
