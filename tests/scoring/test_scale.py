"""Points."""

from __future__ import annotations

import numpy as np

from loan_default.scoring.scale import Scale


def test_base_odds_give_the_base_score_and_double_odds_so_many_points_more() -> None:
    scale = Scale(base_score=600, base_odds=50, points_to_double_odds=20)
    odds_of_default = np.array([1 / 50, 1 / 100, 1 / 25, 1.0])
    # 600 - 20 log2(50) = 487.1 where default is as likely as not.
    assert scale.points(np.log(odds_of_default)).tolist() == [600, 620, 580, 487]


def test_less_risk_never_has_fewer_points() -> None:
    points = Scale(base_score=500, base_odds=1, points_to_double_odds=40).points(np.linspace(-16, 16, 999))
    assert (np.diff(points) <= 0).all()
