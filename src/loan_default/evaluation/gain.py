"""What a model gains over the one in service, and whether the comparison is a fair one."""

from __future__ import annotations

import numpy as np
import pandas as pd

from loan_default.evaluation.delong import auc_covariance, compare_auc
from loan_default.evaluation.gates import Measured
from loan_default.evaluation.intervals import sampling_units
from loan_default.frames import DEFAULT, ROW_ID, TEST, in_part

SAME = 1e-6
"""Two ROC AUCs of one model nearer than this are of the same rows."""


def gain_over(
    predictions: pd.DataFrame,
    current: pd.Series | None,
    called: str,
    *,
    recorded_roc_auc: float | None,
    same_file: bool,
    confidence: float,
) -> dict[str, Measured]:
    """Measure ROC AUC of a model minus that of the model in service, on the test rows that both score.

    Either end of the difference's interval can be asked for. The upper end refuses a model that is shown to
    be worse, so that one level with the model in service, as far as these rows can tell, is admitted; the
    lower end refuses one that is not shown to be better.

    Where the model in service was trained on the same file but tested on other rows, it has learnt from some
    of today's test rows, which flatters it. The upper end then holds nothing against the new model; the lower
    end still counts, as what is shown against a flattered model is shown.

    Args:
        predictions: The model's predictions.
        current: Probabilities of the model in service by row id, missing where it cannot score a row; None
            where there is nothing to compare with.
        called: What the model in service is called, or why there is none.
        recorded_roc_auc: Of the model in service, on the rows it was tested on at the time.
        same_file: It was trained on the same file.
        confidence: Coverage of the interval, as a share.

    Returns:
        By the name of the criterion; the difference and its interval are in the notes.
    """
    if current is None:
        return _ends(None, None, called)
    test = in_part(predictions, TEST)
    other = current.reindex(test[ROW_ID]).to_numpy(dtype=float)
    both = ~np.isnan(other)
    rows, other = test.loc[both], other[both]
    outcome = rows[DEFAULT].to_numpy()
    if rows[DEFAULT].nunique() < 2:
        return _ends(None, None, f"{called}, can score only {len(rows):,} of the {len(test):,} test rows.")
    units = sampling_units(rows)
    found = compare_auc(outcome, rows["probability"].to_numpy(), other, confidence, units)
    words = f"{found.difference:+.4f} [{found.low:+.4f}, {found.high:+.4f}] on {len(rows):,} test rows"
    roc_auc = float(auc_covariance(outcome, other[None], units)[0][0])
    if recorded_roc_auc is not None and abs(roc_auc - recorded_roc_auc) < SAME:
        return _ends(found.low, found.high, f"Against {called}: {words}.")
    if same_file:
        return _ends(
            found.low,
            None,
            f"{called}, was trained on the same file under another split, so it has seen some of these rows, "
            f"which flatters it: {words}.",
        )
    return _ends(
        found.low,
        found.high,
        f"Against {called}: {words}. It was trained on another file; whether it has seen these rows is not "
        "known.",
    )


def _ends(low: float | None, high: float | None, note: str) -> dict[str, Measured]:
    return {
        "min_gain_over_current": Measured(high, note),
        "min_gain_over_current_low": Measured(low, note),
    }
