from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.stats import chi2

from loan_default.evaluation.stability import population_stability_index
from loan_default.portfolio.chapters.data_tables import (
    DataFacts,
    drift_table,
    missing_table,
    part_rates,
    part_table,
    reject_table,
    unused_table,
)


def test_parts_have_rates_with_intervals(report: dict[str, Any], clean: pd.DataFrame) -> None:
    rates = part_rates(clean)
    table = part_table(report, rates, 0.95).set_index("part")
    assert table["share"].to_dict() == pytest.approx({"train": 6 / 9, "validation": 2 / 9, "test": 1 / 9})
    half = 1.959964 * np.sqrt(0.2 * 0.8 / 99)
    assert table.loc["test", "event_rate_low"] == pytest.approx(0.2 - half)
    assert table.loc["test", "event_rate_high"] == pytest.approx(0.2 + half)
    # Twins in pairs: half the evidence.
    clean["twin_group"] = clean.index // 2 * 2
    clean["default"] = (clean["twin_group"] % 10 == 0).astype(int)
    assert part_rates(clean)["test"].error == pytest.approx(np.sqrt(0.2 * 0.8 / 49))


def test_an_interval_ends_at_zero(report: dict[str, Any], clean: pd.DataFrame) -> None:
    clean["default"] = (clean.index % 100 == 0).astype(int)
    table = part_table(report, part_rates(clean), 0.95)
    assert table["event_rate_low"].min() == 0


def test_rejects_by_column_with_the_first_as_example() -> None:
    rejected = pd.DataFrame(
        {
            "row_number": [3, 8, 9],
            "reason": ["amount: 'x' is no number", "job: too long; amount: 'y'", "amount: 'z' is no number"],
        }
    )
    assert reject_table(rejected).to_dict("records") == [
        {"column": "amount", "rows": 2, "example": "row 3: amount: 'x' is no number"},
        {"column": "job", "rows": 1, "example": "row 8: job: too long; amount: 'y'"},
    ]
    assert reject_table(rejected.head(0)).empty


def test_missing_values_emptiest_first(report: dict[str, Any]) -> None:
    assert missing_table(report)["name"].tolist() == ["job", "rate"]
    assert list(missing_table({"missing": {}})) == [
        "name", "share_train", "share_elsewhere", "filled_with", "flagged"
    ]  # fmt: skip


def test_drift_is_of_raw_inputs(feature_report: pd.DataFrame) -> None:
    table = drift_table(feature_report)
    assert table["name"].tolist() == ["amount", "rate", "job"]
    assert table["verdict"].tolist() == ["moved", "moving", "stable"]
    at_the_marks = feature_report.assign(psi=[0.25, 0.1, 0, 0, 0.0999, 0])
    assert drift_table(at_the_marks)["verdict"].tolist() == ["moved", "moving", "stable", "stable"]


def test_what_is_not_used_and_why(report: dict[str, Any], feature_report: pd.DataFrame) -> None:
    assert dict(unused_table(report, feature_report).itertuples(index=False, name=None)) == {
        "job": "dropped by the leak scan",
        "applied": "kind date is not a feature itself",
        "member": "in the file, not described",
        "url": "in the file, not described",
        "title": "described, not in the file or empty",
        "title_length": "derived, needs title",
    }


def test_chance_seldom_exceeds_the_index_that_it_is_said_to_reach(report: dict[str, Any]) -> None:
    empty = pd.DataFrame()
    drift = pd.DataFrame({"psi": np.zeros(20)})
    facts = DataFacts(report, {}, empty, empty, empty, drift, empty, 0.95, psi_bins=10)
    mark = chi2.ppf(1 - 0.05 / 20, 9) * (1 / 600 + 1 / 100)
    assert facts.chance_psi == pytest.approx(mark)
    rng = np.random.default_rng(1)
    beyond = [
        max(
            population_stability_index(pd.Series(rng.random(600)), pd.Series(rng.random(100)))
            for _ in range(20)
        )
        > mark
        for _ in range(40)
    ]
    assert np.mean(beyond) < 0.2
