"""Inputs of made-up loans whose effects are known."""

from __future__ import annotations

import numpy as np
import pytest

from loan_default.evaluation.explanation.effect_table import Subject, measure_effects
from loan_default.evaluation.explanation.inputs import Input

ROWS = 2000


@pytest.fixture(scope="session")
def panels():
    """Inputs of loans whose risk rises by 0.3 over `rate`, and the model's with it.

    `size` lifts the default rate in the data and lowers it in the model; `purpose` has no order; `still`
    never changes and has no effect to measure.
    """
    rng = np.random.default_rng(0)
    values = {
        "rate": rng.random(ROWS),
        "size": rng.integers(0, 3, ROWS).astype(float),
        "purpose": rng.integers(0, 2, ROWS).astype(float),
        "still": np.ones(ROWS),
    }
    values["rate"][:20] = np.nan
    risk = 0.1 + 0.3 * np.nan_to_num(values["rate"]) + 0.2 * values["size"]
    default = (rng.random(ROWS) < risk).astype(int)
    slopes = {"rate": 0.3, "size": -0.1, "purpose": 0.05, "still": 0.0}

    def subject(name, kind, labels=()):
        def written(value):
            return labels[int(value)] if labels else f"{value:.2g}"

        of = Input(name, name.capitalize(), kind, labels, written)
        return Subject(of, lambda rows, x: 0.2 + slopes[name] * x, values[name], values[name])

    subjects = [
        subject("still", "number"),
        subject("rate", "number"),
        subject("size", "ordered", ("small", "middle", "big")),
        subject("purpose", "labels", ("car", "house")),
        subject("rate", "number"),
    ]
    return measure_effects(subjects, 3, 0.35, default, np.arange(ROWS), bins=5, confidence=0.95)
