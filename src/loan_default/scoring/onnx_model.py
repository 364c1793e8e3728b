"""A model as ONNX: features in, raw probability of default out."""

from __future__ import annotations

import threading

import numpy as np

_MANY_ROWS = 5_000


class OnnxModel:
    """Runs few rows on one thread, as a service does for each request, and many rows on all cores.

    Args:
        model: With the input `features` (float32, rows x features) and the output `probability` (rows).
    """

    def __init__(self, model: bytes) -> None:
        self._model = model
        self._few = _session(model, threads=1)
        self._many: object | None = None
        self._lock = threading.Lock()

    def run(self, features: np.ndarray) -> np.ndarray:
        """Return the raw probability of default, float64 of shape (rows,)."""
        session = self._few if len(features) < _MANY_ROWS else self._of_many()
        (raw,) = session.run(["probability"], {"features": features})  # type: ignore[attr-defined]
        return np.asarray(raw, dtype=np.float64)

    def _of_many(self) -> object:
        with self._lock:
            if self._many is None:
                self._many = _session(self._model, threads=0)
            return self._many


def _session(model: bytes, threads: int) -> object:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads  # 0: one for each core
    options.inter_op_num_threads = 1
    # Threads that wait for work in a loop take the core from others.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
