"""Scalings as applied are those of scikit-learn."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.preprocessing import MinMaxScaler, QuantileTransformer, StandardScaler

from loan_default.features.fit_encoders import fit_scaling
from loan_default.features.scaling import NormalScore


def normal_score(values, count):
    estimator = QuantileTransformer(n_quantiles=count, output_distribution="normal", subsample=None)
    estimator.fit(values[:, None])
    return estimator, NormalScore(quantiles=estimator.quantiles_[:, 0].tolist())


@pytest.mark.parametrize("kind", ["continuous", "ties", "many zeros", "two values"])
def test_normal_scores_equal_the_estimators(kind):
    rng = np.random.default_rng(3)
    train = {
        "continuous": rng.lognormal(size=3000),
        "ties": rng.integers(0, 6, 3000).astype(float),
        "many zeros": rng.poisson(0.3, 3000).astype(float),
        "two values": rng.choice([36.0, 60.0], 3000),
    }[kind]
    estimator, scaling = normal_score(train, 100)
    ends = [
        train.min(),
        train.max(),
        train.min() - 5,
        train.max() + 5,
        train.min() + 1e-8,
        train.max() - 1e-8,
    ]
    values = np.concatenate([train, ends, np.nextafter(train[:50], np.inf), rng.normal(0, 50, 200)])
    np.testing.assert_allclose(
        scaling.scale(values), estimator.transform(values[:, None])[:, 0], rtol=0, atol=1e-9
    )


NUMBERS = st.floats(-1e6, 1e6).map(lambda number: round(number, 6))


@given(st.lists(NUMBERS, min_size=2, max_size=30).filter(lambda v: max(v) - min(v) > 1e-3))
def test_fitted_normal_scores_are_finite_ordered_and_the_estimators(numbers):
    values = np.array(numbers)
    scaling = fit_scaling(values, "quantile")
    estimator = QuantileTransformer(
        n_quantiles=len(scaling.quantiles), output_distribution="normal", subsample=None
    )
    spread = np.ptp(values)
    estimator.fit(np.concatenate(([values.min() - spread], values, [values.max() + spread]))[:, None])
    ordered = np.sort(np.concatenate([values, values + 1, values - 1e9]))
    scores = scaling.scale(ordered)
    np.testing.assert_allclose(scores, estimator.transform(ordered[:, None])[:, 0], rtol=0, atol=1e-7)
    assert np.isfinite(scores).all()
    assert (np.diff(scores) >= -1e-9).all()


def test_many_equal_values_at_an_end_are_no_outliers():
    values = np.concatenate([np.zeros(6000), np.arange(1.0, 4001.0)])
    scaled = fit_scaling(values, "quantile").scale(values)
    # Zeros hold the ranks from 0 to 0.6: their middle rank 0.3 has the normal score -0.524.
    assert scaled[0] == pytest.approx(-0.524, abs=0.01)
    assert scaled.max() < 4


def test_number_of_quantiles_follows_the_rows():
    for rows, count in ((5, 7), (100, 10), (3000, 100), (60_000, 1000)):
        assert len(fit_scaling(np.arange(float(rows)), "quantile").quantiles) == count


@pytest.mark.parametrize(("method", "estimator"), [("zscore", StandardScaler()), ("minmax", MinMaxScaler())])
def test_linear_scalings_equal_the_estimators(method, estimator):
    rng = np.random.default_rng(3)
    train, values = rng.lognormal(size=500), rng.lognormal(size=500) * 2
    expected = estimator.fit(train[:, None]).transform(values[:, None])[:, 0]
    np.testing.assert_allclose(fit_scaling(train, method).scale(values), expected, rtol=1e-12, atol=1e-12)
