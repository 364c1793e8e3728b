"""An ONNX model gives each row the same score, however many rows come together."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from loan_default.models.onnx_export import to_onnx
from loan_default.scoring.onnx_model import OnnxModel


@pytest.fixture(scope="module")
def model() -> LogisticRegression:
    rng = np.random.default_rng(0)
    X = rng.normal(size=(200, 3)).astype(np.float32)
    return LogisticRegression().fit(X, X[:, 0] + rng.normal(size=200) > 0)


@pytest.mark.parametrize("rows", [1, 256, 257, 4_999, 5_000, 12_345])
def test_rows_keep_their_order_in_blocks_and_threads(model: LogisticRegression, rows: int) -> None:
    X = np.random.default_rng(rows).normal(size=(rows, 3)).astype(np.float32)
    scored = OnnxModel(to_onnx(model, 3)).run(X)
    assert (scored.shape, scored.dtype) == ((rows,), np.float64)
    np.testing.assert_allclose(scored, model.predict_proba(X)[:, 1], atol=1e-6)


def test_no_rows_give_no_scores(model: LogisticRegression) -> None:
    assert OnnxModel(to_onnx(model, 3)).run(np.empty((0, 3), np.float32)).shape == (0,)
