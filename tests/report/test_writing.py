from __future__ import annotations

import pytest

from loan_default.report.section import Column
from loan_default.report.writing import write_beginning, write_cell, write_heading, write_number, write_text

NAMES = {"ann": "ANN", "random_forest": "Random Forest"}


@pytest.mark.parametrize(
    ("value", "form", "written"),
    [
        (1234567, "count", "1,234,567"),
        (0.70649, "number", "0.706"),
        (-0.0004, "number", "0.000"),
        (0.1234, "share", "12.3 %"),
        (-1500.6, "money", "\N{MINUS SIGN}1,501"),
        (3, "text", "3"),
        (True, "text", "yes"),
        (False, "count", "no"),
        ("2011-05", "number", "2011-05"),
        (-0.5, "share", "\N{MINUS SIGN}50.0 %"),
        (None, "share", "\N{EN DASH}"),
    ],
)
def test_cells(value, form, written):
    assert write_cell(value, Column(name="x", format=form)) == written


def test_money_has_its_unit_once():
    assert write_heading(Column(name="Profit", format="money"), "USD") == "Profit (USD)"
    assert write_heading(Column(name="USD lost", format="money"), "USD") == "USD lost"
    assert write_heading(Column(name="Profit", format="money"), None) == "Profit"
    assert write_heading(Column(name="Loans", format="count"), "USD") == "Loans"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("ann beats random_forest.", "ANN beats Random Forest."),
        ("`ann.dropout` of an annual plan", "`ann.dropout` of an annual plan"),
        ("a change of -0.012 [-0.02, -0.01]", "a change of −0.012 [−0.02, −0.01]"),  # noqa: RUF001
        ("from 2007-06-01, 20-30", "from 2007-06-01, 20-30"),
        ("28.1% and 5 %", "28.1\N{NO-BREAK SPACE}% and 5\N{NO-BREAK SPACE}%"),
        ("data/ann/x.csv", "data/ann/x.csv"),
    ],
)
def test_sentences(text, written):
    assert write_text(text, NAMES) == written


def test_numbers_have_a_true_minus():
    assert write_number(-0.5, 2) == "\N{MINUS SIGN}0.50"


def test_a_beginning_ends_with_a_sentence():
    text = "It is 0.5 here. Then more. And much more."
    assert write_beginning(text, 5) == "It is 0.5 here."
    assert write_beginning(text, 30) == "It is 0.5 here. Then more."
    assert write_beginning(text, 300) == text
