"""Made-up loans in which one feature is known to raise the default rate."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest


def make_rows(n, seed):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, 5)).astype(np.float32)
    y = (rng.random(n) < 1 / (1 + np.exp(2 - 2 * X[:, 0]))).astype(np.int8)
    return X, y


@pytest.fixture(scope="session")
def made_up():
    X_train, y_train = make_rows(2000, 1)
    X_validation, y_validation = make_rows(800, 2)
    return SimpleNamespace(
        X_train=X_train, y_train=y_train, X_validation=X_validation, y_validation=y_validation
    )


@pytest.fixture
def make_scores():
    def make(score, default, part="validation"):
        return pd.DataFrame(
            {"row_id": np.arange(len(score)), "part": part, "default": np.int8(default), "score": score}
        )

    return make
