"""The experiment's steps are those of the pipelines."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from loan_default.frames import TEST, TRAIN, VALIDATION, in_part
from loan_default.models.lightgbm import LightGbmSettings
from loan_default.portfolio.description import Portfolio
from loan_default.studies.experiment import Conditions, measure, prepare, sample_rows

Lender = Callable[..., pd.DataFrame]


def test_from_a_raw_file_to_measured_predictions(
    lender: Lender, portfolio: Portfolio, conditions: Conditions
) -> None:
    prepared = prepare(lender(2000), portfolio, conditions)
    assert prepared.model_input["part"].value_counts().to_dict() == {TRAIN: 1400, VALIDATION: 400, TEST: 200}
    measured = measure(prepared.model_input, "lightgbm", conditions)
    test = in_part(measured.predictions, TEST)
    assert measured.metrics["roc_auc"] == pytest.approx(roc_auc_score(test["default"], test["probability"]))
    assert measured.metrics["n"] == 200
    again = measure(prepared.model_input, "lightgbm", conditions)
    pd.testing.assert_frame_equal(again.predictions, measured.predictions)


def test_a_column_that_leaks_is_dropped_as_in_the_pipeline(
    lender: Lender, portfolio: Portfolio, conditions: Conditions
) -> None:
    raw = lender(1000)
    raw["job"] = raw["outcome"]
    prepared = prepare(raw, portfolio, conditions)
    assert prepared.leaks == ("job",)
    assert not [name for name in prepared.model_input if name.startswith("job")]


def test_a_sample_keeps_groups_of_twins_whole(
    lender: Lender, portfolio: Portfolio, conditions: Conditions
) -> None:
    raw = lender(1200, twins=4)
    sample = sample_rows(raw, portfolio, conditions, 402)
    assert 396 < len(sample) <= 402
    assert set(sample.groupby(["income", "debt"]).size()) == {4}
    assert sample.index.is_monotonic_increasing
    pd.testing.assert_frame_equal(sample, raw.loc[sample.index])
    other = sample_rows(raw, portfolio, replace(conditions, seed=6), 402)
    assert set(other.index) != set(sample.index)
    assert sample_rows(raw, portfolio, conditions, 1200) is raw


def test_the_rows_that_stop_the_training_can_be_chosen(
    lender: Lender, portfolio: Portfolio, conditions: Conditions
) -> None:
    settings = LightGbmSettings(max_rounds=60, patience=5, min_data_in_leaf=5)
    quick = replace(conditions, models={"lightgbm": settings})
    model_input = prepare(lender(1500), portfolio, quick).model_input
    stopped = {part: measure(model_input, "lightgbm", quick, stopped_on=part) for part in (TEST, TRAIN)}
    # Stopped on what it is trained on, it trains on to the end.
    assert stopped[TRAIN].metrics["train_roc_auc"] > stopped[TEST].metrics["train_roc_auc"] + 0.05
