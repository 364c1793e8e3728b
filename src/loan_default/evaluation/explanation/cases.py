"""Single loans worth looking at: where the model was sure and right, sure and wrong, or undecided."""

from __future__ import annotations

import pandas as pd

from loan_default.frames import DEFAULT

TYPICAL = "typical loan"
RIGHT_DEFAULT = "default, surely predicted Default"
RIGHT_GOOD = "repaid, surely predicted repaid"
WRONG_GOOD = "repaid, but surely predicted Default"
WRONG_DEFAULT = "default, but surely predicted repaid"
NEAREST = "nearest to the threshold"


def choose_cases(predictions: pd.DataFrame, threshold: float) -> pd.DataFrame:
    """Choose the typical loan, the surest calls that were right and wrong, and the closest call.

    Args:
        predictions: Rows with `default`, `probability` and `prediction` (1 = called a default).
        threshold: Probability from which a loan is called a default.

    Returns:
        The chosen rows with a column `case` in front; a case that does not occur is left out, and of equal
        ones it is the first row.
    """
    p = predictions["probability"]
    event, called = predictions[DEFAULT] == 1, predictions["prediction"] == 1
    # The least of each is the case.
    wanted = {
        TYPICAL: (p - p.median()).abs(),
        RIGHT_DEFAULT: -p[event & called],
        RIGHT_GOOD: p[~event & ~called],
        WRONG_GOOD: -p[~event & called],
        WRONG_DEFAULT: p[event & ~called],
        NEAREST: (p - threshold).abs(),
    }
    found = {case: distance.idxmin() for case, distance in wanted.items() if len(distance)}
    chosen = predictions.loc[list(found.values())].copy()
    chosen.insert(0, "case", list(found))
    return chosen
