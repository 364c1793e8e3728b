from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from loan_default.portfolio.description import Column
from loan_default.portfolio.parsing import (
    UnreadableError,
    is_written_as_fraction,
    parse_column,
    read_date,
    read_duration,
    read_number,
    read_percentage,
    write_number,
)

MISSING = ("", "na", "n/a", "-1")
TODAY = date(2026, 6, 15)


def parse(texts: list[str], missing: tuple[str, ...] = MISSING, **column: Any) -> tuple[list[Any], list[Any]]:
    """Return values and faults, None where there is none."""
    options = {key: column.pop(key) for key in ("is_fraction", "decimal") if key in column}
    described: Column = TypeAdapter(Column).validate_python(column)
    values, faults = parse_column(pd.Series(texts, dtype="str"), described, missing, **options)
    return [None if pd.isna(value) else value for value in values], [
        None if pd.isna(fault) else fault for fault in faults
    ]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("5", 5),
        ("+5", 5),
        ("-5.25", -5.25),
        (".5", 0.5),
        ("5.", 5),
        ("1e3", 1000),
        ("1E-2", 0.01),
        ("1,234", 1234),
        ("1,234,567.89", 1234567.89),
        ("1,00,000", 100000),
        ("1 234 567", 1234567),
        ("1'234.50", 1234.5),
        ("$1,200", 1200),
        ("-$5", -5),
        ("$-5", -5),
        ("(1,200.50)", -1200.5),
        ("($5)", -5),
        ("EUR 5", 5),
        ("5 USD", 5),
        ("5€", 5),
        ("Rs. 1,00,000", 100000),
        ("₹5", 5),
    ],
)
def test_numbers(text: str, number: float) -> None:
    assert read_number(text) == number


@pytest.mark.parametrize(
    "text",
    [
        "", "-", ".", "e5", "1_000", "0x1A", "5 6", "1,23", "1,2345", "12,34,56", "1.2.3", "1.234,56", "QTR4",
        "USD", "5%", "(-5)", "(5", "--5", "5 apples", "True",
    ],
)  # fmt: skip
def test_what_is_no_number_is_named(text: str) -> None:
    with pytest.raises(UnreadableError) as fault:
        read_number(text)
    assert str(fault.value) == f"{text!r} is not a number"


@pytest.mark.parametrize("text", ["inf", "-Infinity", "1e999"])
def test_infinite_numbers_are_named(text: str) -> None:
    with pytest.raises(UnreadableError, match="is not a finite number"):
        read_number(text)
    assert parse([text], kind="number") == ([None], [f"{text!r} is not a finite number"])


@pytest.mark.parametrize(
    ("text", "number"),
    [("5", 5), ("12,5", 12.5), ("1.234,56", 1234.56), ("1.234", 1234), ("1 234,5", 1234.5), ("-0,5 €", -0.5)],
)
def test_decimal_comma(text: str, number: float) -> None:
    assert read_number(text, decimal=",") == number
    assert parse([text], kind="number", decimal=",") == ([number], [None])


@pytest.mark.parametrize("text", ["1,234.5", "12.5", "1.23", "1,2,3"])
def test_a_point_is_no_decimal_sign_where_the_comma_is(text: str) -> None:
    with pytest.raises(UnreadableError):
        read_number(text, decimal=",")
    assert parse([text], kind="number", decimal=",")[0] == [None]


def test_percentages_with_a_sign_are_never_fractions() -> None:
    assert read_percentage("12.5 %") == read_percentage("12.5%", is_fraction=True) == 12.5
    assert read_percentage("0.125", is_fraction=True) == 12.5
    assert read_percentage("12,5%", decimal=",") == 12.5
    values, faults = parse(["0.125", "12.5%", "na"], kind="percent", is_fraction=True, maximum=60)
    assert (values, faults) == ([12.5, 12.5, None], [None, None, None])


@pytest.mark.parametrize(
    ("texts", "is_fraction"),
    [
        (["0.1", "0.25", "na", "1"], True),
        (["0.1", "12.5"], False),
        (["0.1%", "0.2%"], False),
        (["na", ""], False),
        (["-0.1", "0.2"], True),
        # One odd value in two hundred does not decide.
        ([*["0.3"] * 199, "25"], True),
        ([*["0.3"] * 19, "25"], False),
    ],
)
def test_fractions_are_told_from_percentages(texts: list[str], is_fraction: bool) -> None:
    values = pd.Series(texts, dtype="str")
    column: Column = TypeAdapter(Column).validate_python({"kind": "percent", "minimum": 5, "maximum": 60})
    assert is_written_as_fraction(values, column, MISSING) is is_fraction
    for stated in ("percent", "fraction"):
        told = column.model_copy(update={"written_as": stated})
        assert is_written_as_fraction(values, told, MISSING) is (stated == "fraction")


def test_only_percent_columns_can_be_fractions() -> None:
    column: Column = TypeAdapter(Column).validate_python({"kind": "number"})
    assert not is_written_as_fraction(pd.Series(["0.1"], dtype="str"), column, MISSING)


@pytest.mark.parametrize(
    ("text", "unit", "length"),
    [
        (" 36 months", "months", 36),
        ("36", "months", 36),
        ("10+ years", "years", 10),
        ("< 1 year", "years", 0),
        ("<1 year", "months", 0),
        ("1 year", "months", 12),
        ("1yrs 11mon", "months", 23),
        ("1y6m", "months", 18),
        ("2 years and 6 months", "years", 2.5),
        ("2 Years, 6 Months", "years", 2.5),
        ("18 mths", "years", 1.5),
        ("365.25 days", "years", 1),
        ("2 yrs.", "years", 2),
        ("1 year", "days", 365.25),
        ("12 Monate", "months", 12),
        ("3 Jahre und 6 Monate", "years", 3.5),
        ("2 ans", "months", 24),
        ("5 años", "years", 5),
        ("30 giorni", "days", 30),
    ],
)
def test_durations(text: str, unit: str, length: float) -> None:
    assert read_duration(text, unit) == pytest.approx(length, abs=1e-12)


@pytest.mark.parametrize(
    "text",
    [
        "5 minutes",
        "5 dollars",
        "5 yards",
        "5 yearsx",
        "a year",
        "5-10 years",
        "about 2 years",
        "-5 years",
        "5 y dan",
    ],
)
def test_what_is_no_length_of_time_is_named(text: str) -> None:
    with pytest.raises(UnreadableError) as fault:
        read_duration(text, "years")
    assert str(fault.value) == f"{text!r} is not a length of time"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2015-01-31", (2015, 1, 31)),
        ("2015/1/5", (2015, 1, 5)),
        ("2015-01", (2015, 1, 1)),
        ("01/2015", (2015, 1, 1)),
        ("20150131", (2015, 1, 31)),
        ("1/31/2015", (2015, 1, 31)),
        ("03/04/15", (2015, 3, 4)),
        ("Jan-2015", (2015, 1, 1)),
        ("Jan-15", (2015, 1, 1)),
        ("15-Jan", (2015, 1, 1)),
        ("5-Jan", (2005, 1, 1)),
        ("September 2015", (2015, 9, 1)),
        ("Sept. 2015", (2015, 9, 1)),
        ("31 Jan 2015", (2015, 1, 31)),
        ("31-JAN-15", (2015, 1, 31)),
        ("Jan 31, 2015", (2015, 1, 31)),
        ("2015-01-31T23:59:59Z", (2015, 1, 31)),
        ("2015-01-31 00:00:00.000+05:30", (2015, 1, 31)),
        ("1/31/2015 11:59 PM", (2015, 1, 31)),
        # Two digits: the latest year that is not in the future.
        ("Jun-26", (2026, 6, 1)),
        ("Jul-26", (1926, 7, 1)),
        ("Jan-62", (1962, 1, 1)),
        ("6/15/26", (2026, 6, 15)),
        ("6/16/26", (1926, 6, 16)),
        ("29-Feb-00", (2000, 2, 29)),
    ],
)
def test_dates(text: str, expected: tuple[int, int, int]) -> None:
    assert read_date(text, today=TODAY) == date(*expected)


def test_day_first() -> None:
    assert read_date("03/04/2015") == date(2015, 3, 4)
    assert read_date("03/04/2015", day_first=True) == date(2015, 4, 3)
    assert read_date("2015-03-04", day_first=True) == date(2015, 3, 4)
    with pytest.raises(UnreadableError, match=r"with the month first \(see day_first\)"):
        read_date("31/01/2015")
    with pytest.raises(UnreadableError, match=r"with the day first"):
        read_date("01/31/2015", day_first=True)


@pytest.mark.parametrize(
    "text",
    ["", "soon", "2015-13-01", "2015-02-30", "janitor-15", "42035", "2015-01-31 10:00 or so", "Q1 2015"],
)
def test_a_date_nobody_can_parse_is_named(text: str) -> None:
    with pytest.raises(UnreadableError) as fault:
        read_date(text)
    assert str(fault.value) == f"{text!r} is not a date"


def test_date_columns() -> None:
    values, faults = parse(["Jan-2015", "na", "2016-06-01", "9999-12-31"], kind="date", maximum="2015-12-31")
    assert values == [pd.Timestamp(2015, 1, 1), None, None, None]
    assert faults[1] is None
    assert faults[2] == "'2016-06-01' is outside the plausible dates 1677-09-22 to 2015-12-31"
    assert "'9999-12-31' is outside" in faults[3]


def test_numbers_out_of_range_are_named_not_clipped() -> None:
    values, faults = parse(["4", "5", "10", "11", "$11"], kind="amount", minimum=5, maximum=10)
    assert values == [None, 5, 10, None, None]
    assert faults[0] == "'4' is below the plausible minimum 5"
    assert faults[3] == "'11' is above the plausible maximum 10"
    assert faults[4] == "'$11' is above the plausible maximum 10"


def test_spellings_of_numbers() -> None:
    column = {"kind": "number", "spellings": {"None": 0, "99": None, "2": 7}}
    assert parse(["none", " NONE ", "99", "2", "2.0", "5"], **column) == ([0, 0, None, 7, 2, 5], [None] * 6)


def test_a_code_for_missing_may_look_like_a_number() -> None:
    assert parse(["-1", " -1 ", "1", "-1.5"], kind="number") == ([None, None, 1, -1.5], [None] * 4)


def test_booleans() -> None:
    values, faults = parse(
        ["Yes", " y ", "1", "1.0", "TRUE", "no", "0", "0.0", "N/A", "maybe"], kind="boolean"
    )
    assert values == [1, 1, 1, 1, 1, 0, 0, 0, None, None]
    assert faults[9] == "'maybe' is neither yes (1, true, yes, y, t) nor no (0, false, no, n, f)"
    assert [fault for fault in faults[:9] if fault] == []


def test_labels() -> None:
    column = {"kind": "category", "spellings": {"Part Time": "part-time work", "ignore": None}}
    values, faults = parse(["Mysore[7][8]", "mysore", "PART-TIME", "Ignore", "na", "[1]", "AA+"], **column)
    assert values == ["mysore", "mysore", "part_time_work", None, None, None, "aa_plus"]
    assert faults == [None, None, None, None, None, "'[1]' is not a label", None]


def test_labels_as_written() -> None:
    column = {"kind": "category", "as_written": True, "spellings": {"b": "B"}}
    assert parse(["A  1", "a 1", "b"], **column)[0] == ["A 1", "a 1", "B"]


def test_ordinals_have_no_other_label_than_those_in_order() -> None:
    values, faults = parse(["Low", "HIGH", "middle", ""], kind="ordinal", order=["Low", "High"])
    assert values == ["low", "high", None, None]
    assert faults == [None, None, "'middle' is not in the stated order (low, high)", None]


def test_text_is_kept_and_long_values_are_cut_in_messages() -> None:
    assert parse(["any  text", "na"], kind="text") == (["any text", None], [None, None])
    (fault,) = parse(["x" * 100], kind="number")[1]
    assert fault == f"'{'x' * 37}...' is not a number"


def test_index_and_name_are_kept_and_missing_text_is_missing() -> None:
    texts = pd.Series(["1", None, "x"], index=[7, 3, 9], name="n", dtype="str")
    values, faults = parse_column(texts, TypeAdapter(Column).validate_python({"kind": "number"}), MISSING)
    assert values.index.tolist() == faults.index.tolist() == [7, 3, 9]
    assert (values.name, values.dtype) == ("n", np.dtype("float64"))
    assert faults.isna().tolist() == [True, True, False]


_numberlike = st.one_of(
    st.floats().map(str),
    st.floats(allow_nan=False, allow_infinity=False, width=32).map(lambda value: f"{value:,.2f}"),
    st.integers().map(str),
    st.text("0123456789.,+-eE '%$_()x\u0663", max_size=9),
    st.sampled_from(["inf", "nan", "1e400", "True", "0x10", "1_0", "-1", " 12 ", "\u00a05", "infinity"]),
)


@settings(max_examples=400)
@given(
    texts=st.lists(_numberlike, max_size=6), decimal=st.sampled_from([".", ","]), is_fraction=st.booleans()
)
def test_the_fast_path_equals_the_slow_one(texts: list[str], decimal: str, is_fraction: bool) -> None:
    column = {"kind": "percent", "minimum": -50, "maximum": 1e6, "spellings": {"7": 8}}
    values, faults = parse(texts, decimal=decimal, is_fraction=is_fraction, **column)
    for text, value, fault in zip(texts, values, faults, strict=True):
        body = " ".join(text.split())
        if body.casefold() in MISSING:
            expected = None
        elif body == "7":
            expected = 8.0
        else:
            expected, said = _read_slowly(body, is_fraction, decimal)
            if expected is None:
                assert (value, fault) == (None, said)
                continue
            if not -50 <= expected <= 1e6:
                assert value is None
                assert "plausible" in fault
                continue
        assert (value, fault) == (expected, None)


def _read_slowly(text: str, is_fraction: bool, decimal: str) -> tuple[float | None, str | None]:
    try:
        return read_percentage(text, is_fraction=is_fraction, decimal=decimal), None
    except UnreadableError as error:
        return None, str(error)


@given(number=st.floats(-1e15, 1e15), decimal=st.sampled_from([".", ","]))
def test_a_written_number_is_read_back_as_it_is(number: float, decimal: str) -> None:
    assert read_number(write_number(number, decimal), decimal=decimal) == number


def test_whole_numbers_are_written_as_such() -> None:
    assert (write_number(36.0), write_number(np.float32(0.5)), write_number(1.5, ",")) == ("36", "0.5", "1,5")


@given(
    texts=st.lists(st.text(max_size=6), max_size=5),
    kind=st.sampled_from(["category", "text", "number", "date"]),
)
def test_a_value_is_read_or_missing_or_at_fault_never_lost(texts: list[str], kind: str) -> None:
    values, faults = parse(texts, kind=kind)
    for text, value, fault in zip(texts, values, faults, strict=True):
        is_missing = " ".join(text.split()).casefold() in MISSING
        assert (value is not None) + (fault is not None) + is_missing == 1


@pytest.mark.parametrize(
    ("text", "decimal", "months"),
    [
        ("1.200", ",", 1200.0),
        ("1,5", ",", 1.5),
        ("1,5 years", ",", 18.0),
        ("1,200", ".", 1200.0),
        ("1.5 years", ".", 18.0),
    ],
)
def test_durations_follow_the_decimal_sign(text: str, decimal: str, months: float) -> None:
    assert read_duration(text, "months", decimal=decimal) == months


@pytest.mark.parametrize("text", ["1.5", "1.5 years"])
def test_a_duration_with_the_other_decimal_sign_is_refused(text: str) -> None:
    with pytest.raises(UnreadableError, match="is not a length of time"):
        read_duration(text, "months", decimal=",")


def test_a_value_may_carry_its_unit() -> None:
    assert parse(["1.250,5 m²", "80 M²", "90", "7 m"], kind="number", unit="m²", decimal=",") == (
        [1250.5, 80.0, 90.0, None],
        [None, None, None, "'7 m' is not a number"],
    )
    # One with its sign is no fraction, as with the sign alone.
    assert parse(["3,5 % p. a.", "0,04"], kind="percent", unit="% p. a.", decimal=",", is_fraction=True) == (
        [3.5, 4.0],
        [None, None],
    )
    assert parse(["3,26 %"], kind="percent")[1] == ["'3,26' is not a number"]
    # A unit that looks like a pattern is text.
    assert parse(["5 (km)"], kind="number", unit="(km)") == ([5.0], [None])


@pytest.mark.parametrize("text", ["1e16", "-2000000000000000", "9" * 400])
def test_a_number_too_large_to_be_meant_is_refused(text: str) -> None:
    values, faults = parse([text], kind="amount")
    assert values[0] is None
    assert "too large a number" in faults[0] or "not a finite number" in faults[0]
