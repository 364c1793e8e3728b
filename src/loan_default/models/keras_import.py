"""Import Keras, on TensorFlow and without its start-up chatter."""

from __future__ import annotations

import os
from typing import Any


def import_keras() -> Any:
    """Return the keras module; the first call of a process takes seconds and hundreds of MB."""
    # TensorFlow reads both only while it is imported. At level 3 its C++ side no longer reports, as errors,
    # that there is no GPU; real failures reach Python as exceptions anyway.
    os.environ.setdefault("KERAS_BACKEND", "tensorflow")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    import keras

    return keras
