"""Repeated folds: averages, and intervals that allow for overlapping train rows."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError
from scipy.stats import t

from loan_default.studies.field_settings import FieldSettings, FoldSettings
from loan_default.studies.folds import MEASURED, summarise_folds


def results() -> pd.DataFrame:
    """Two repeats of two folds by hand."""
    rows = [
        {"repeat": repeat, "fold": fold, "model": model, "train_rows": 100, "test_rows": 50, "seconds": 2.0,
         **dict.fromkeys(MEASURED, value)}
        for model, values in {"ann": (0.70, 0.72, 0.74, 0.76), "line": (0.69, 0.72, 0.72, 0.75)}.items()
        for (repeat, fold), value in zip([(1, 1), (1, 2), (2, 1), (2, 2)], values, strict=True)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def test_means_and_corrected_intervals_by_hand() -> None:
    summary = summarise_folds(results(), "ann", 0.95).set_index("model")
    assert summary.index.tolist() == ["ann", "line"]
    assert summary.loc["ann", "roc_auc"] == pytest.approx(0.73)
    # s^2 (1/k + n_test / n_train) with k = 4 and a test part half as large as the train part.
    half = t.ppf(0.975, 3) * np.std([0.70, 0.72, 0.74, 0.76], ddof=1) * np.sqrt(1 / 4 + 1 / 2)
    assert summary.loc["ann", "roc_auc_high"] == pytest.approx(0.73 + half)
    assert np.isnan(summary.loc["ann", "difference"])
    assert summary.loc["line", "difference"] == pytest.approx(-0.01)
    paired = t.ppf(0.975, 3) * np.std([-0.01, 0, -0.02, -0.01], ddof=1) * np.sqrt(0.75)
    assert summary.loc["line", "difference_low"] == pytest.approx(-0.01 - paired)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"folds": {"number": 1}}, "one fold would leave nothing"),
        ({"folds": {"models": ["ann", "oracle"]}}, "no such model: oracle"),
        ({"train_rows": {"oracle": 5000}}, "no such model: oracle"),
        ({"train_rows": {"kernel_svm": 10}}, "too few"),
    ],
)
def test_settings_that_make_no_sense_are_refused(settings: dict[str, object], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        FieldSettings.model_validate(settings)


def test_models_can_be_joined_on_the_command_line() -> None:
    assert FoldSettings.model_validate({"models": "ann+lightgbm"}).models == ("ann", "lightgbm")
