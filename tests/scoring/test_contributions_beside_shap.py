"""The scoring code's Shapley values against those of the package shap, for the same game."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from loan_default.models.log_odds import log_odds
from loan_default.scoring import Scorer


def contributions_by_shap(
    scorer: Scorer, typical: Mapping[str, Any], application: Mapping[str, Any]
) -> np.ndarray:
    """Share out by shap, which looks at every coalition of so few fields."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", r"The set_\w+ function will", PendingDeprecationWarning)
        import shap

    names = list(application)

    def of_coalitions(members: np.ndarray) -> np.ndarray:
        mixed = [
            {**typical, **{name: application[name] for name, is_in in zip(names, row, strict=True) if is_in}}
            for row in members
        ]
        return log_odds(np.array([one.probability_of_default for one in scorer.decide(mixed)]))

    explainer = shap.KernelExplainer(of_coalitions, np.zeros((1, len(names))))
    return explainer.shap_values(np.ones(len(names)), silent=True, l1_reg=False)


@pytest.mark.parametrize(
    "changes",
    [
        {"amount": 25_000.0, "rate": 27.5, "months": 60.0, "income": 9_000.0},
        {
            "income": None,
            "grade": "C",
            "city": "town_3",
            "debts": 4.0,
            "owner": False,
            "note": "a longer note",
        },
    ],
)
def test_contributions_are_those_that_shap_finds(
    scorer: Scorer, typical: dict[str, Any], changes: dict[str, Any]
) -> None:
    found = scorer.contributions(typical | changes)
    assert sum(found.by_field.values()) == pytest.approx(found.application - found.typical)
    expected = contributions_by_shap(scorer, typical, changes)
    assert [found.by_field[name] for name in changes] == pytest.approx(expected.tolist(), abs=1e-5)
    assert np.abs(expected).max() > 0.1
