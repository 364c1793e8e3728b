"""Errors and gaps, written back as the lender's file would have them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from loan_default.portfolio.cleaner import ApplicationCleaner
from loan_default.portfolio.description import Portfolio
from loan_default.scoring.fields import Field
from loan_default.studies.changed_applications import (
    Applications,
    changes,
    score_together,
    with_noise,
    with_swapped_labels,
    without,
)

ROWS = 4000
NOTHING = {
    "unit": None,
    "whole": False,
    **dict.fromkeys(("minimum", "maximum", "training_low", "training_high", "default", "typical")),
    "labels": (),
    "ordered": False,
    "open": False,
    "required": True,
}


def field(name: str, kind: str, **facts: object) -> Field:
    return Field.model_validate(
        NOTHING | {"name": name, "header": name, "label": name.title(), "kind": kind} | facts
    )


FIELDS = (
    field("amount", "number", minimum=100, whole=True),
    field("rate", "number", required=False),
    field("term", "number"),
    field("job", "label", required=False),
    field("married", "boolean"),
    field("zip", "label"),
)


@pytest.fixture(scope="module")
def applications() -> Applications:
    """Made-up text as a lender would write it: currency signs, fractions, gaps, a zip code in an address."""
    portfolio = Portfolio.model_validate(
        {
            "name": "made_up",
            "title": "Made up",
            "file": {"path": "made_up.csv", "decimal": ","},
            "outcome": {"column": "outcome", "default": ["bad"], "paid": ["good"]},
            "columns": {
                "amount": {"kind": "amount", "minimum": 100},
                "rate": {"kind": "percent", "required": False},
                "term": {"kind": "duration", "unit": "months"},
                "job": {"kind": "category", "required": False},
                "married": {"kind": "boolean"},
                "address": {"kind": "text"},
                "zip": {"kind": "high_cardinality", "part_of": {"column": "address", "pattern": r"(\d+)$"}},
            },
        }
    )
    rng = np.random.default_rng(8)
    amount = rng.integers(100, 900, ROWS)
    raw = pd.DataFrame(
        {
            "Amount": [f"$ {value}" for value in amount],
            "rate": [f"0,{value}" for value in rng.integers(100, 200, ROWS)],
            "term": rng.choice(["36 months", "60 months"], ROWS),
            "job": rng.choice(["clerk", "nurse"], ROWS),
            "married": rng.choice(["yes", "no"], ROWS),
            "address": [f"Main Street {value}" for value in rng.integers(10, 99, ROWS)],
            "outcome": "good",
        },
        dtype="str",
    )
    raw.loc[:9, "rate"] = ""
    cleaner = ApplicationCleaner(portfolio, {}, ("rate",), (), {}, ())
    return Applications.of_file(raw, FIELDS, cleaner)


def test_fields_are_taken_out_of_the_file(applications: Applications) -> None:
    assert list(applications.text) == [f.name for f in FIELDS]
    assert applications.text["zip"].str.fullmatch(r"\d\d").all()
    typed = applications.typed()
    assert typed["rate"].iloc[10:].between(10, 20).all()
    assert set(typed["term"]) == {36, 60}


def test_noise_has_the_size_asked_for_and_survives_the_file(applications: Applications) -> None:
    noisy = with_noise(applications, 0.25, np.random.default_rng(1))
    before = applications.typed()
    after = Applications(noisy, FIELDS, applications.cleaner).typed()
    added = (after["rate"] - before["rate"]).dropna()
    spread = np.subtract(*np.quantile(before["rate"].dropna(), [0.75, 0.25])) / 1.349
    assert added.std() == pytest.approx(0.25 * spread, rel=0.05)
    assert abs(added.mean()) < 0.03 * spread
    assert after["rate"].isna().sum() == 10
    # Whole, and within the plausible bounds.
    assert (after["amount"] % 1 == 0).all()
    assert after["amount"].min() == 100
    # Two values stay two values; from one to the other it is 2.7 standard deviations of this noise.
    assert set(after["term"]) == {36, 60}
    assert (after["term"] != before["term"]).mean() < 0.01
    for name in ("job", "married", "zip"):
        assert noisy[name].equals(applications.text[name])


def test_large_noise_moves_a_field_of_few_values_between_them(applications: Applications) -> None:
    noisy = with_noise(applications, 2.0, np.random.default_rng(1))
    after = Applications(noisy, FIELDS, applications.cleaner).typed()
    assert set(after["term"]) == {36, 60}
    assert 0.1 < (after["term"] != applications.typed()["term"]).mean() < 0.6


def test_swapped_labels_are_those_of_others(applications: Applications) -> None:
    swapped = with_swapped_labels(applications, 0.5, np.random.default_rng(1))
    for name, levels in (("job", 2), ("married", 2), ("zip", 89)):
        changed = (swapped[name] != applications.text[name]).mean()
        # Of those drawn, one in `levels` gets the value it had.
        assert changed == pytest.approx(0.5 * (1 - 1 / levels), abs=0.03)
        assert set(swapped[name]) <= set(applications.text[name])
    assert swapped["amount"].equals(applications.text["amount"])


def test_a_missing_field_is_empty_everywhere(applications: Applications) -> None:
    text = without(applications, ["rate", "zip"])
    assert (text[["rate", "zip"]] == "").all(axis=None)
    assert text["job"].equals(applications.text["job"])
    assert (applications.text["zip"] != "").all(), "the applications themselves stay as they are"


def test_every_change_in_turn(applications: Applications) -> None:
    found = list(changes(applications, [0.1], [0.1, 0.25], seed=1))
    assert [(change.kind, change.name) for change in found] == [
        ("noise", "noise of 0.1 spreads"),
        ("swap", "10 % of labels swapped"),
        ("swap", "25 % of labels swapped"),
        *(("missing", f"without {f.label}") for f in FIELDS),
        ("all missing", "without all 2 optional fields"),
    ]
    assert (found[-1].text[["rate", "job"]] == "").all(axis=None)
    again = list(changes(applications, [0.1], [0.1, 0.25], seed=1))
    assert all(one.text.equals(two.text) for one, two in zip(found, again, strict=True))


def test_frames_are_scored_as_one(applications: Applications) -> None:
    frames = [applications.text, without(applications, ["term"])]
    scored = score_together(frames, lambda text: (text["term"] == "").astype(float))
    assert [p.mean() for p in scored] == [0, 1]
    assert all(p.shape == (ROWS,) for p in scored)
