"""Whether a model moves with an input the way the lender's own loans do."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.stats import spearmanr

from loan_default.evaluation.printed import as_printed

TREND = 0.8
"""Rank correlation of the bins' order and their weight of evidence from which the data have a trend."""
MOSTLY = 0.5
"""Rank correlation of edges and effect from which a model has one; trees move in steps up and down."""
LEVEL = 0.005
"""Probability: an effect that spans less than half a percentage point has no direction."""

RISKIER, SAFER, NONE = "higher is riskier", "higher is safer", "no clear trend"
AGREES, AGAINST, UNCOMPARED = "agrees", "against the data", "no comparison"


def trend_of_data(observed: pd.DataFrame) -> str:
    """Name the trend of the default rate along an input.

    Args:
        observed: From `observe`; the bin of missing values is left out.

    Returns:
        The trend; none where the bins' order says little, or the intervals of the highest and the lowest rate
        overlap.
    """
    known = observed.dropna(subset="value").sort_values("value")
    if len(known) < 2:
        return NONE
    rate = known["event_rate"].to_numpy()
    lowest_of_most, highest_of_least = known["low"].iloc[rate.argmax()], known["high"].iloc[rate.argmin()]
    if as_printed(lowest_of_most, ".1%") <= as_printed(highest_of_least, ".1%"):
        return NONE
    correlation = spearmanr(np.arange(len(known)), known["woe"]).statistic
    if abs(correlation) < TREND:
        return NONE
    return SAFER if correlation > 0 else RISKIER


def trend_of_model(effect: pd.DataFrame) -> tuple[str, float]:
    """Name the trend of a model's effect along an input.

    Args:
        effect: From `accumulated_local_effects`.

    Returns:
        The trend, and the change of probability from the lowest to the highest edge.
    """
    curve = effect["effect"].to_numpy()
    change = float(curve[-1] - curve[0])
    if np.ptp(curve) < LEVEL:
        return NONE, change
    # Edges are quantiles, so that ranks count loans: a long tail without loans does not decide.
    correlation = spearmanr(np.arange(len(curve)), curve).statistic
    if abs(correlation) < MOSTLY:
        return NONE, change
    return (RISKIER if correlation > 0 else SAFER), change


def agreement(of_data: str, of_model: str) -> str:
    """Say whether data and model have the same trend, where both have one."""
    if NONE in (of_data, of_model):
        return UNCOMPARED
    return AGREES if of_data == of_model else AGAINST
