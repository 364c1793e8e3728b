import numpy as np
import pandas as pd

from loan_default.frames import KEYS
from loan_default.models.calibrator import Calibrator
from loan_default.models.predictions import make_predictions, score_rows

MODEL_INPUT = pd.DataFrame(
    {
        "row_id": [11, 12, 13],
        "part": ["train", "validation", "test"],
        "default": np.array([0, 1, 0], dtype=np.int8),
        "twin_group": [1, 2, 2],
        "income": np.array([0.25, 0.5, 0.75], dtype=np.float32),
    },
    index=[5, 3, 1],
)


def test_rows_keep_identity_and_order():
    scores = score_rows(MODEL_INPUT, lambda X: X[:, 0])
    assert list(scores.columns) == ["row_id", "part", "default", "twin_group", "score"]
    assert scores["row_id"].tolist() == [11, 12, 13]
    assert scores["score"].tolist() == [0.25, 0.5, 0.75]
    assert scores["score"].dtype == np.float64


def test_neither_outcome_nor_keys_reach_the_model():
    seen = []
    score_rows(MODEL_INPUT, lambda X: seen.append(X) or X[:, 0])
    assert seen[0].shape == (3, 1)
    assert seen[0].dtype == np.float32


def test_predictions_are_calibrated_and_cut_at_the_threshold():
    scores = score_rows(MODEL_INPUT, lambda X: X[:, 0])
    halved = Calibrator("isotonic", {"method": "none"}, scores=(0.0, 1.0), probabilities=(0.0, 0.5))
    predictions = make_predictions(scores, halved, {"value": 0.25})
    assert list(predictions.columns) == [*KEYS, "probability", "prediction"]
    assert predictions["twin_group"].tolist() == [1, 2, 2]
    assert predictions["probability"].tolist() == [0.125, 0.25, 0.375]
    assert predictions["prediction"].tolist() == [0, 1, 1]
    assert predictions["prediction"].dtype == np.int8
    assert list(scores.columns) == ["row_id", "part", "default", "twin_group", "score"]
