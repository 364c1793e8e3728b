from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loan_default.errors import InputError
from loan_default.portfolio.settings import SplitSettings
from loan_default.portfolio.split import fold_parts, split, split_deviations


def _settings(**changes: object) -> SplitSettings:
    base = {"method": "random", "validation": 0.2, "test": 0.1, "twins": "together"}
    return SplitSettings.model_validate({**base, **changes})


def _loans(rows: int, groups: int | None = None, event_rate: float = 0.2, seed: int = 0) -> pd.DataFrame:
    """Made-up loans; `groups` twin groups of random size, or none."""
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "row_id": np.arange(rows),
            "default": (rng.random(rows) < event_rate).astype("int8"),
            "twin_group": np.arange(rows) if groups is None else rng.integers(0, groups, rows),
            "applied": np.datetime64("2015-01-01") + rng.integers(0, 400, rows),
        },
        index=pd.RangeIndex(1, rows + 1, name="row_number"),
    )


@settings(max_examples=40)
@given(
    groups=st.integers(40, 400),
    event_rate=st.floats(0.1, 0.9),
    validation=st.floats(0.1, 0.3),
    test=st.floats(0.1, 0.3),
    seed=st.integers(0, 5),
)
def test_twins_stay_together_shares_and_rates_hold(
    groups: int, event_rate: float, validation: float, test: float, seed: int
) -> None:
    loans = _loans(2000, groups, event_rate, seed)
    dealt = split(loans, _settings(validation=validation, test=test), None, seed)
    assert dealt.groupby("twin_group")["part"].nunique().max() == 1
    assert dealt.drop(columns="part").equals(loans)
    assert dealt.columns.tolist()[:2] == ["row_id", "part"]
    shares = dealt["part"].value_counts(normalize=True)
    largest = loans["twin_group"].value_counts().max() / len(loans)
    # Groups of twins are dealt within up to eleven strata of like default rate.
    tolerance = 12 * largest
    assert shares["validation"] == pytest.approx(validation, abs=tolerance)
    assert shares["test"] == pytest.approx(test, abs=tolerance)
    rates = dealt.groupby("part")["default"].mean()
    assert (rates - loans["default"].mean()).abs().max() < 0.15


@pytest.mark.parametrize("event_rate", [0.02, 0.2, 0.8])
def test_single_rows_are_stratified_to_the_row(event_rate: float) -> None:
    loans = _loans(10_000, event_rate=event_rate)
    dealt = split(loans, _settings(), None, 1)
    counts = pd.crosstab(dealt["default"], dealt["part"])
    for outcome in (0, 1):
        total = int((loans["default"] == outcome).sum())
        assert counts.loc[outcome, "test"] == pytest.approx(0.1 * total, abs=1)
        assert counts.loc[outcome, "validation"] == pytest.approx(0.2 * total, abs=1)


def test_the_seed_repeats_and_another_differs() -> None:
    loans = _loans(500)
    first, again, other = (split(loans, _settings(), None, seed)["part"] for seed in (1, 1, 2))
    assert first.equals(again)
    assert (first != other).mean() > 0.2


def test_apart_deals_twins_like_other_rows() -> None:
    loans = _loans(2000, groups=50)
    dealt = split(loans, _settings(twins="apart"), None, 0)
    assert dealt.groupby("twin_group")["part"].nunique().min() > 1
    assert dealt["part"].value_counts()["test"] == pytest.approx(200, abs=2)


def test_out_of_time_keeps_the_order_of_dates() -> None:
    loans = _loans(5000)
    dealt = split(loans, _settings(method="out_of_time"), "applied", 0)
    spans = dealt.groupby("part")["applied"].agg(["min", "max"])
    assert spans.loc["train", "max"] < spans.loc["validation", "min"]
    assert spans.loc["validation", "max"] < spans.loc["test", "min"]
    shares = dealt["part"].value_counts(normalize=True)
    assert shares["test"] == pytest.approx(0.1, abs=0.01)
    assert shares["validation"] == pytest.approx(0.2, abs=0.01)


def test_out_of_time_does_not_depend_on_the_order_of_rows_or_the_seed() -> None:
    loans = _loans(1000)
    shuffled = loans.sample(frac=1, random_state=0)
    ordered = split(loans, _settings(method="out_of_time"), "applied", 0)["part"]
    assert split(shuffled, _settings(method="out_of_time"), "applied", 9)["part"].sort_index().equals(ordered)


def test_a_date_is_never_cut_and_falls_where_its_middle_lies() -> None:
    # By hand: 50 % + 20 % + 18 % + 12 % of 100 rows; middles at .25, .60, .79, .94.
    rows = np.repeat(["2015-01-01", "2015-02-01", "2015-03-01", "2015-04-01"], [50, 20, 18, 12])
    loans = pd.DataFrame(
        {
            "row_id": range(100),
            "default": np.arange(100) % 2,
            "twin_group": range(100),
            "applied": pd.to_datetime(rows),
        }
    )
    dealt = split(loans, _settings(method="out_of_time"), "applied", 0)
    assert dealt.groupby("applied")["part"].agg(["min", "max"]).to_numpy().tolist() == [
        ["train", "train"],
        ["train", "train"],
        ["validation", "validation"],
        ["test", "test"],
    ]


@pytest.mark.parametrize(
    ("changes", "dates", "said"),
    [
        ({}, None, "has no application date.*portfolio.application_date"),
        ({"applied": pd.NaT}, "applied", "1,000 rows have no 'applied'"),
        (
            {"applied": pd.Timestamp(2015, 1, 1)},
            "applied",
            "The validation part would have no row.*method to random",
        ),
    ],
)
def test_an_out_of_time_split_that_cannot_be_made(
    changes: dict[str, object], dates: str | None, said: str
) -> None:
    with pytest.raises(InputError, match=said):
        split(_loans(1000).assign(**changes), _settings(method="out_of_time"), dates, 0)


def test_a_part_needs_both_outcomes() -> None:
    loans = _loans(30).assign(default=np.array([1, 1] + [0] * 28, dtype="int8"))
    with pytest.raises(InputError, match=r"The test part would have no default \(3 of 30 rows\)"):
        split(loans, _settings(), None, 0)
    with pytest.raises(InputError, match="The test part would have no paid loan"):
        split(loans.assign(default=1 - loans["default"]), _settings(), None, 0)


def test_one_group_of_twins_cannot_be_dealt() -> None:
    with pytest.raises(InputError, match=r"would have no row.*twins stay in one part"):
        split(_loans(100, groups=1), _settings(), None, 0)


def test_shares_must_leave_train_rows() -> None:
    with pytest.raises(ValueError, match=r"validation 0\.6 and test 0\.4 leave no row for train"):
        _settings(validation=0.6, test=0.4)


def test_the_settings_of_conf_hold(cleaning: Callable[..., object]) -> None:
    assert cleaning().split == _settings()  # type: ignore[attr-defined]


def test_a_part_that_misses_its_share_is_told() -> None:
    one_group = pd.DataFrame(
        {
            "row_id": range(1000),
            "default": [int(i % 5 == 0) for i in range(1000)],
            # 800 twins, who fall into one part together
            "twin_group": [0] * 800 + list(range(1, 201)),
        }
    )
    wanted = _settings()
    dealt = split(one_group, wanted, None, seed=1)
    said = split_deviations(dealt, wanted)
    assert any("of the rows, not" in text for text in said)
    evenly = split(one_group.assign(twin_group=range(1000)), wanted, None, seed=1)
    assert split_deviations(evenly, wanted) == []


@settings(max_examples=25)
@given(groups=st.one_of(st.none(), st.integers(60, 400)), folds=st.integers(2, 6), seed=st.integers(0, 5))
def test_each_row_is_a_test_row_once_and_twins_share_their_fold(
    groups: int | None, folds: int, seed: int
) -> None:
    loans = _loans(1500, groups, 0.3, seed)
    parts = fold_parts(loans, folds, 0.1, seed)
    assert len(parts) == folds
    assert (sum((part == "test").astype(int) for part in parts) == 1).all()
    for part in parts:
        assert part.index.equals(loans.index)
        assert part.groupby(loans["twin_group"]).nunique().max() == 1
        largest = loans["twin_group"].value_counts().max() / len(loans)
        shares = part.value_counts(normalize=True)
        assert shares["test"] == pytest.approx(1 / folds, abs=12 * largest)
        assert shares["validation"] == pytest.approx(0.1, abs=12 * largest)
        assert set(shares.index) == {"train", "validation", "test"}
