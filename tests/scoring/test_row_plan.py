"""The path of one application gives the numbers of the vectorised path."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from loan_default.errors import InputError
from loan_default.features.settings import FeatureSettings
from loan_default.portfolio.applications import type_columns
from loan_default.portfolio.description import Portfolio
from loan_default.portfolio.resolve import match_applications
from loan_default.scoring import Scorer
from loan_default.scoring.row_derived import row_function
from loan_default.scoring.row_encoding import encode_step, scale_function
from loan_default.scoring.row_plan import RowPlan, as_matrix

from .conftest import DESCRIPTION, Fitted, as_text, canonical, cleaning, fit, make_up

ROOT = Path(__file__).parents[2]
EQUAL = 1e-6


def typed_rows(raw: pd.DataFrame, fitted: Fitted) -> pd.DataFrame:
    names = list(fitted.transformer.groups())
    resolved = match_applications(raw, fitted.cleaner.portfolio, names)
    typed, reasons = type_columns(raw, resolved, fitted.cleaner.fractions)
    assert reasons.isna().all()
    return typed


def assert_equal_paths(raw: pd.DataFrame, fitted: Fitted) -> None:
    typed = typed_rows(raw, fitted)
    expected = fitted.transformer.transform(fitted.cleaner.apply(typed)).to_numpy()
    plan = RowPlan(fitted.cleaner, fitted.transformer)
    scorer: Any = SimpleNamespace(fields=fitted.facts.fields)
    rows = as_matrix([plan.features(values) for values in canonical(typed, scorer)])
    np.testing.assert_allclose(rows, expected, rtol=0, atol=EQUAL)


@pytest.mark.parametrize("scaling", ["quantile", "zscore", "minmax"])
@pytest.mark.parametrize(
    "outliers",
    [
        {"method": "fences", "action": "cap"},
        {"method": "zscore", "action": "flag"},
        {"method": "isolation_forest", "action": "flag"},
        {"method": "none"},
    ],
    ids=lambda outliers: outliers["method"],
)
def test_every_kind_of_step_equals_the_vectorised_one(
    portfolio: Portfolio, outliers: dict[str, Any], scaling: Any
) -> None:
    fitted = fit(make_up(400, 3), portfolio, cleaning(**outliers), FeatureSettings(scaling=scaling))
    kinds = {encoder.kind for encoder in fitted.transformer.encoders}
    assert kinds == {"number", "ordinal", "one-hot", "target encoding", "0/1"}
    assert {feature.kind for feature in fitted.transformer.derived.values()} == {
        feature["kind"] for feature in DESCRIPTION["derived"].values()
    }
    # Other rows than those fitted on: labels and values that train has not seen.
    assert_equal_paths(make_up(400, 4), fitted)


def _real(name: str, rows: int | None = None) -> Fitted:
    described = yaml.safe_load((ROOT / "conf" / name / "portfolio.yml").read_text())["portfolio"]
    portfolio = Portfolio.model_validate(described)
    raw = pd.read_csv(ROOT / portfolio.file.path, dtype="str", keep_default_na=False)
    raw = raw if rows is None else raw.sample(rows, random_state=1)
    raw.index = pd.RangeIndex(1, len(raw) + 1, name="row_number")
    return fit(raw, portfolio, cleaning(factor=3))


def test_every_row_of_the_consumer_credit_file_is_equal() -> None:
    fitted = _real("consumer_credit")
    assert_equal_paths(fitted.raw, fitted)


def test_thousands_of_lending_club_loans_are_equal() -> None:
    fitted = _real("lending_club", rows=6_000)
    assert_equal_paths(fitted.raw, fitted)


def whole(numbers: st.SearchStrategy[float | None]) -> st.SearchStrategy[float | None]:
    """Numbers as the check hands them on where a field is always whole."""
    return numbers.map(lambda number: None if number is None else float(round(number)))


NUMBER = st.one_of(
    st.none(),
    st.just(0.0),
    st.floats(-1e15, 1e15),
    st.floats(0, 100),
    st.sampled_from([36.0, 60.0, 1e-300, -0.0]),
)
AMOUNT = st.one_of(st.floats(1, 1e6), st.sampled_from([1.0, 1e6, 500.0]))
INCOME = st.one_of(st.none(), st.just(0.0), st.floats(0, 1e15))
LABEL = st.one_of(
    st.none(), st.sampled_from(["car", "house", "boat_trip", "rent", "own", "town_1", "never_seen"])
)
ODD = st.fixed_dictionaries(
    {
        "amount": whole(AMOUNT),
        "rate": NUMBER,
        "months": whole(NUMBER),
        "income": whole(INCOME),
        "debts": whole(NUMBER),
        "grade": st.one_of(st.none(), st.sampled_from(["A", "B", "C"])),
        "purpose": LABEL,
        "housing": LABEL,
        "city": LABEL,
        "job_title": LABEL,
        "owner": st.one_of(st.none(), st.booleans()),
        "applied": st.one_of(
            st.none(), st.dates(pd.Timestamp("2010-01-01").date(), pd.Timestamp("2200-01-01").date()).map(str)
        ),
        "first_credit": st.one_of(
            st.none(), st.dates(pd.Timestamp("1700-01-01").date(), pd.Timestamp("2200-01-01").date()).map(str)
        ),
        "note": st.one_of(st.none(), st.sampled_from(["please", "a b c", "x" * 200])),
    }
)


@settings(max_examples=40, derandomize=True)
@given(st.lists(ODD, min_size=1, max_size=25))
def test_odd_applications_score_the_same_both_ways(
    scorer: Scorer, applications: list[dict[str, Any]]
) -> None:
    many = scorer.score(pd.DataFrame([as_text(application) for application in applications]))
    assert many["reason"].isna().all()
    for application, expected in zip(applications, many["probability_of_default"], strict=True):
        (decision,) = scorer.decide(application)
        assert decision.probability_of_default == pytest.approx(expected, abs=EQUAL)


def test_a_row_takes_no_frame(
    scorer: Scorer, typical: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*arguments: Any, **named: Any) -> None:
        raise AssertionError("a frame on the path of one application")

    for kind in (pd.DataFrame, pd.Series, pd.Index):
        monkeypatch.setattr(kind, "__init__", refuse)
    checked = scorer.check(typical)
    scorer.decide(checked)
    scorer.reasons(checked)


@pytest.mark.parametrize(
    ("compile_step", "message"),
    [
        (lambda thing: row_function("speed", thing), "derived.speed of kind 'novel' cannot be computed"),
        (encode_step, "encoded as 'novel' cannot be made"),
        (scale_function, "scaled by 'novel' for a single application"),
    ],
)
def test_a_kind_without_a_plan_is_refused(compile_step: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        compile_step(SimpleNamespace(kind="novel", method="novel"))


def test_features_that_overflow_are_refused() -> None:
    with pytest.raises(InputError, match="a number is far too large"):
        as_matrix([[1.0, 1e300]])
