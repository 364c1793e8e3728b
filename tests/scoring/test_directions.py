"""The measure of direction, on models whose direction is planted."""

from __future__ import annotations

import math
from collections.abc import Callable

import pandas as pd
import pytest

from loan_default.errors import InputError
from loan_default.scoring import Scorer
from loan_default.scoring.directions import measure_direction


@pytest.mark.parametrize("weight", [0.8, -0.8])
def test_a_planted_direction_is_found(plant: Callable[..., Scorer], raw: pd.DataFrame, weight: float) -> None:
    scorer = plant(income=weight)
    applications = scorer.values(raw[scorer.score(raw)["reason"].isna()])
    found = measure_direction(scorer, applications, "income", 1.5)
    assert found.mean_change * weight > 0
    with_it, against_it = found.share_raised, found.share_lowered
    if weight < 0:
        with_it, against_it = against_it, with_it
    assert with_it > 0.9, "incomes that are capped as outliers change nothing"
    assert against_it == 0


def test_a_field_without_effect_has_no_direction(plant: Callable[..., Scorer], raw: pd.DataFrame) -> None:
    scorer = plant(income=0.0)
    applications = scorer.values(raw[scorer.score(raw)["reason"].isna()])
    found = measure_direction(scorer, applications, "income", 1.5)
    assert (found.mean_change, found.share_raised, found.share_lowered) == (0, 0, 0)


def test_only_what_stays_within_training_is_changed(scorer: Scorer, raw: pd.DataFrame) -> None:
    (income,) = (field for field in scorer.fields if field.name == "income")
    applications = scorer.values(raw[scorer.score(raw)["reason"].isna()])
    expected = sum(
        isinstance(one["income"], float) and 0 < one["income"] <= float(income.training_high or math.inf) / 2
        for one in applications
    )
    assert 0 < expected < len(applications)
    assert measure_direction(scorer, applications, "income", 2).applications == expected


def test_what_cannot_be_changed_is_named(scorer: Scorer, raw: pd.DataFrame) -> None:
    applications = scorer.values(raw.head(5))
    with pytest.raises(InputError, match="'purpose' is no number of this model; choose one of"):
        measure_direction(scorer, applications, "purpose", 2)
    with pytest.raises(InputError, match="No application can be changed in 'income' by the factor 1"):
        measure_direction(scorer, applications, "income", 1)
