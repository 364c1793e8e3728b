"""What happens to every model once it is trained: score, export, calibrate, set the threshold, evaluate.

One wiring for all of them, so that no model is measured in another way than the rest.

Kedro validates the settings of a model as a whole, where its training node asks for them; `calibration` and
`threshold` are parts of them, so Kedro must not validate these again: their type hint is Any.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
from kedro.pipeline import Pipeline, node

from loan_default.evaluation.evaluate import evaluate_predictions
from loan_default.evaluation.settings import EvaluationSettings
from loan_default.frames import DEFAULT, TEST, VALIDATION, feature_matrix, in_part
from loan_default.models.calibration import fit_calibrator
from loan_default.models.calibrator import Calibrator
from loan_default.models.lineage import check_trained_on
from loan_default.models.onnx_export import check_export, to_onnx
from loan_default.models.predict_probability import predict_probability
from loan_default.models.predictions import make_predictions, score_rows
from loan_default.models.threshold import choose_threshold


def score(model_input: pd.DataFrame, model: Any, trained_on: dict[str, Any]) -> pd.DataFrame:
    """Score every row of every part."""
    check_trained_on(trained_on, model_input)
    return score_rows(model_input, lambda X: predict_probability(model, X))


def export(model_input: pd.DataFrame, model: Any) -> bytes:
    """Write the model as ONNX, and hold it against the original on every test row."""
    X, _ = feature_matrix(model_input, TEST)
    onnx = to_onnx(model, X.shape[1])
    check_export(lambda rows: predict_probability(model, rows), onnx, X)
    return onnx


def calibrate(scores: pd.DataFrame, rebalancing: dict[str, Any], calibration: Any) -> dict[str, Any]:
    """Undo the rebalancing and calibrate on validation rows (`calibration`: CalibrationSettings)."""
    return fit_calibrator(scores, calibration, rebalancing).to_dict()


def set_threshold(scores: pd.DataFrame, calibrator: dict[str, Any], threshold: Any) -> dict[str, Any]:
    """Choose the threshold on validation rows by the stated rule (`threshold`: ThresholdSettings)."""
    validation = in_part(scores, VALIDATION)
    probability = Calibrator.from_dict(calibrator).apply(validation["score"].to_numpy())
    return choose_threshold(probability, validation[DEFAULT].to_numpy(), threshold)


def predict(scores: pd.DataFrame, calibrator: dict[str, Any], threshold: dict[str, Any]) -> pd.DataFrame:
    """Turn scores into probabilities and decisions."""
    return make_predictions(scores, Calibrator.from_dict(calibrator), threshold)


def evaluate(
    predictions: pd.DataFrame, threshold: dict[str, Any], evaluation: EvaluationSettings, seed: int
) -> dict[str, float]:
    """Measure the predictions; the test rows are looked at here and nowhere before."""
    return evaluate_predictions(predictions, threshold["value"], evaluation, seed)


def after_training(model: str) -> Pipeline:
    """Create the nodes that follow the training of one model, in its namespace.

    Args:
        model: Name of the model; it has left `{model}.model`, `.rebalancing` and `.trained_on`.
    """
    steps: list[tuple[Callable[..., Any], list[str], str]] = [
        (score, ["model_input", f"{model}.model", f"{model}.trained_on"], f"{model}.scores"),
        (export, ["model_input", f"{model}.model"], f"{model}.onnx"),
        (
            calibrate,
            [f"{model}.scores", f"{model}.rebalancing", f"params:{model}.calibration"],
            f"{model}.calibrator",
        ),
        (
            set_threshold,
            [f"{model}.scores", f"{model}.calibrator", f"params:{model}.threshold"],
            f"{model}.threshold",
        ),
        (predict, [f"{model}.scores", f"{model}.calibrator", f"{model}.threshold"], f"{model}.predictions"),
        (
            evaluate,
            [f"{model}.predictions", f"{model}.threshold", "params:evaluation", "params:seed"],
            f"{model}.metrics",
        ),
    ]
    return Pipeline(
        [
            node(function, inputs=inputs, outputs=output, name=function.__name__, namespace=model)
            for function, inputs, output in steps
        ]
    )
