"""Points and bands."""

from __future__ import annotations

import numpy as np
import pytest

from loan_default.scoring.scale import Band, Bands, Scale


def test_base_odds_give_the_base_score_and_double_odds_so_many_points_more() -> None:
    scale = Scale(base_score=600, base_odds=50, points_to_double_odds=20)
    odds_of_default = np.array([1 / 50, 1 / 100, 1 / 25, 1.0])
    # 600 - 20 log2(50) = 487.1 where default is as likely as not.
    assert scale.points(np.log(odds_of_default)).tolist() == [600, 620, 580, 487]


def test_less_risk_never_has_fewer_points() -> None:
    points = Scale(base_score=500, base_odds=1, points_to_double_odds=40).points(np.linspace(-16, 16, 999))
    assert (np.diff(points) <= 0).all()


@pytest.mark.parametrize(
    ("probability", "name"), [(0.0, "low"), (0.1999, "low"), (0.2, "medium"), (0.5, "high"), (1.0, "high")]
)
def test_a_band_begins_at_its_lower_end(probability: float, name: str) -> None:
    bands = Bands(
        (
            Band(name="low", low=0, high=0.2),
            Band(name="medium", low=0.2, high=0.5),
            Band(name="high", low=0.5, high=1),
        )
    )
    assert bands.name(probability) == name
    assert bands.names(np.array([probability])).tolist() == [name]
