"""Slices of the loans."""

import numpy as np
import pandas as pd
import pytest

from loan_default.evaluation.weak_spots.settings import WeakSpotSettings
from loan_default.evaluation.weak_spots.slices import cut_slices

SETTINGS = WeakSpotSettings(
    bins=2, pair_inputs=2, pair_bins=2, min_rows=20, min_events=5, level=0.05, shown=10
)


@pytest.fixture(scope="module")
def clean():
    n = 200
    return pd.DataFrame(
        {
            "income": np.arange(n) * 1000.0,
            "income_missing": (np.arange(n) < 30).astype(float),
            "term": np.repeat([36.0, 60.0], n // 2),
            "home": np.tile(["own_house", "rent"], n // 2),
            "records": np.tile([0.0, 1.0], n // 2),
            "applied": pd.to_datetime(["2020-05-01", "2021-05-01"] * (n // 2)),
            "rare": ["x"] * 10 + ["y"] * (n - 10),
            "constant": 1.5,
        }
    )


def names(clean, *inputs, paired=()):
    return cut_slices(clean, {name: name.title() for name in inputs}, paired, SETTINGS)


def test_a_filled_in_value_counts_as_missing(clean):
    slices = names(clean, "income")
    assert {name: int(rows.sum()) for name, rows in slices.items()} == {
        "Income: up to 114,000": 85,
        "Income: over 114,000": 85,
        "Income: missing": 30,
    }


def test_large_numbers_are_written_out(clean):
    slices = names(clean.assign(income=clean["income"] * 1234.5), "income")
    assert list(slices) == ["Income: up to 140,733,000", "Income: over 140,733,000", "Income: missing"]


def test_labels_dates_yes_and_no(clean):
    assert list(names(clean, "home")) == ["Home: own house", "Home: rent"]
    assert list(names(clean, "records")) == ["Records: no", "Records: yes"]
    assert list(names(clean, "applied")) == ["Applied: 2020", "Applied: 2021"]
    assert list(names(clean, "term")) == ["Term: up to 36", "Term: over 36"]


def test_a_value_with_a_bin_of_its_own_is_told_apart():
    def cut(*parts):
        settings = SETTINGS.model_copy(update={"bins": 4})
        frame = pd.DataFrame({"balance": np.concatenate(parts)})
        return list(cut_slices(frame, {"balance": "Balance"}, (), settings))

    below, zeros, above = np.linspace(-20, -1, 90), np.zeros(120), np.linspace(1, 20, 40)
    assert cut(below[:40], zeros, above) == ["Balance: under 0", "Balance: 0", "Balance: over 0"]
    assert cut(below, zeros[:110]) == [
        "Balance: up to -9.53933",
        "Balance: over -9.53933 to under 0",
        "Balance: 0",
    ]


def test_slices_that_are_too_small_or_everything_are_left_out(clean):
    assert list(names(clean, "rare")) == ["Rare: y"]
    assert not names(clean, "constant")


def test_slices_of_the_same_rows_are_kept_once(clean):
    # home, records and the year of the application go together.
    assert list(names(clean, "home", "records", "applied")) == ["Home: own house", "Home: rent"]


def test_pairs(clean):
    slices = names(clean, "term", "home", paired=["term", "home"])
    pair = slices["Term: up to 36 & Home: rent"]
    assert pair.sum() == 50
    assert (pair == ((clean["term"] == 36) & (clean["home"] == "rent"))).all()
    assert len(slices) == 2 + 2 + 4
