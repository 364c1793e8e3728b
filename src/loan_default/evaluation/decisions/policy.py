"""What the policy of the risk bands does with the loans, beside what the model predicts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from loan_default.evaluation.rates import observed_and_expected
from loan_default.evaluation.risk_bands import POLICIES, Band, Bands, disagrees


def policy_rates(
    outcome: np.ndarray,
    probability: np.ndarray,
    units: np.ndarray,
    bands: Sequence[Band],
    threshold: float,
    confidence: float,
) -> pd.DataFrame:
    """Tabulate loans by policy and prediction.

    Args:
        outcome: 0/1 of shape (rows,), 1 = default.
        probability: Probability of default of shape (rows,).
        units: Sampling unit of each row.
        bands: Risk bands with their policies, from 0 to 1, lowest first.
        threshold: Probability of default from which the prediction is Default.
        confidence: Coverage of the intervals, as a share.

    Returns:
        One row per pair that occurs, lowest risk first: `policy`, `prediction` ("Default", "No Default"),
        `disagree` (the policy goes against the prediction), `share` (of rows) and the columns of
        `observed_and_expected`.
    """
    policies, default = Bands(bands).policies(probability), np.asarray(probability) >= threshold
    pairs = [(policy, said) for policy in POLICIES for said in (False, True)]
    place = np.select([(policies == policy) & (default == said) for policy, said in pairs], range(len(pairs)))
    filled, groups = np.unique(place, return_inverse=True)
    measured = observed_and_expected(outcome, probability, groups, units, confidence)
    found = [pairs[pair] for pair in filled]
    keys = pd.DataFrame(
        {
            "policy": [policy for policy, _ in found],
            "prediction": ["Default" if said else "No Default" for _, said in found],
            "disagree": [disagrees(policy, said) for policy, said in found],
            "share": measured["n"] / len(outcome),
        }
    )
    return pd.concat([keys, measured], axis=1)
