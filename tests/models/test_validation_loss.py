import numpy as np
import pytest

from loan_default.models.validation_loss import validation_loss


def test_by_hand():
    loss = validation_loss(np.array([0.8, 0.5]), np.array([1, 0]), {"method": "none"})
    assert loss == pytest.approx(-(np.log(0.8) + np.log(0.5)) / 2)


def test_scores_are_corrected_first():
    record = {"method": "undersample", "beta": 0.25}  # 0.8 becomes 0.5, 0.5 becomes 0.2
    loss = validation_loss(np.array([0.8, 0.5]), np.array([1, 0]), record)
    assert loss == pytest.approx(-(np.log(0.5) + np.log(0.8)) / 2)


def test_certain_and_wrong_is_finite_and_nan_is_nan():
    assert np.isfinite(validation_loss(np.array([0.0]), np.array([1]), {"method": "none"}))
    assert np.isnan(validation_loss(np.array([np.nan]), np.array([1]), {"method": "none"}))
