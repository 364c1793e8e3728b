"""Known outcomes by month; all made up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from loan_default.evaluation.monitoring.performance import measure_performance


@pytest.fixture
def predictions() -> pd.DataFrame:
    rng = np.random.default_rng(3)
    p = rng.beta(2, 5, 600)
    outcome = (rng.random(600) < p).astype(float)
    outcome[:150] = np.nan
    time = pd.Series(np.repeat(pd.to_datetime(["2026-01-15", "2026-02-15", "NaT"]), 200))
    refused = (p >= 0.5).astype(int)
    return pd.DataFrame({"time": time, "probability": p, "prediction": refused, "outcome": outcome})


def test_all_and_by_month(predictions: pd.DataFrame, settings: Callable[..., Any]) -> None:
    table = measure_performance(predictions, settings(min_events=10)).set_index("month")
    assert table["predictions"].to_dict() == {"all": 600, "2026-01": 200, "2026-02": 200, "no date": 200}
    assert table["n"].to_dict() == {"all": 450, "2026-01": 50, "2026-02": 200, "no date": 200}
    known = predictions.dropna(subset="outcome")
    assert table.loc["all", "events"] == known["outcome"].sum()
    assert table.loc["all", "ratio"] == pytest.approx(known["outcome"].sum() / known["probability"].sum())
    february = known.loc[known["time"] == "2026-02-15"]
    auc = roc_auc_score(february["outcome"], february["probability"])
    assert table.loc["2026-02", "roc_auc"] == pytest.approx(auc)
    assert table.loc["2026-02", "roc_auc_low"] < auc < table.loc["2026-02", "roc_auc_high"]


def test_too_few_defaults_leave_a_gap(predictions: pd.DataFrame, settings: Callable[..., Any]) -> None:
    table = measure_performance(predictions, settings(min_events=40)).set_index("month")
    assert table["roc_auc"].notna().to_dict() == {
        "all": True,
        "2026-01": False,
        "2026-02": True,
        "no date": True,
    }
    assert table["event_rate_low"].notna().all()


def test_nothing_known(predictions: pd.DataFrame, settings: Callable[..., Any]) -> None:
    assert measure_performance(predictions.assign(outcome=np.nan), settings()).empty


def test_what_is_known_of_whom_and_what_it_promises(settings: Callable[..., Any]) -> None:
    """By hand: of pairs of granted loans (.2, .2, .4) a third tie; the refused one (.8) is not known."""
    rows = pd.DataFrame(
        {
            "time": pd.Timestamp("2026-01-15"),
            "probability": [0.2, 0.2, 0.4, 0.8],
            "prediction": [0, 0, 0, 1],
            "outcome": [0, 1, 0, np.nan],
        }
    )
    row = measure_performance(rows, settings()).iloc[0]
    assert (row["known_of_refused"], row["known_of_granted"]) == (0, 1)
    # Chance of (default, good) by pair: won where the default has the higher probability.
    won = 0.4 * 0.8 * 2 + (0.2 * 0.8 * 2) / 2
    lost = 0.2 * 0.6 * 2 + (0.2 * 0.8 * 2) / 2
    assert row["promised_roc_auc"] == pytest.approx(won / (won + lost))
    assert row["promised_by_all"] > row["promised_roc_auc"]


def test_a_month_without_a_default(predictions: pd.DataFrame, settings: Callable[..., Any]) -> None:
    february = predictions["time"] == "2026-02-15"
    table = measure_performance(predictions.assign(outcome=predictions["outcome"].mask(february, 0.0)),
                                settings()).set_index("month")  # fmt: skip
    row = table.loc["2026-02"]
    assert (row["n"], row["events"], row["ratio"], row["event_rate_low"]) == (200, 0, 0, 0)
    assert 0.01 < row["event_rate_high"] < 0.03
    assert np.isnan(row["roc_auc"])


def test_probabilities_that_know_one_outcome_promise_nothing(settings: Callable[..., Any]) -> None:
    rows = pd.DataFrame({"time": [pd.Timestamp("2026-01-15")] * 100, "probability": 1.0, "prediction": 1,
                         "outcome": np.arange(100) % 2})  # fmt: skip
    assert np.isnan(measure_performance(rows, settings())["promised_roc_auc"].iloc[0])
