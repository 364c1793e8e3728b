"""Whether the labels of an ordinal column stand in an order of risk."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import xlogy
from scipy.stats import chi2

from loan_default.features.encoders import Encoder, Ordinal, positions
from loan_default.frames import DEFAULT, TRAIN, in_part

_SIGNIFICANCE = 1e-3
_LOST_SHARE = 0.1


def orders_not_of_risk(clean: pd.DataFrame, encoders: tuple[Encoder, ...]) -> dict[str, dict[str, float]]:
    """Find the ordinal columns whose default rates go up and down along their order.

    Rates that only rise or only fall (isotonic regression) are held against each label's own by a likelihood
    ratio test, chi-squared with labels - 1 degrees of freedom, which is on the safe side. A column is found
    if chance explains no more than one in a thousand of such differences, and the order loses a tenth of
    what the labels tell.

    Args:
        clean: Cleaned applications; train rows count, those filled in for a missing label do not.
        encoders: Of the fitted transformer.

    Returns:
        Column to the default rate of each label, in the stated order.
    """
    train = in_part(clean, TRAIN)
    found: dict[str, dict[str, float]] = {}
    for encoder in encoders:
        if not isinstance(encoder, Ordinal):
            continue
        flag = f"{encoder.column}_missing"
        rows = train.loc[train[flag] == 0] if flag in train else train
        place = positions(rows[encoder.column], encoder.order)
        outcome = rows[DEFAULT].groupby(place).agg(["size", "sum"])
        events, sizes = outcome["sum"].to_numpy(float), outcome["size"].to_numpy(float)
        if len(sizes) > 2 and _is_contradicted(events, sizes):
            labels = [encoder.order[int(position)] for position in outcome.index]
            found[encoder.column] = dict(zip(labels, (events / sizes).tolist(), strict=True))
    return found


def _is_contradicted(events: np.ndarray, sizes: np.ndarray) -> bool:
    from sklearn.isotonic import isotonic_regression

    def likelihood(rates: np.ndarray) -> float:
        return float(np.sum(xlogy(events, rates) + xlogy(sizes - events, 1 - rates)))

    free = likelihood(events / sizes)
    ordered = max(
        likelihood(isotonic_regression(events / sizes, sample_weight=sizes, increasing=rising))
        for rising in (True, False)
    )
    none = likelihood(np.full(len(sizes), events.sum() / sizes.sum()))
    is_beyond_chance = chi2.sf(2 * (free - ordered), len(sizes) - 1) < _SIGNIFICANCE
    return bool(is_beyond_chance and free - ordered > _LOST_SHARE * (free - none))
