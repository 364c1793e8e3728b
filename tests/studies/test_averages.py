"""Means over deals of the same rows, by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import t

from loan_default.studies.averages import mean_over_deals


def test_the_interval_allows_for_the_rows_that_deals_share() -> None:
    values = pd.Series([0.70, 0.71, 0.75])
    found = mean_over_deals("roc_auc", values, 0.25, 0.9)
    assert found["roc_auc"] == pytest.approx(0.72)
    half = t.ppf(0.95, 2) * np.std(values, ddof=1) * np.sqrt(1 / 3 + 0.25)
    assert found["roc_auc_low"] == pytest.approx(0.72 - half)
    assert found["roc_auc_high"] == pytest.approx(0.72 + half)


def test_one_value_has_no_interval() -> None:
    found = mean_over_deals("brier", pd.Series([0.2]), 0.25, 0.95)
    assert found["brier"] == 0.2
    assert np.isnan(found["brier_low"])
    assert np.isnan(found["brier_high"])
