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
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Tabulate loans by policy, and by policy and prediction.

    Args:
        outcome: 0/1 of shape (rows,), 1 = default.
        probability: Probability of default of shape (rows,).
        units: Sampling unit of each row.
        bands: Risk bands with their policies, from 0 to 1, lowest first.
        threshold: Probability of default from which the prediction is Default.
        confidence: Coverage of the intervals, as a share.

    Returns:
        One row per policy that occurs, lowest risk first: `policy`, `share` (of rows) and the columns of
        `observed_and_expected`; and one per pair that occurs, with `prediction` ("Default", "No Default") and
        `disagree` (the policy goes against the prediction) as well.
    """
    policies, default = Bands(bands).policies(probability), np.asarray(probability) >= threshold
    pairs = [(policy, said) for policy in POLICIES for said in (False, True)]
    place = np.select([(policies == policy) & (default == said) for policy, said in pairs], range(len(pairs)))

    def measured(place: np.ndarray) -> pd.DataFrame:
        filled, groups = np.unique(place, return_inverse=True)
        rates = observed_and_expected(outcome, probability, groups, units, confidence)
        rates.insert(0, "share", rates["n"] / len(outcome))
        return rates.set_index(filled)

    by_pair = measured(place)
    found = [pairs[pair] for pair in by_pair.index]
    by_pair.insert(0, "policy", [policy for policy, _ in found])
    by_pair.insert(1, "prediction", ["Default" if said else "No Default" for _, said in found])
    by_pair.insert(2, "disagree", [disagrees(policy, said) for policy, said in found])
    # Pairs come two by policy.
    by_policy = measured(place // 2)
    by_policy.insert(0, "policy", [POLICIES[policy] for policy in by_policy.index])
    return by_policy.reset_index(drop=True), by_pair.reset_index(drop=True)
