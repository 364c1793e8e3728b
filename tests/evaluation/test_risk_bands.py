"""Risk bands and their policies."""

from __future__ import annotations

import numpy as np
import pytest

from loan_default.evaluation.risk_bands import Band, Bands, Policy, disagreement, disagrees

POLICIES: tuple[Policy, ...] = ("accept", "refer", "decline")
THREE = (
    Band(name="low", low=0, high=0.2, policy="accept"),
    Band(name="medium", low=0.2, high=0.5, policy="refer"),
    Band(name="high", low=0.5, high=1, policy="decline"),
)


@pytest.mark.parametrize(
    ("probability", "place"), [(0.0, 0), (0.1999, 0), (0.2, 1), (0.49999, 1), (0.5, 2), (1.0, 2)]
)
def test_a_band_begins_at_its_lower_end(probability: float, place: int) -> None:
    bands = Bands(THREE)
    assert bands.of(probability) == THREE[place]
    many = np.array([probability, 0.3])
    assert bands.places(many).tolist() == [place, 1]
    assert bands.names(many).tolist() == [THREE[place].name, "medium"]
    assert bands.policies(many).tolist() == [THREE[place].policy, "refer"]


def test_one_band_holds_everything() -> None:
    bands = Bands((Band(name="all", low=0, high=1, policy="refer"),))
    assert bands.names(np.array([0.0, 1.0])).tolist() == ["all", "all"]


def test_to_refer_goes_with_either_prediction() -> None:
    assert [(policy, said) for policy in POLICIES for said in (False, True) if disagrees(policy, said)] == [
        ("accept", True),
        ("decline", False),
    ]


@pytest.mark.parametrize(
    ("threshold", "expected"),
    [(0.1, (0.1, 0.2)), (0.2, None), (0.35, None), (0.5, None), (0.6, (0.5, 0.6)), (0.999, (0.5, 0.999))],
)
def test_where_policy_and_prediction_disagree(threshold: float, expected: tuple[float, float] | None) -> None:
    assert disagreement(THREE, threshold) == expected
    # The same, application by application.
    bands = Bands(THREE)
    against = [
        step / 1000
        for step in range(1001)
        if disagrees(bands.of(step / 1000).policy, step / 1000 >= threshold)
    ]
    assert (min(against), max(against) + 0.001) == pytest.approx(expected) if expected else not against


def test_a_policy_for_all() -> None:
    everybody = (Band(name="all", low=0, high=1, policy="accept"),)
    assert disagreement(everybody, 0.3) == (0.3, 1)
    nobody = (Band(name="all", low=0, high=1, policy="decline"),)
    assert disagreement(nobody, 0.3) == (0, 0.3)
