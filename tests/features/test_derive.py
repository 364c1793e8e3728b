"""Derived features against values worked out by hand."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from loan_default.features.derive import add_derived, compute, instalment, raw_columns, resolve_derived
from loan_default.portfolio.applications import known_columns
from loan_default.portfolio.derived import DerivedFeature

NAN = np.nan


def derived(**fields):
    return TypeAdapter(DerivedFeature).validate_python(fields)


def computed(feature, **columns):
    return compute(feature, {name: pd.Series(values) for name, values in columns.items()})


def test_ratio_is_missing_where_it_cannot_be_told():
    feature = derived(kind="ratio", numerator="a", denominator="b", times=12)
    values = computed(
        feature, a=[3.0, 0.0, 3.0, 0.0, NAN, -3.0, 1e300], b=[4.0, 5.0, 0.0, 0.0, 1.0, 4.0, 1e-300]
    )
    np.testing.assert_array_equal(values, [9.0, 0.0, NAN, NAN, NAN, -9.0, NAN])


def test_sum_weighs_columns_and_is_missing_if_one_is():
    feature = derived(kind="sum", weights={"a": 1, "b": -0.5})
    np.testing.assert_array_equal(computed(feature, a=[3.0, 3.0, NAN], b=[4.0, NAN, 1.0]), [1.0, NAN, NAN])


def test_mapping_gives_numbers_and_otherwise():
    labels = pd.Series(["x", "y", "z", "x"], dtype="str")
    strict = derived(kind="mapping", column="c", values={"x": 4, "y": 1})
    lenient = derived(kind="mapping", column="c", values={"x": 4, "y": 1}, otherwise=2)
    np.testing.assert_array_equal(computed(strict, c=labels), [4, 1, NAN, 4])
    np.testing.assert_array_equal(computed(lenient, c=labels), [4, 1, 2, 4])


def test_is_one_of_gives_one_and_zero():
    labels = pd.Series(["own", "rent", "mortgage"], dtype="str")
    feature = derived(kind="is_one_of", column="c", values=["own", "mortgage"])
    np.testing.assert_array_equal(computed(feature, c=labels), [1, 0, 1])


def test_text_length_counts_characters_and_is_zero_without_text():
    texts = pd.Series(["señor", "", None], dtype="str")
    np.testing.assert_array_equal(computed(derived(kind="text_length", column="c"), c=texts), [5, 0, 0])


@pytest.mark.parametrize(
    ("unit", "expected"),
    [
        ("days", [366, 28, -31, 29.5, NAN]),
        ("months", [12, 1 - 3 / 31, -1, 1 - 1 / 31, NAN]),
        ("years", [1, (1 - 3 / 31) / 12, -1 / 12, (1 - 1 / 31) / 12, NAN]),
    ],
)
def test_elapsed_counts_the_calendar(unit, expected):
    since = pd.to_datetime(
        ["2012-01-15", "2015-01-31", "2015-02-01", "2015-03-31 12:00", None], format="mixed"
    )
    until = pd.to_datetime(["2013-01-15", "2015-02-28", "2015-01-01", "2015-04-30", "2015-01-01"])
    feature = derived(kind="elapsed", since="s", until="u", unit=unit)
    np.testing.assert_allclose(computed(feature, s=since, u=until), expected)


def test_instalment_by_hand():
    amount, rate, months = (
        np.array(values) for values in ([1200.0, 1000.0, 500.0], [0.0, 12.0, 24.0], [12.0, 2.0, 1.0])
    )
    # 1000 at 1 % a month in two payments; 500 at 2 % in one, all of it with interest.
    np.testing.assert_allclose(instalment(amount, rate, months), [100.0, 10 / (1 - 1.01**-2), 510.0])


def test_instalment_is_missing_without_a_term():
    feature = derived(kind="annuity", amount="a", annual_rate="r", months="n")
    values = computed(
        feature, a=[1000.0] * 5, r=[0.0, 12.0, NAN, -1200.0, -5000.0], n=[0.0, -3.0, 12.0, 12.0, 12.0]
    )
    assert np.isnan(values[:3]).all()
    assert not np.isinf(values).any()


@given(
    amount=st.floats(1, 1e6),
    rate=st.one_of(st.floats(0, 1e-6), st.floats(0, 60)),
    months=st.integers(1, 480),
)
def test_payments_of_the_instalment_are_worth_the_amount(amount, rate, months):
    payment = float(instalment(np.array([amount]), np.array([rate]), np.array([float(months)]))[0])
    discounts = (1 + rate / 1200) ** -np.arange(1.0, months + 1)
    assert payment * discounts.sum() == pytest.approx(amount, rel=1e-9)
    assert payment >= amount / months * (1 - 1e-12)


def test_features_are_computed_after_those_they_read(portfolio, clean):
    order, off = resolve_derived(portfolio, known_columns(portfolio))
    assert list(order).index("instalment") < list(order).index("share")
    assert off == {}
    frame = add_derived(clean, order)
    known = clean["income"] > 0
    np.testing.assert_allclose(
        frame["share"][known], 12 * frame["instalment"][known] / clean["income"][known]
    )
    assert frame["share"][~known].isna().all()
    assert "share" not in clean.columns


def test_the_files_own_column_takes_the_place_of_a_derived_feature(portfolio):
    given_columns = [*known_columns(portfolio), "instalment"]
    order, off = resolve_derived(portfolio, given_columns)
    assert "instalment" not in order
    assert "share" in order
    assert off == {"instalment": "the file has a column of this name"}
    assert raw_columns(("share",), order) == ("instalment", "income")


def test_absent_inputs_switch_off_what_is_built_on_them(portfolio):
    given_columns = [name for name in known_columns(portfolio) if name != "rate"]
    order, off = resolve_derived(portfolio, given_columns)
    assert set(order) == {"history", "income_per_age", "big_city"}
    assert off == {
        "instalment": "needs rate, which the file lacks",
        "share": "needs instalment, itself switched off",
    }


def test_a_post_outcome_input_switches_off(describe):
    portfolio = describe(derived={"left": {"kind": "sum", "weights": {"amount": 1, "recovered": -1}}})
    assert resolve_derived(portfolio, known_columns(portfolio)) == (
        {},
        {"left": "needs recovered, known only after the outcome"},
    )


def test_raw_columns_are_traced_through_derived_features(portfolio):
    assert raw_columns(("share", "amount"), portfolio.derived) == ("amount", "rate", "months", "income")
