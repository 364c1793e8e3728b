"""How many predictions were made, when, by which model, and what they decided."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from loan_default.evaluation.monitoring.reference import ScoreReference
from loan_default.evaluation.rates import wilson_interval
from loan_default.evaluation.risk_bands import POLICIES, Policy

# Longest span, in days, that is shown day by day or week by week.
_DAYS, _WEEKS = 45, 270

DONE: dict[Policy, str] = {"accept": "accepted", "refer": "referred", "decline": "declined"}

SHARE_COLUMNS = (
    *("n", "share", "share_low", "share_high", "share_then", "share_refused", "mean_probability"),
)


def by_period(predictions: pd.DataFrame) -> tuple[str, pd.DataFrame]:
    """Count predictions by day, week or month, whichever suits their span.

    Args:
        predictions: `time` (may be missing), `probability`, `prediction` (1 = default), `policy` (may be
            missing).

    Returns:
        The length of a period ("day", "week", "month"), and one row per period, oldest first, empty ones
        included: `period` (its first day), `n`, `share_refused`, `mean_probability` (missing where n is 0),
        `with_policy` (predictions that have one), and of these `share_accept`, `share_refer`,
        `share_decline` (missing where there is none).
    """
    dated = predictions.dropna(subset="time")
    span = 0 if dated.empty else (dated["time"].max() - dated["time"].min()).days
    length, letter = ("day", "D") if span <= _DAYS else ("week", "W") if span <= _WEEKS else ("month", "M")
    periods = dated["time"].dt.to_period(letter)
    grouped = dated.groupby(periods)
    table = pd.DataFrame(
        {
            "n": grouped.size(),
            "share_refused": grouped["prediction"].mean(),
            "mean_probability": grouped["probability"].mean(),
            "with_policy": grouped["policy"].count(),
            **_policy_shares(dated, periods),
        }
    )
    if len(table):
        table = table.reindex(pd.period_range(table.index.min(), table.index.max(), freq=letter))
    for count in ("n", "with_policy"):
        table[count] = table[count].fillna(0).astype(np.int64)
    table.insert(0, "period", [str(period.start_time.date()) for period in table.index])
    return length, table.reset_index(drop=True)


def by_band(predictions: pd.DataFrame, reference: ScoreReference, confidence: float) -> pd.DataFrame:
    """Count predictions by risk band, beside the reference.

    Args:
        predictions: `risk_band`, `probability`, `prediction`.
        reference: Of the model that made them.
        confidence: Coverage of the interval of the share, as a share.

    Returns:
        One row per band, none without predictions, lowest risk first: `band` and `SHARE_COLUMNS`; the
        interval of the share is Wilson's.
    """
    return _beside(reference.bands, predictions["risk_band"], predictions, confidence).reset_index(
        names="band"
    )


def by_policy(predictions: pd.DataFrame, reference: Mapping[Policy, int], confidence: float) -> pd.DataFrame:
    """Count predictions by what was done with the application, beside the reference.

    Args:
        predictions: `policy` (may be missing), `probability`, `prediction`.
        reference: Rows of the reference by policy.
        confidence: Coverage of the interval of the share, as a share.

    Returns:
        One row per policy that occurs now or in the reference, mildest first, none where no prediction has a
        policy: `policy` and `SHARE_COLUMNS`, shares being those of the predictions with a policy.
    """
    known = predictions.dropna(subset="policy")
    occurs: dict[str, int] = {
        policy: reference[policy]
        for policy in POLICIES
        if reference[policy] or policy in set(known["policy"])
    }
    return _beside(occurs, known["policy"], known, confidence).reset_index(names="policy")


def by_version(predictions: pd.DataFrame) -> pd.DataFrame:
    """Count predictions by version of the model, in order of first use.

    Args:
        predictions: `version`, `time`, `probability`, `prediction`, `policy` (may be missing).

    Returns:
        One row per version: `version`, `n`, `first` and `last` (time, may be missing), `share_refused`,
        `mean_probability`; `share_accept`, `share_refer`, `share_decline` of those with a policy.
    """
    grouped = predictions.groupby("version", sort=False)
    table = pd.DataFrame(
        {
            "n": grouped.size(),
            "first": grouped["time"].min(),
            "last": grouped["time"].max(),
            "share_refused": grouped["prediction"].mean(),
            "mean_probability": grouped["probability"].mean(),
            **_policy_shares(predictions, predictions["version"]),
        }
    )
    return table.sort_values("first", kind="stable").reset_index()


def _policy_shares(predictions: pd.DataFrame, groups: pd.Series) -> dict[str, pd.Series]:
    """Give the share of each policy by group, of the predictions that have one."""
    known = predictions["policy"].dropna()
    return {
        f"share_{policy}": (known == policy).groupby(groups.loc[known.index]).mean() for policy in POLICIES
    }


def _beside(
    reference: Mapping[str, int], labels: pd.Series, predictions: pd.DataFrame, confidence: float
) -> pd.DataFrame:
    """Count predictions by label; one row per label of the reference, none without predictions."""
    if predictions.empty:
        return pd.DataFrame(columns=list(SHARE_COLUMNS))
    names, rows = list(reference), len(predictions)
    grouped = predictions.groupby(labels)
    n = grouped.size().reindex(names, fill_value=0).to_numpy()
    low, high = wilson_interval(n, np.full(len(n), rows), confidence)
    then = np.array(list(reference.values()))
    return pd.DataFrame(
        {
            "n": n,
            "share": n / rows,
            "share_low": low,
            "share_high": high,
            "share_then": then / then.sum(),
            "share_refused": grouped["prediction"].mean().reindex(names).to_numpy(),
            "mean_probability": grouped["probability"].mean().reindex(names).to_numpy(),
        },
        index=names,
    )
