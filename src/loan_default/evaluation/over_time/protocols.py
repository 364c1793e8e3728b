"""A random split against an out-of-time one: the same model, tested on other loans and on later loans."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from loan_default.evaluation.intervals import sampling_units
from loan_default.evaluation.over_time.measure import auc_interval
from loan_default.evaluation.rates import observed_and_expected
from loan_default.evaluation.records import Record, by_key, records
from loan_default.frames import DEFAULT, TEST, TRAIN, in_part

RANDOM, OUT_OF_TIME = "random", "out of time"


def measure_protocols(
    predictions: Mapping[str, pd.DataFrame], dates: pd.Series, confidence: float
) -> pd.DataFrame:
    """Measure the test rows of both protocols.

    Args:
        predictions: `row_id`, `part`, `default`, `probability` under `RANDOM` and `OUT_OF_TIME`.
        dates: Application date by row id.
        confidence: Coverage of the intervals, as a share.

    Returns:
        One row per protocol: `protocol`, `train_rows`, `train_from`, `train_to`, `test_from`, `test_to`
        (dates), the columns of `observed_and_expected`, `brier`, `roc_auc` with `_low`, `_high` and `_error`.
    """
    rows = []
    for protocol, frame in predictions.items():
        train, test = in_part(frame, TRAIN), in_part(frame, TEST)
        row: Record = {"protocol": protocol, "train_rows": len(train)}
        for name, part in (("train", train), ("test", test)):
            days = dates.loc[part["row_id"]]
            row |= {f"{name}_from": str(days.min().date()), f"{name}_to": str(days.max().date())}
        outcome, probability = test[DEFAULT].to_numpy(), test["probability"].to_numpy()
        units = sampling_units(test)
        together = np.zeros(len(test), dtype=int)
        row |= records(observed_and_expected(outcome, probability, together, units, confidence))[0]
        row["brier"] = float(np.mean((probability - outcome) ** 2))
        row |= dict(
            zip(
                ("roc_auc", "roc_auc_low", "roc_auc_high", "roc_auc_error"),
                auc_interval(outcome, probability, units, confidence),
                strict=True,
            )
        )
        rows.append(row)
    return pd.DataFrame(rows)


def lost_out_of_time(table: pd.DataFrame, confidence: float) -> tuple[float, float, float]:
    """Give the ROC AUC that is lost out of time, random minus out of time, with its interval.

    The two tests are on different loans but for a few, so their errors add up; the interval is a little wide
    for the few.

    Args:
        table: From `measure_protocols`.
        confidence: Coverage, as a share.
    """
    from scipy.stats import norm

    by = by_key(table, "protocol")
    lost = by[RANDOM]["roc_auc"] - by[OUT_OF_TIME]["roc_auc"]
    error = float(np.hypot(by[RANDOM]["roc_auc_error"], by[OUT_OF_TIME]["roc_auc_error"]))
    reach = float(norm.ppf((1 + confidence) / 2)) * error
    return lost, lost - reach, lost + reach
