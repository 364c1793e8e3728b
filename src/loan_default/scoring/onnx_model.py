"""A model as ONNX: features in, raw probability of default out."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor

import numpy as np

_BLOCK = 256
"""Rows at a time: what a network works out on the way then stays in a core's cache, which is several times
faster than all rows at once."""
_MANY_ROWS = 5_000


class OnnxModel:
    """Runs few rows on the caller's thread, as a service does for each request, and many rows on all cores.

    Args:
        model: With the input `features` (float32, rows x features) and the output `probability` (rows).
    """

    def __init__(self, model: bytes) -> None:
        self._session = _session(model)

    def run(self, features: np.ndarray) -> np.ndarray:
        """Return the raw probability of default, float64 of shape (rows,)."""
        if len(features) <= _BLOCK:
            return self._run_block(features)
        blocks = [features[at : at + _BLOCK] for at in range(0, len(features), _BLOCK)]
        if len(features) < _MANY_ROWS:
            return np.concatenate([self._run_block(block) for block in blocks])
        # A session may be run by several threads, and lets go of Python's lock meanwhile.
        with ThreadPoolExecutor(_cores()) as pool:
            return np.concatenate(list(pool.map(self._run_block, blocks)))

    def _run_block(self, features: np.ndarray) -> np.ndarray:
        (raw,) = self._session.run(["probability"], {"features": features})  # type: ignore[attr-defined]
        return np.asarray(raw, dtype=np.float64)


def _cores() -> int:
    """Return the number of cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _session(model: bytes) -> object:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
