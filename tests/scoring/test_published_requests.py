"""The requests of the reference project's web app, against a made-up file in its layout."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from loan_default.portfolio.description import Portfolio
from loan_default.scoring import Scorer
from loan_default.scoring.settings import ServiceSettings

from .conftest import SERVICE, fit, linear_model, pack, write

YEARS = {"kind": "duration", "unit": "years"}
CATEGORY = {"kind": "category", "missing": "mode"}
PORTFOLIO = Portfolio.model_validate(
    {
        "name": "behavior",
        "title": "Made-up profiles",
        "currency": "INR",
        "file": {"path": "made_up.csv"},
        "outcome": {"column": "Risk_Flag", "default": ["1"], "paid": ["0"]},
        "columns": {
            "income": {"kind": "amount", "minimum": 0},
            "age": YEARS | {"minimum": 21, "maximum": 79},
            "experience": YEARS | {"minimum": 0, "maximum": 20},
            "married": CATEGORY | {"aliases": ["Married/Single"]},
            "house_ownership": CATEGORY,
            "car_ownership": CATEGORY,
            "profession": {"kind": "high_cardinality"},
            "city": {"kind": "high_cardinality"},
            "state": {"kind": "high_cardinality"},
            "current_job_yrs": YEARS | {"minimum": 0, "maximum": 14},
            "current_house_yrs": YEARS | {"minimum": 10, "maximum": 14},
        },
    }
)
CITIES = ["Sikar", "Mysore[7][8][9]", "Delhi_city", *(f"Nagar {i}" for i in range(40))]
PUBLISHED: dict[str, Any] = {
    "income": 300000,
    "age": 30,
    "experience": 3,
    "married": "single",
    "house_ownership": "rented",
    "car_ownership": "no",
    "profession": "artist",
    "city": "sikar",
    "state": "rajasthan",
    "current_job_yrs": 3,
    "current_house_yrs": 11,
}


@pytest.fixture(scope="module")
def scorer(tmp_path_factory: pytest.TempPathFactory) -> Scorer:
    rng, rows = np.random.default_rng(3), 2_000
    raw = pd.DataFrame(
        {
            "Income": rng.integers(10_310, 9_999_938, rows).astype(str),
            "Age": rng.integers(21, 80, rows).astype(str),
            "Experience": rng.integers(0, 21, rows).astype(str),
            "Married/Single": rng.choice(["married", "single"], rows, p=[0.1, 0.9]),
            "House_Ownership": rng.choice(["rented", "owned", "norent_noown"], rows, p=[0.9, 0.05, 0.05]),
            "Car_Ownership": rng.choice(["no", "yes"], rows, p=[0.7, 0.3]),
            "Profession": rng.choice(["Artist", "Police_officer", "Civil_servant"], rows),
            "CITY": rng.choice(CITIES, rows),
            "STATE": rng.choice(["Rajasthan", "West_Bengal", "Uttar_Pradesh[5]"], rows),
            "CURRENT_JOB_YRS": rng.integers(0, 15, rows).astype(str),
            "CURRENT_HOUSE_YRS": rng.integers(10, 15, rows).astype(str),
            "Risk_Flag": rng.choice(["0", "1"], rows, p=[0.88, 0.12]),
        },
        dtype=pd.StringDtype(na_value=np.nan),
        index=pd.RangeIndex(1, rows + 1, name="row_number"),
    )
    fitted = fit(raw, PORTFOLIO)
    rules = [{"not_above": ["current_job_yrs", "experience"]}]
    service = ServiceSettings.model_validate(SERVICE.model_dump() | {"consistency": rules})
    model = linear_model({"income": -0.5, "house_ownership=owned": 1, "married=single": 0.5}, fitted)
    folder = tmp_path_factory.mktemp("published")
    return Scorer.load(write(pack(fitted, model, service=service), Path(folder)))


def test_the_published_example_works_as_it_is(scorer: Scorer) -> None:
    checked = scorer.check(PUBLISHED)
    assert (checked.faults, checked.warnings) == ((), ())
    (decision,) = scorer.decide(checked)
    assert decision.prediction in ("Default", "No Default")


@pytest.mark.parametrize("field", ["married", "house_ownership", "car_ownership"])
@pytest.mark.parametrize("left_out", [True, False])
def test_what_may_be_missing_is_the_most_frequent(scorer: Scorer, field: str, left_out: bool) -> None:
    most_frequent = {"married": "single", "house_ownership": "rented", "car_ownership": "no"}[field]
    rest = {name: value for name, value in PUBLISHED.items() if name != field}
    missing = scorer.check(rest if left_out else rest | {field: None})
    assert missing.faults == ()
    assert scorer.decide(missing) == scorer.decide(scorer.check(rest | {field: most_frequent}))


@pytest.mark.parametrize("field", sorted(set(PUBLISHED) - {"married", "house_ownership", "car_ownership"}))
@pytest.mark.parametrize("left_out", [True, False])
def test_what_must_be_there(scorer: Scorer, field: str, left_out: bool) -> None:
    rest = {name: value for name, value in PUBLISHED.items() if name != field}
    (fault,) = scorer.check(rest if left_out else rest | {field: None}).faults
    assert fault.field == field
    assert fault.message.startswith("This field is required")


@pytest.mark.parametrize(
    ("field", "good", "bad"),
    [
        ("income", [0, 9_999_999], [-1]),
        ("age", [21, 79], [20, 80]),
        ("experience", [0, 20], [-1, 21]),
        ("current_job_yrs", [0, 14], [-1, 15]),
        ("current_house_yrs", [10, 14], [9, 15]),
        ("married", ["married", " SINGLE "], ["divorced", 1]),
        ("house_ownership", ["owned", "norent_noown", "NoRent NoOwn"], ["bought"]),
        ("car_ownership", ["yes", "No"], ["maybe", True]),
        ("profession", ["Police officer", "police_officer"], ["astronaut"]),
        ("city", ["Mysore", "mysore[7][8][9]", "Delhi City"], ["Atlantis"]),
        ("state", ["uttar pradesh", "Uttar_Pradesh[5]", "West  Bengal"], ["Bavaria"]),
    ],
)
def test_ranges_and_labels(scorer: Scorer, field: str, good: list[Any], bad: list[Any]) -> None:
    for value in good:
        assert scorer.check(PUBLISHED | {field: value}).faults == ()
    for value in bad:
        assert [fault.field for fault in scorer.check(PUBLISHED | {field: value}).faults] == [field]


@pytest.mark.parametrize("value", ["300000", True, float("nan"), float("inf")])
def test_numbers_are_strict(scorer: Scorer, value: Any) -> None:
    assert [fault.field for fault in scorer.check(PUBLISHED | {"income": value}).faults] == ["income"]


def test_a_float_is_rounded(scorer: Scorer) -> None:
    assert scorer.check(PUBLISHED | {"age": 30.4, "income": 99.6}).values["age"] == 30


def test_more_years_in_the_job_than_of_experience(scorer: Scorer) -> None:
    checked = scorer.check(PUBLISHED | {"current_job_yrs": 4})
    assert checked.faults == ()
    assert checked.warnings == ("current_job_yrs (4 years) is above experience (3 years): a contradiction.",)
