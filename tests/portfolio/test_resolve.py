from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from loan_default.errors import InputError
from loan_default.portfolio.applications import fraction_columns, known_columns, raw_values, type_columns
from loan_default.portfolio.description import Portfolio
from loan_default.portfolio.resolve import match_applications, resolve_columns, without_columns

Describe = Callable[..., Portfolio]
Table = Callable[..., pd.DataFrame]

BOOK = {
    "amount": [10, 20],
    "rate": [5, 6],
    "job": ["a", "b"],
    "applied": ["2015-01", ""],
    "outcome": ["bad", "good"],
}


def test_everything_there(describe: Describe, table: Table) -> None:
    resolved = resolve_columns(table(**BOOK, extra=[1, 2]), describe())
    assert resolved.header == {name: name for name in BOOK}
    assert (resolved.absent, resolved.switched_off, resolved.undescribed) == ((), {}, ("extra",))
    assert resolved.portfolio == describe()


@pytest.mark.parametrize("header", ["AMOUNT", " Amount ", "Loan Amount", "loan_amount"])
def test_header_names_are_found_without_case_and_by_alias(
    describe: Describe, table: Table, header: str
) -> None:
    portfolio = describe(columns__amount={"kind": "amount", "aliases": ["Loan-Amount"]})
    raw = table(**BOOK).rename(columns={"amount": header})
    resolved = resolve_columns(raw, portfolio)
    assert resolved.header["amount"] == header
    assert raw_values(raw, resolved, "amount").tolist() == ["10", "20"]


@pytest.mark.parametrize("state", ["missing", "empty"])
def test_an_absent_optional_column_switches_off_what_needs_it(
    describe: Describe, table: Table, state: str
) -> None:
    book = {name: values for name, values in BOOK.items() if name not in ("rate", "applied")}
    if state == "empty":
        book |= {"rate": ["", " N/A "], "applied": ["", ""]}
    portfolio = describe(
        derived={
            "a": {"kind": "ratio", "numerator": "rate", "denominator": "amount"},
            "b": {"kind": "sum", "weights": {"a": 1, "amount": 1}},
            "c": {"kind": "sum", "weights": {"amount": 2}},
            "d": {"kind": "sum", "weights": {"b": 1}},
        },
        application_date="applied",
        lender_set=["rate", "b"],
        protected=["job", "a"],
    )
    resolved = resolve_columns(table(**book), portfolio)
    assert resolved.absent == ("rate", "applied")
    assert resolved.switched_off == {"a": ("rate",), "b": ("a",), "d": ("b",)}
    assert list(resolved.portfolio.columns) == ["amount", "job"]
    assert list(resolved.portfolio.derived) == ["c"]
    assert resolved.portfolio.application_date is None
    assert (resolved.portfolio.lender_set, resolved.portfolio.protected) == ((), ("job",))
    assert resolved.undescribed == ()


@pytest.mark.parametrize(
    ("changes", "dropped", "said"),
    [
        ({}, "amount", "Required column 'amount' is missing in made_up.csv"),
        ({}, "outcome", r"Column 'outcome' \(portfolio.outcome.column\) is missing in made_up.csv"),
        ({"row_id": "id"}, "rate", r"Column 'id' \(portfolio.row_id\) is missing"),
    ],
)
def test_a_missing_required_column_is_named(
    describe: Describe, table: Table, changes: dict[str, Any], dropped: str, said: str
) -> None:
    with pytest.raises(InputError, match=said) as error:
        resolve_columns(table(**BOOK).drop(columns=dropped), describe(**changes))
    assert "The file has: " in str(error.value)
    assert "job" in str(error.value)


def test_an_empty_required_column_is_named(describe: Describe, table: Table) -> None:
    with pytest.raises(InputError, match=r"'job' is entirely empty.*required: false"):
        resolve_columns(table(**{**BOOK, "job": ["", "NA"]}), describe())


def test_a_long_header_is_cut_in_messages(describe: Describe, table: Table) -> None:
    with pytest.raises(InputError, match="and 70 more"):
        resolve_columns(table(**{f"c{number}": ["1"] for number in range(100)}), describe())


def test_two_columns_that_answer_to_one_name(describe: Describe, table: Table) -> None:
    raw = table(**BOOK).drop(columns="amount")
    twice = raw.assign(Amount="1", AMOUNT="2")
    with pytest.raises(InputError, match="'Amount', 'AMOUNT' all answer to 'amount'"):
        resolve_columns(twice, describe())
    # An exact spelling is not ambiguous, nor are columns that nobody asks for.
    resolved = resolve_columns(twice.assign(amount="3", x="1", X="2"), describe())
    assert resolved.header["amount"] == "amount"
    assert resolved.undescribed == ("Amount", "AMOUNT", "x", "X")


CUT_OUT = {
    "columns__address": {"kind": "text", "required": False, "aliases": ["Home Address"]},
    "columns__zip": {
        "kind": "category",
        "required": False,
        "part_of": {"column": "address", "pattern": r"(\d{5})$"},
    },
}


def test_a_column_is_cut_out_of_another_where_the_file_lacks_it(describe: Describe, table: Table) -> None:
    raw = table(**BOOK, **{"Home Address": ["1 Street 12345", "unknown"]})
    resolved = resolve_columns(raw, describe(**CUT_OUT))
    assert "zip" not in resolved.header
    assert raw_values(raw, resolved, "zip").tolist() == ["12345", ""]
    assert type_columns(raw, resolved, ())[0]["zip"].isna().tolist() == [False, True]


def test_the_files_own_column_is_not_cut_out(describe: Describe, table: Table) -> None:
    raw = table(**BOOK, address=["1 Street 12345", ""], zip=["999xx", "888xx"])
    resolved = resolve_columns(raw, describe(**CUT_OUT))
    assert raw_values(raw, resolved, "zip").tolist() == ["999xx", "888xx"]
    # Nor at scoring time, where it would be another kind of zip code.
    assert resolved.portfolio.columns["zip"].part_of is None
    with pytest.raises(InputError, match="The applications lack zip"):
        match_applications(raw.drop(columns="zip"), resolved.portfolio, ["zip"])


@pytest.mark.parametrize("address", [["", ""], ["no code", "here"]])
def test_a_column_that_nothing_can_be_cut_out_for_is_absent(
    describe: Describe, table: Table, address: list[str]
) -> None:
    raw = table(**BOOK, address=address)
    assert "zip" in resolve_columns(raw, describe(**CUT_OUT)).absent
    required = {**CUT_OUT, "columns__zip": {**CUT_OUT["columns__zip"], "required": True}}
    with pytest.raises(InputError, match="Required column 'zip' is missing"):
        resolve_columns(raw, describe(**required))


def test_a_derived_feature_yields_to_the_files_own_column(describe: Describe, table: Table) -> None:
    portfolio = describe(
        columns__ratio={"kind": "number", "required": False},
        derived={"ratio": {"kind": "ratio", "numerator": "rate", "denominator": "amount"}},
    )
    given = resolve_columns(table(**BOOK, ratio=[1, 2]), portfolio)
    assert "ratio" in given.portfolio.columns
    assert given.portfolio.derived == {}
    derived = resolve_columns(table(**BOOK), portfolio)
    assert derived.absent == ("ratio",)
    assert "ratio" not in derived.portfolio.columns
    assert list(derived.portfolio.derived) == ["ratio"]


def test_without_columns_keeps_a_derived_feature_that_can_be_made(describe: Describe) -> None:
    reduced, switched_off = without_columns(describe(), ["job"])
    assert list(reduced.columns) == ["amount", "rate", "applied"]
    assert list(reduced.derived) == ["rate_per_amount"]
    assert switched_off == {}


def test_post_outcome_columns_are_described_in_any_case(describe: Describe, table: Table) -> None:
    resolved = resolve_columns(table(**BOOK, Recoveries=[1, 2]), describe(post_outcome=["recoveries"]))
    assert resolved.undescribed == ()


def test_applications_need_only_what_the_model_reads(describe: Describe, table: Table) -> None:
    portfolio = describe(**CUT_OUT)
    applications = table(AMOUNT=[5], **{"Home Address": ["1 Street 54321"]})
    resolved = match_applications(applications, portfolio, ["amount", "zip"])
    typed, reasons = type_columns(applications, resolved, ())
    assert typed.to_dict("list") == {"amount": [5.0], "zip": ["54321"]}
    assert reasons.isna().all()
    with pytest.raises(
        InputError, match=r"lack rate, job, which the model needs\. The file has: AMOUNT, Home"
    ):
        match_applications(applications, portfolio, ["amount", "rate", "job"])


def test_the_unlabelled_customer_file_answers_to_the_description(
    shipped: Describe, read: Callable[..., pd.DataFrame], shared_file: Callable[[str], Path]
) -> None:
    portfolio = shipped("customer_behavior")
    raw = read(shared_file("customer_behavior/Test_Data_28000_unlabelled.csv.gz"), portfolio)
    typed, reasons = type_columns(raw, match_applications(raw, portfolio, known_columns(portfolio)), ())
    assert reasons.isna().all()
    assert {"west_bengal", "mysore"} <= set(typed["state"]) | set(typed["city"])
    assert typed["current_job_yrs"].between(0, 60).all()


def test_the_layouts_of_one_lender_resolve_by_one_description(
    shipped: Describe, read: Callable[..., pd.DataFrame], shared_file: Callable[[str], Path]
) -> None:
    portfolio = shipped("lending_club")
    wide_file = read(shared_file("lending_club/LoanStats_2007_2011_42535x146.csv.gz"), portfolio)
    slice_file = read(shared_file("lending_club/lending_club_loan_two_first_2066.csv"), portfolio)
    extract_file = read("data/01_raw/lending_club/extract_2007_2014_227214x16.csv.gz", portfolio)
    wide, small, extract = (resolve_columns(raw, portfolio) for raw in (wide_file, slice_file, extract_file))
    assert wide.portfolio.application_date == small.portfolio.application_date == "issue_d"
    assert extract.portfolio.application_date is None
    assert extract.switched_off["credit_history"] == ("earliest_cr_line", "issue_d")
    assert "zip_code" in wide.header
    assert "zip_code" in small.portfolio.columns
    assert "zip_code" not in small.header
    assert raw_values(slice_file, small, "addr_state").str.fullmatch("[A-Z]{2}").all()
    # This copy writes rates as fractions, and the debt ratio as a percentage.
    assert fraction_columns(wide_file, wide) == ("int_rate", "revol_util")
    assert fraction_columns(slice_file, small) == ()
    assert fraction_columns(extract_file, extract) == ()
