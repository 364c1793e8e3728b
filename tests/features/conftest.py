"""A made-up portfolio and made-up cleaned applications."""

import numpy as np
import pandas as pd
import pytest

from loan_default.portfolio.description import Portfolio

DESCRIPTION = {
    "name": "made_up",
    "title": "Made up",
    "currency": "EUR",
    "file": {"path": "made_up.csv"},
    "outcome": {"column": "outcome", "default": ["bad"], "paid": ["good"]},
    "application_date": "applied",
    "columns": {
        "amount": {"kind": "amount", "label": "Amount"},
        "rate": {"kind": "percent"},
        "months": {"kind": "duration", "unit": "months"},
        "income": {"kind": "amount"},
        "age": {"kind": "number"},
        "grade": {"kind": "ordinal", "order": ["a", "b", "c"]},
        "purpose": {"kind": "category"},
        "city": {"kind": "high_cardinality"},
        "owner": {"kind": "boolean"},
        "applied": {"kind": "date"},
        "first_credit": {"kind": "date"},
        "note": {"kind": "text"},
        "unused": {"kind": "ignored"},
        "recovered": {"kind": "amount"},
    },
    "post_outcome": ["recovered"],
    "lender_set": ["rate", "grade"],
    "protected": ["age"],
    "derived": {
        "share": {"kind": "ratio", "numerator": "instalment", "denominator": "income", "times": 12},
        "instalment": {"kind": "annuity", "amount": "amount", "annual_rate": "rate", "months": "months"},
        "history": {"kind": "elapsed", "since": "first_credit", "until": "applied"},
        "income_per_age": {"kind": "ratio", "numerator": "income", "denominator": "age"},
        "big_city": {"kind": "is_one_of", "column": "city", "values": ["city_0", "city_1"]},
    },
}


@pytest.fixture
def describe():
    """Describe the made-up portfolio, with changes to its top-level keys."""

    def describe(**changes):
        return Portfolio.model_validate({**DESCRIPTION, **changes})

    return describe


@pytest.fixture
def portfolio(describe):
    return describe()


@pytest.fixture
def clean():
    """400 made-up applications, in no order of parts; every row has a twin next to it."""
    rng = np.random.default_rng(7)
    pairs, rows = 200, 400
    part = np.repeat(rng.choice(["train", "validation", "test"], pairs, p=[0.7, 0.2, 0.1]), 2)
    city = np.repeat(rng.integers(0, 12, pairs), 2)
    first = pd.to_datetime("2000-01-01") + pd.to_timedelta(rng.integers(0, 3000, rows), unit="D")
    frame = pd.DataFrame(
        {
            "row_id": np.arange(rows) + 1,
            "part": part,
            "default": (rng.random(rows) < 0.1 + city / 30).astype(np.int8),
            "twin_group": np.repeat(np.arange(pairs), 2),
            "amount": rng.integers(1, 40, rows) * 1000.0,
            "rate": rng.choice([0.0, 5.5, 12.25], rows),
            "months": rng.choice([36.0, 60.0], rows),
            "income": np.round(rng.lognormal(10, 1, rows)),
            "age": rng.integers(20, 70, rows).astype(float),
            "grade": rng.choice(["a", "b", "c"], rows),
            "purpose": rng.choice(["car", "house", "boat"], rows, p=[0.5, 0.48, 0.02]),
            "city": [f"city_{number}" for number in city],
            "owner": rng.integers(0, 2, rows).astype(float),
            "applied": pd.Timestamp("2015-06-01"),
            "first_credit": first.where(rng.random(rows) > 0.1),
            "note": pd.array(rng.choice(["please", ""], rows), dtype="str"),
            "income_missing": (rng.random(rows) < 0.2).astype(float),
            "rate_outlier": (rng.random(rows) < 0.05).astype(float),
        },
        index=pd.Index(rng.permutation(rows) + 5000, name="row_number"),
    )
    frame.loc[frame.index[:20], "income"] = 0.0
    return frame
