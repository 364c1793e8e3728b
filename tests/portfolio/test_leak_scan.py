from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError

from loan_default.portfolio.leak_scan import FINDING_COLUMNS, scan_for_leaks
from loan_default.portfolio.settings import LeakSettings

MISSING = ("", "na")
SETTINGS = LeakSettings(action="drop", max_roc_auc=0.8, significance=1e-6)


def _outcome(rows: int, event_rate: float = 0.2, seed: int = 0) -> np.ndarray:
    return (np.random.default_rng(seed).random(rows) < event_rate).astype("int8")


def _scan(outcome: np.ndarray, settings: LeakSettings = SETTINGS, **columns: Any) -> pd.DataFrame:
    raw = pd.DataFrame({name: pd.Series(values).astype("str") for name, values in columns.items()})
    return scan_for_leaks(raw, outcome, settings, MISSING, seed=0).set_index("column")


def _noise(rows: int, seed: int) -> dict[str, Any]:
    """Made-up columns that know nothing of the outcome."""
    rng = np.random.default_rng(seed)
    words = np.array(["car", "boat", "home", "debt", "tax", "school"])
    return {
        "number": rng.normal(size=rows).round(4),
        "mostly_zero": np.where(rng.random(rows) < 0.9, 0, rng.integers(1, 1000, rows)),
        "few": rng.choice(list("abcd"), rows, p=[0.9, 0.05, 0.04, 0.01]),
        "many": rng.integers(0, max(rows // 20, 2), rows).astype(str).astype(object) + "x",
        "one_each": [f"id {number}" for number in range(rows)],
        "text": [" ".join(found) for found in rng.choice(words, (rows, 3))],
        "mostly_missing": np.where(rng.random(rows) < 0.95, "", "5"),
        "empty": [""] * rows,
        "constant": ["x"] * rows,
        "date": (np.datetime64("2015-01-01") + rng.integers(0, 2000, rows)).astype(str),
        "infinite": np.where(rng.random(rows) < 0.5, "inf", rng.random(rows).round(5).astype(str)),
    }


@pytest.mark.parametrize(("rows", "seeds"), [(60, 6), (1000, 4), (20_000, 1)])
@pytest.mark.parametrize("event_rate", [0.02, 0.2, 0.5, 0.97])
def test_noise_is_no_leak(rows: int, seeds: int, event_rate: float) -> None:
    for seed in range(seeds):
        outcome = _outcome(rows, event_rate, seed)
        outcome[:2] = 0, 1
        found = _scan(outcome, **_noise(rows, seed + 100))
        assert found[found["leak"]].empty
        if rows == 20_000:
            assert found["roc_auc"].between(0.42, 0.58).all()


def test_every_column_has_a_finding_worst_first() -> None:
    outcome = _outcome(500)
    found = _scan(outcome, noise=np.arange(500) % 7, itself=outcome).reset_index()
    assert tuple(found.columns) == FINDING_COLUMNS
    assert found["column"].tolist() == ["itself", "noise"]
    assert found["leak"].tolist() == [True, False]
    assert found.loc[0, "roc_auc"] == 1.0
    assert found.loc[1, "reason"] == ""


def test_values_that_rank_the_outcome() -> None:
    rng = np.random.default_rng(3)
    outcome = _outcome(5000)
    paid_back = 1000 * (1 - outcome * rng.uniform(0, 1, 5000)) + rng.normal(0, 50, 5000)
    as_money = [f"${value:,.2f}" for value in paid_back]
    as_percent = [f"{value:.3f}%" for value in paid_back]
    found = _scan(
        outcome, plain=paid_back.round(2), money=as_money, percent=as_percent, away=1000 - paid_back
    )
    assert found["leak"].all()
    assert found.loc["money", "roc_auc"] == pytest.approx(found.loc["plain", "roc_auc"], abs=0.02)
    assert "its values alone reach ROC AUC 0.9" in found.loc["plain", "reason"]


def test_decimal_comma() -> None:
    outcome = _outcome(4000)
    paid = [
        f"{value:.3f}".replace(".", ",") for value in outcome + np.random.default_rng(0).normal(0, 0.4, 4000)
    ]
    raw = pd.DataFrame({"paid": paid}, dtype="str")
    (found,) = scan_for_leaks(raw, outcome, SETTINGS, MISSING, 0, decimal=",").to_dict("records")
    assert found["leak"]
    assert found["roc_auc"] > 0.9


def test_dates_that_rank_the_outcome() -> None:
    rng = np.random.default_rng(3)
    outcome = _outcome(5000)
    day = np.datetime64("2015-01-01T00:00:00") + (
        rng.integers(0, 10**8, 5000) + outcome.astype("int64") * 9 * 10**7
    )
    (finding,) = _scan(outcome, last_payment=day.astype(str)).to_dict("records")
    assert finding["leak"]
    assert finding["roc_auc"] > 0.85


def test_each_way_to_write_a_date_or_a_time_is_looked_at_alike() -> None:
    # So few rows that most dates occur once: only in bins do they tell.
    outcome = _outcome(600)
    days = np.random.default_rng(3).integers(0, 900, 600) + (outcome == 0) * 700
    day = pd.Timestamp("2018-01-01") + pd.to_timedelta(days, "D")
    found = _scan(
        outcome,
        iso=day.strftime("%Y-%m-%d"),
        month_first=day.strftime("%m/%d/%Y"),
        day_first=day.strftime("%d.%m.%Y"),
        waited=[f"{count} Tage" for count in days],
    )
    assert found["leak"].all()
    for measure, least in (("roc_auc", 0.9), ("information_value", 1)):
        assert found[measure].min() > least
        assert found[measure].max() == pytest.approx(found[measure].min())


def test_missingness_that_is_the_outcome() -> None:
    outcome = _outcome(3000)
    values = np.random.default_rng(1).normal(size=3000).round(3).astype(str)
    found = _scan(
        outcome,
        whole=np.where(outcome == 1, "na", values),
        # Of a twentieth of the defaults only, each value once: neither a ranking nor a category.
        part=np.where((outcome == 1) & (np.arange(3000) % 20 == 0), values, ""),
    )
    assert found["leak"].all()
    assert "its being missing alone reaches ROC AUC 1.000" in found.loc["whole", "reason"]
    assert found.loc["part", "missing_roc_auc"] < 0.6
    assert found.loc["part", "reason"].startswith("one outcome only: any value (")


def test_a_category_with_one_outcome() -> None:
    outcome = _outcome(4000)
    rng = np.random.default_rng(2)
    always = np.where((outcome == 1) & (rng.random(4000) < 0.05), "11650", "other")
    never = np.where((outcome == 0) & (rng.random(4000) < 0.2), "00813", "other")
    found = _scan(outcome, always=always, never=never)
    assert found["leak"].all()
    assert found.loc["always", "example"] == f"11650 ({(always == '11650').sum():,} rows, default rate 1)"
    assert found.loc["never", "example"] == f"00813 ({(never == '00813').sum():,} rows, default rate 0)"


def test_a_few_rows_with_one_outcome_are_chance() -> None:
    outcome = np.array([1] * 100 + [0] * 400, dtype="int8")
    found = _scan(outcome, label=["x"] * 15 + ["y"] * 485)
    assert not found["leak"].any()


def test_a_word_of_a_text_with_one_outcome() -> None:
    outcome = _outcome(3000)
    address = [
        f"{number} Street {'11650' if event and number % 10 < 3 else 20_000 + number}"
        for number, event in enumerate(outcome)
    ]
    (finding,) = _scan(outcome, address=address).to_dict("records")
    assert finding["leak"]
    assert finding["example"].startswith("word 11650 (")


def test_a_bin_of_numbers_with_one_outcome() -> None:
    outcome = _outcome(10_000, event_rate=0.2)
    rng = np.random.default_rng(9)
    recovered = np.where(
        (outcome == 1) & (rng.random(10_000) < 0.3), rng.uniform(500, 900, 10_000).round(2), 0
    )
    amount = np.where(recovered > 0, recovered, rng.uniform(0, 400, 10_000).round(2))
    found = _scan(outcome, recovered=recovered, amount=amount)
    assert found["leak"].all()
    assert found.loc["amount", "example"].startswith("above ")
    assert "default rate 1" in found.loc["amount", "example"]


def test_a_value_among_numbers_that_is_no_number_is_a_group_of_its_own() -> None:
    outcome = _outcome(10_000)
    rng = np.random.default_rng(9)
    marked = (outcome == 1) & (rng.random(10_000) < 0.04)
    (finding,) = _scan(outcome, balance=np.where(marked, "frozen", rng.random(10_000).round(4))).to_dict(
        "records"
    )
    assert finding["example"].startswith("value frozen (")


def test_examined_columns_are_allowed_but_reported() -> None:
    outcome = _outcome(500)
    settings = LeakSettings.model_validate({**SETTINGS.model_dump(), "allow": {"itself": "a made-up reason"}})
    found = _scan(outcome, settings, itself=outcome)
    assert not found.loc["itself", "leak"]
    assert "ROC AUC 1.000" in found.loc["itself", "reason"]
    assert found.loc["itself", "reason"].endswith("; allowed: a made-up reason")


@pytest.mark.parametrize(
    ("allow", "message"),
    [(["itself"], "no leak"), ({"itself": " "}, "itself: say why it is no leak")],
)
def test_a_column_is_allowed_with_a_reason_only(allow: object, message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        LeakSettings.model_validate({**SETTINGS.model_dump(), "allow": allow})


def test_the_seed_repeats() -> None:
    outcome = _outcome(500)
    columns = _noise(500, 5)
    pd.testing.assert_frame_equal(_scan(outcome, **columns), _scan(outcome, **columns))


def test_the_settings_of_conf_are_these(cleaning: Callable[..., Any]) -> None:
    assert cleaning().leaks == SETTINGS


def test_groups_of_one_outcome_are_no_leak_in_a_book_of_nearly_one_outcome() -> None:
    outcome = _outcome(20_000, event_rate=0.985)
    groups = [f"group {number % 100}" for number in range(20_000)]
    rates = pd.Series(outcome).groupby(groups).mean()
    assert (rates == 1).any()
    assert not _scan(outcome, groups=groups)["leak"].any()
    assert not _scan(1 - outcome, groups=groups)["leak"].any()
