"""What is planted in made-up files is shown, and what is not there is not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError

from loan_default.portfolio.description import Portfolio
from loan_default.studies.experiment import Conditions
from loan_default.studies.leaky_protocols import COLUMNS, METRICS, show_leaks
from loan_default.studies.settings import PROTOCOLS, LeaksShownSettings

Lender = Callable[..., pd.DataFrame]
Show = Callable[..., pd.DataFrame]


@pytest.fixture
def show(portfolio: Portfolio, conditions: Conditions) -> Show:
    """Show one protocol on a file; the table by metric."""

    def run(raw: pd.DataFrame, protocol: str) -> pd.DataFrame:
        settings = LeaksShownSettings.model_validate({"protocols": protocol, "stopped_models": ["lightgbm"]})
        table = show_leaks(raw, portfolio, conditions, settings)
        assert tuple(table.columns) == COLUMNS
        return table.set_index("metric")

    return run


def test_nothing_asked_nothing_trained(
    lender: Lender, portfolio: Portfolio, conditions: Conditions, monkeypatch: pytest.MonkeyPatch
) -> None:
    for step in ("sample_rows", "prepare", "measure"):
        monkeypatch.delattr(f"loan_default.studies.leaky_protocols.{step}")
    table = show_leaks(lender(100), portfolio, conditions, LeaksShownSettings())
    assert table.empty
    assert tuple(table.columns) == COLUMNS


def test_twins_apart_flatter_and_together_they_do_not(lender: Lender, show: Show) -> None:
    # Outcomes come from the profile: with five rows of each, a forest that has seen one knows the others.
    table = show(lender(2500, twins=5), "twins_apart")
    assert list(table.index) == list(METRICS)
    auc = table.loc["roc_auc"]
    assert auc["leaky"] > 0.95
    assert auc["honest"] < 0.75
    assert auc["flattery"] == pytest.approx(auc["leaky"] - auc["honest"])
    assert 0 < auc["flattery_low"] < auc["flattery"] < auc["flattery_high"]
    assert table.loc["brier", "flattery_high"] < 0
    assert set(table["rows"]) == {2500}


def test_the_honest_side_is_not_flattered_by_twins(lender: Lender, show: Show) -> None:
    with_twins = show(lender(2500, twins=5), "twins_apart").loc["roc_auc"]
    # The very profiles, one row each: what can be known of them.
    alone = show(lender(2500), "early_stopping_on_test").loc["roc_auc"]
    assert with_twins["honest_low"] < alone["honest"] < with_twins["honest_high"]


def test_post_outcome_columns_give_everything_away(lender: Lender, show: Show) -> None:
    raw = lender(2000, after_outcome=True)
    table = show(raw, "post_outcome_in")
    assert table.loc["roc_auc", "leaky"] > 0.99
    assert table.loc["f1", "leaky"] > 0.97
    assert table.loc["roc_auc", "honest"] < 0.75
    assert (table["test_rows_honest"] == table["test_rows_leaky"]).all()
    assert (table["event_rate_honest"] == table["event_rate_leaky"]).all()
    # The honest side does not know of them.
    without = show(raw.drop(columns=["recovered", "collector"]), "early_stopping_on_test")
    assert without.loc["roc_auc", "honest"] < 0.75


def test_resampling_before_the_split_flatters(lender: Lender, show: Show) -> None:
    table = show(lender(2000), "resample_before_split")
    auc = table.loc["roc_auc"]
    assert auc["flattery_low"] > 0.05
    assert auc["event_rate_honest"] < 0.35
    # Synthetic defaults lie in the test part too.
    assert 0.4 < auc["event_rate_leaky"] < 0.6
    assert auc["test_rows_leaky"] > auc["test_rows_honest"]


def test_early_stopping_on_test_is_measured_on_the_same_rows(lender: Lender, show: Show) -> None:
    table = show(lender(1200), "early_stopping_on_test")
    assert set(table["model"]) == {"lightgbm"}
    auc = table.loc["roc_auc"]
    assert auc["test_rows_honest"] == auc["test_rows_leaky"] == 120
    # Paired: far narrower than either side.
    width = auc["flattery_high"] - auc["flattery_low"]
    assert width < 0.7 * (auc["honest_high"] - auc["honest_low"])
    assert auc["flattery"] > -0.03


@pytest.mark.parametrize(
    ("protocol", "reason"),
    [
        ("twins_apart", "no two rows are twins"),
        ("post_outcome_in", "the file has none of the columns that are described as post-outcome"),
    ],
)
def test_what_a_file_cannot_show_it_says(lender: Lender, show: Show, protocol: str, reason: str) -> None:
    (row,) = show(lender(300), protocol).reset_index().to_dict("records")
    assert row["protocol"] == protocol
    assert row["does_not_apply"] == reason
    assert np.isnan(row["honest"])


def test_rows_that_are_balanced_already_cannot_be_resampled(lender: Lender, show: Show) -> None:
    raw = lender(600)
    events = raw.index[raw["outcome"] == "bad"]
    goods = raw.index[raw["outcome"] == "good"][: len(events) // 2]
    (row,) = show(raw.loc[events.union(goods)], "resample_before_split").reset_index().to_dict("records")
    assert row["does_not_apply"].startswith("the rows cannot be rebalanced")


def test_every_protocol_is_asked_for_by_all_and_several_by_plus() -> None:
    assert LeaksShownSettings.model_validate({"protocols": "all"}).protocols == PROTOCOLS
    two = LeaksShownSettings.model_validate({"protocols": "twins_apart+post_outcome_in"})
    assert two.protocols == ("twins_apart", "post_outcome_in")
    assert LeaksShownSettings.model_validate({"protocols": ["twins_apart"]}).protocols == ("twins_apart",)
    with pytest.raises(ValidationError, match="twins_apart"):
        LeaksShownSettings.model_validate({"protocols": "twins"})


def test_the_rows_are_a_sample(lender: Lender, portfolio: Portfolio, conditions: Conditions) -> None:
    settings = LeaksShownSettings(
        protocols=("early_stopping_on_test",), stopped_models=("lightgbm",), rows=500
    )
    quick = replace(conditions, evaluation=conditions.evaluation.model_copy(update={"resamples": 100}))
    assert set(show_leaks(lender(900), portfolio, quick, settings)["rows"]) == {500}
