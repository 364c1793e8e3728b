"""Stored bins, counts, and the drift they show; all made up."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from loan_default.evaluation.monitoring.inputs import COLUMNS, measure_inputs
from loan_default.evaluation.monitoring.reference import ColumnReference
from loan_default.evaluation.monitoring.tally import InputTally
from loan_default.evaluation.stability import population_stability_index

NUMBERS = pd.Series([*range(90), *[np.nan] * 10], dtype=float)


def measured(reference: pd.Series, current: pd.Series, settings: Any, closed: bool = True) -> dict[str, Any]:
    # By way of JSON, as it lies in a bundle.
    learnt = ColumnReference.learn(reference, closed=closed).model_dump(mode="json")
    columns = {"x": ColumnReference.model_validate(json.loads(json.dumps(learnt)))}
    tally = InputTally(columns)
    half = len(current) // 2
    for part in (current.iloc[:half], current.iloc[half:]):  # in parts as in one
        tally.add(part.to_frame("x"))
    (row,) = measure_inputs(columns, tally, settings).to_dict("records")
    return {str(name): value for name, value in row.items()}


def test_stored_bins_measure_what_the_columns_themselves_measure(settings: Callable[..., Any]) -> None:
    rng = np.random.default_rng(1)
    then, now = pd.Series(rng.normal(size=5000)), pd.Series(rng.normal(0.3, 1.2, 3000))
    now.iloc[:50] = np.nan
    assert measured(then, now, settings())["psi"] == pytest.approx(population_stability_index(then, now))


@pytest.mark.parametrize(
    "values",
    [
        NUMBERS,
        pd.Series(["a", "b", "c", None] * 25, dtype="str"),
        pd.Series(pd.date_range("2020-01-01", periods=100)),
        pd.Series([0.0] * 100),
    ],
)
def test_a_column_has_not_moved_from_itself(values: pd.Series, settings: Callable[..., Any]) -> None:
    row = measured(values, values, settings(min_rows=50))
    assert row["psi"] == 0
    assert (row["verdict"], row["missing"], row["new_share"]) == ("good", values.isna().mean(), 0)


def test_by_hand(settings: Callable[..., Any]) -> None:
    """Shares .5 and .5 become .8 and .2: 0.3 ln 1.6 - 0.3 ln 0.4 = 0.41589."""
    then, now = pd.Series(["a", "b"] * 500), pd.Series(["a"] * 800 + ["b"] * 200)
    row = measured(then, now, settings())
    assert row["psi"] == pytest.approx(0.4158883)
    assert row["psi_expected"] == pytest.approx(2 / 1000)  # one degree of freedom
    assert row["largest_move"] == "a: 50.0 % to 80.0 %"
    assert row["verdict"] == "bad"


def test_missing_values_by_hand(settings: Callable[..., Any]) -> None:
    row = measured(NUMBERS, pd.Series([*range(70), *[np.nan] * 30] * 10, dtype=float), settings())
    assert (row["missing_then"], row["missing"]) == (0.1, 0.3)
    assert row["missing_low"] < 0.3 < row["missing_high"]
    assert row["missing_verdict"] == "bad"


def test_new_labels_of_a_closed_list_only(settings: Callable[..., Any]) -> None:
    then = pd.Series(["rent", "own"] * 300, dtype="str")
    now = pd.Series(["rent", "own"] * 180 + ["boat"] * 30 + ["tent"] * 10, dtype="str")
    row = measured(then, now, settings())
    assert (row["new_share"], row["new_labels"]) == (0.1, "boat (30) and tent (10)")
    assert row["new_verdict"] == "bad"
    row = measured(then, now, settings(), closed=False)
    assert (row["new_share"], row["new_verdict"]) == (0, "good")
    assert row["largest_move"] == "other labels: 0.0 % to 10.0 %"


def test_rare_labels_share_a_bin_and_are_no_news(settings: Callable[..., Any]) -> None:
    then = pd.Series(["a"] * 500 + ["b"] * 496 + ["c", "d", "e", "f"], dtype="str")
    learnt = ColumnReference.learn(then, closed=True)
    assert learnt.bins.labels == ["a", "b", "other labels", "never seen", "missing"]
    assert learnt.counts == (500, 496, 4, 0, 0)
    row = measured(then, pd.Series(["a", "b"] * 150 + ["f"] * 2, dtype="str"), settings())
    assert (row["new_share"], row["verdict"]) == (0, "good")
    assert ColumnReference.learn(then, closed=False).bins.others is None, "rare ones are not named"


def test_without_drift_red_is_as_rare_as_asked_for(settings: Callable[..., Any]) -> None:
    """60 rows of ten bins: PSI is beyond 0.25 now and then, by chance alone."""
    rng = np.random.default_rng(2)
    then, asked = pd.Series(rng.normal(size=4000)), settings(min_rows=50)
    rows = [measured(then, pd.Series(rng.normal(size=60)), asked) for _ in range(100)]
    assert sum(row["psi"] > 0.25 for row in rows) > 6
    assert sum(row["psi_verdict"] == "bad" for row in rows) <= 5
    assert np.mean([row["psi"] for row in rows]) == pytest.approx(rows[0]["psi_expected"], rel=0.1)


def test_few_rows_are_not_judged(settings: Callable[..., Any]) -> None:
    row = measured(NUMBERS, NUMBERS + 1000, settings(min_rows=101))
    assert row["psi"] > 1
    assert row["verdict"] == "none"


def test_without_rows_there_is_an_empty_table(settings: Callable[..., Any]) -> None:
    columns = {"x": ColumnReference.learn(NUMBERS, closed=True)}
    table = measure_inputs(columns, InputTally(columns), settings())
    assert table.empty
    assert tuple(table.columns) == COLUMNS
