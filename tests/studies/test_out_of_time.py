"""A random split hides that a lender's customers change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from loan_default.errors import InputError
from loan_default.evaluation.over_time.protocols import (
    OUT_OF_TIME,
    RANDOM,
    lost_out_of_time,
    measure_protocols,
)
from loan_default.frames import TEST, TRAIN, in_part
from loan_default.models.logistic_regression import LogisticRegressionSettings
from loan_default.portfolio.description import Portfolio
from loan_default.studies.experiment import Conditions
from loan_default.studies.out_of_time import random_and_out_of_time

ROWS = 6000
Study = Callable[..., tuple[dict[str, pd.DataFrame], pd.Series]]


@pytest.fixture(scope="module")
def study(portfolio: Portfolio, conditions: Conditions) -> Study:
    """Run the study on a made-up lender; `turns` makes debt matter the other way round in the last tenth."""
    described = Portfolio.model_validate(
        {
            **portfolio.model_dump(exclude_defaults=True),
            "application_date": "applied",
            "columns": {
                "income": {"kind": "amount"},
                "debt": {"kind": "amount"},
                "applied": {"kind": "date"},
            },
            "post_outcome": [],
        }
    )

    def run(turns: bool, at_most: int = ROWS, days: int = 1000) -> tuple[dict[str, pd.DataFrame], pd.Series]:
        rng = np.random.default_rng(9)
        applied = pd.Timestamp("2020-01-01") + pd.to_timedelta(rng.integers(days, size=ROWS), unit="D")
        debt = rng.normal(size=ROWS)
        sign = np.where(turns & (applied > pd.Timestamp("2022-06-01")), -1, 1)
        bad = rng.random(ROWS) < 1 / (1 + np.exp(1.2 - sign * debt))
        raw = pd.DataFrame(
            {
                "loan": np.arange(ROWS),
                "income": np.exp(8 + rng.normal(size=ROWS)).round(2),
                "debt": (1000 + 100 * debt).round(3),
                "applied": applied.strftime("%Y-%m-%d"),
                "outcome": np.where(bad, "bad", "good"),
            }
        ).astype("str")
        raw.index = pd.RangeIndex(1, ROWS + 1, name="row_number")
        dated = pd.DataFrame({"row_id": raw["loan"].to_numpy(), "twin_group": np.arange(ROWS)})
        with_line = replace(conditions, models={"line": LogisticRegressionSettings()})
        predictions = random_and_out_of_time(raw, dated, described, (), with_line, "line", at_most)
        return predictions, pd.Series(applied, index=raw["loan"].to_numpy())

    return run


def test_customers_that_change_cost_out_of_time_only(study: Study) -> None:
    predictions, dates = study(turns=True)
    table = measure_protocols(predictions, dates, 0.95)
    newest = dates.loc[in_part(predictions[OUT_OF_TIME], TEST)["row_id"]]
    oldest = dates.loc[in_part(predictions[OUT_OF_TIME], TRAIN)["row_id"]]
    assert oldest.max() < newest.min()
    assert table.set_index("protocol").loc[RANDOM, "n"] == pytest.approx(600, abs=2)
    lost, low, _ = lost_out_of_time(table, 0.95)
    assert low > 0.1
    assert lost > 0.3


def test_customers_that_stay_cost_nothing(study: Study) -> None:
    predictions, dates = study(turns=False, at_most=3000)
    assert {len(frame) for frame in predictions.values()} == {3000}
    _, low, high = lost_out_of_time(measure_protocols(predictions, dates, 0.95), 0.95)
    assert low < 0 < high


def test_one_day_cannot_be_split_by_time(study: Study) -> None:
    with pytest.raises(InputError, match="part would have no row"):
        study(turns=False, days=1)
