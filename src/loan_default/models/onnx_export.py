"""Write any trained model as ONNX, in one form: features in, probability of default out."""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from loan_default.models.predict_probability import library_of

INPUT_NAME = "features"
OUTPUT_NAME = "probability"


def to_onnx(model: Any, n_features: int) -> bytes:
    """Convert a trained model.

    Args:
        model: keras.Model, lightgbm.Booster, or a scikit-learn classifier with classes 0 and 1 = default.
        n_features: Features per row.

    Returns:
        An ONNX model with the input `features`, float32 of shape (rows, n_features), any number of rows, and
        the output `probability`, the raw probability of default, float32 of shape (rows,).
    """
    match library_of(model):
        case "keras":
            graph = _convert_keras(model, n_features)
            return _one_column(graph, output=graph.graph.output[0].name, column=0)
        case "lightgbm":
            graph = _convert_lightgbm(model, n_features)
            return _one_column(graph, output="probabilities", column=1)
        case "sklearn":
            graph = _convert_sklearn(model, n_features)
            return _one_column(graph, output="probabilities", column=list(model.classes_).index(1))


def check_export(
    predict: Callable[[np.ndarray], np.ndarray], onnx_model: bytes, X: np.ndarray, tolerance: float = 1e-5
) -> float:
    """Compare an ONNX model with the model it was made from.

    Args:
        predict: The original: from features (rows, features) to the probability of default (rows,).
        onnx_model: From `to_onnx`.
        X: float32 features to compare on.
        tolerance: Largest difference of two probabilities that is let pass.

    Returns:
        The largest difference.

    Raises:
        RuntimeError: Where it exceeds the tolerance.
    """
    import onnxruntime

    session = onnxruntime.InferenceSession(onnx_model, providers=["CPUExecutionProvider"])
    (exported,) = session.run([OUTPUT_NAME], {INPUT_NAME: X})
    differences = np.abs(exported - predict(X))
    largest = float(differences.max())
    # A nan is not within any tolerance.
    if not largest <= tolerance:
        raise RuntimeError(
            f"The ONNX export differs from the model by {largest:.2g} in the probability of row "
            f"{int(np.argmax(differences))} of {len(X)}; {tolerance:.2g} is allowed. "
            "Do not put it into service."
        )
    return largest


def _convert_keras(model: Any, n_features: int) -> Any:
    import onnx

    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        # Keras asks NumPy for names that NumPy 2 has retired.
        warnings.simplefilter("ignore", FutureWarning)
        path = Path(folder) / "model.onnx"
        # A model that was just loaded has no traced call to export.
        model(np.zeros((1, n_features), dtype=np.float32))
        model.export(path, format="onnx", verbose=False)
        return onnx.load(path)


def _convert_sklearn(model: Any, n_features: int) -> Any:
    from skl2onnx import convert_sklearn
    from skl2onnx.common.data_types import FloatTensorType

    return convert_sklearn(
        model,
        initial_types=[(INPUT_NAME, FloatTensorType([None, n_features]))],
        options={id(model): {"zipmap": False}},
    )


def _convert_lightgbm(model: Any, n_features: int) -> Any:
    from onnxmltools import convert_lightgbm
    from onnxmltools.convert.common.data_types import FloatTensorType

    return convert_lightgbm(
        _with_float32_thresholds(model),
        initial_types=[(INPUT_NAME, FloatTensorType([None, n_features]))],
        zipmap=False,
    )


def _with_float32_thresholds(booster: Any) -> Any:
    """Round every threshold down to a float32; for float32 features no row changes sides.

    ONNX holds thresholds as float32, and the converter rounds them to the nearest, which can be above the
    next feature value. (For scikit-learn's forests the converter rounds down itself.)
    """
    import lightgbm

    def rounded(line: str) -> str:
        exact = np.array(line.removeprefix("threshold=").split(), dtype=np.float64)
        below = exact.astype(np.float32)
        below = np.where(below > exact, np.nextafter(below, np.float32(-np.inf)), below)
        return "threshold=" + " ".join(map(repr, below.astype(np.float64).tolist()))

    # The text states the length of each tree, which changes here; without it LightGBM reads on to the next.
    lines = [line for line in booster.model_to_string().split("\n") if not line.startswith("tree_sizes=")]
    lines = [rounded(line) if line.startswith("threshold=") else line for line in lines]
    return lightgbm.Booster(model_str="\n".join(lines))


def _one_column(model: Any, output: str, column: int) -> bytes:
    """Name the input, and replace all outputs by one column of `output`."""
    from onnx import TensorProto, helper

    graph = model.graph
    given = graph.input[0].name
    for node in graph.node:
        node.input[:] = [INPUT_NAME if name == given else name for name in node.input]
    graph.input[0].name = INPUT_NAME
    graph.initializer.append(helper.make_tensor("default_column", TensorProto.INT64, [], [column]))
    graph.node.append(helper.make_node("Gather", [output, "default_column"], [OUTPUT_NAME], axis=1))
    del graph.output[:]
    graph.output.append(helper.make_tensor_value_info(OUTPUT_NAME, TensorProto.FLOAT, ["rows"]))
    return model.SerializeToString()
