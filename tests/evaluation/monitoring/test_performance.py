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
    return pd.DataFrame({"time": time, "probability": p, "outcome": outcome})


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
