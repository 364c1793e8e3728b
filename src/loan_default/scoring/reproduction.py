"""The last lock before a bundle is packed: does it give the probabilities that the model was judged by?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from loan_default.errors import InputError
from loan_default.features.transformer import FeatureTransformer
from loan_default.frames import ROW_ID, TEST, in_part
from loan_default.models.calibrator import Calibrator

TOLERANCE = 1e-5


def check_reproduction(
    clean_applications: pd.DataFrame,
    predictions: pd.DataFrame,
    feature_transformer: Mapping[str, Any],
    model: bytes,
    calibrator: Mapping[str, Any],
    threshold: Mapping[str, Any],
) -> None:
    """Take the test rows through the parts of a bundle and compare with the predictions that were evaluated.

    Args:
        clean_applications: Cleaned applications.
        predictions: The model's evaluated predictions.
        feature_transformer: Fitted features, as plain data.
        model: The model as ONNX.
        calibrator: Its calibrator, as plain data.
        threshold: Its threshold.

    Raises:
        InputError: They differ: some part comes from another run.
    """
    test, judged = in_part(clean_applications, TEST), in_part(predictions, TEST)
    if not _agree(test, judged, feature_transformer, model, calibrator, threshold):
        raise InputError(
            "The parts of this model come from different runs: together they do not give the predictions it "
            "was judged by. Run the pipelines again from the one that changed, or `kedro run` as a whole."
        )


def _agree(
    test: pd.DataFrame,
    judged: pd.DataFrame,
    feature_transformer: Mapping[str, Any],
    model: bytes,
    calibrator: Mapping[str, Any],
    threshold: Mapping[str, Any],
) -> bool:
    import onnxruntime

    if list(test[ROW_ID]) != list(judged[ROW_ID]):
        return False
    features = FeatureTransformer.from_dict(dict(feature_transformer)).transform(test)
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    if session.get_inputs()[0].shape[1] != features.shape[1]:
        return False
    (raw,) = session.run(None, {"features": features.to_numpy(dtype=np.float32)})
    probability = Calibrator.from_dict(dict(calibrator)).apply(raw.astype(np.float64))
    difference = np.abs(probability - judged["probability"].to_numpy())
    decided = judged["probability"] >= threshold["value"]
    return bool(difference.max() <= TOLERANCE and (decided == (judged["prediction"] == 1)).all())
