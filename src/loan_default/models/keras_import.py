"""Import Keras, on TensorFlow and without its start-up chatter."""

from __future__ import annotations

import logging
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any


def import_keras() -> Any:
    """Return the keras module, with this project's layers registered, so that saved networks load.

    The first call of a process takes seconds and hundreds of MB.
    """
    # TensorFlow reads both only while it is imported.
    os.environ.setdefault("KERAS_BACKEND", "tensorflow")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    with nullcontext() if "keras" in sys.modules else _held_back_stderr():
        import keras

        import loan_default.models.networks.layers.embedding
        import loan_default.models.networks.layers.members
        import loan_default.models.networks.layers.piecewise_linear  # noqa: F401
    # It warns of each network after the first few that it is traced anew, which is as it should be.
    logging.getLogger("tensorflow").setLevel(logging.ERROR)
    return keras


@contextmanager
def _held_back_stderr() -> Iterator[None]:
    """Hold back what C++ code writes to stderr; an error lets it through.

    TensorFlow says that there is no GPU before it looks at its own log level.
    """
    sys.stderr.flush()
    with tempfile.TemporaryFile() as held_back:
        stderr = os.dup(2)
        os.dup2(held_back.fileno(), 2)
        try:
            yield
        except BaseException:
            held_back.seek(0)
            os.write(stderr, held_back.read())
            raise
        finally:
            os.dup2(stderr, 2)
            os.close(stderr)
