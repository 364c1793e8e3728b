"""Accept, refer, decline: which policy each risk band falls under, and what each holds."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pandas as pd

from loan_default.evaluation.settings import EvaluationSettings
from loan_default.evaluation.value.book import PER
from loan_default.evaluation.value.holdings import hold
from loan_default.evaluation.value.settings import Policy, PolicySettings, ValueSettings

Band = tuple[str, float]
"""Name, and the probability at which the next band begins."""


def policy_of(probability: float, policy: PolicySettings) -> Policy:
    """Say what happens to an application of this probability of default."""
    if probability >= policy.decline_from:
        return "decline"
    return "refer" if probability >= policy.refer_from else "accept"


def segments(bands: Sequence[Band], policy: PolicySettings) -> pd.DataFrame:
    """Cut the risk bands where the policy changes.

    Args:
        bands: From 0 to 1, lowest first.
        policy: Cut-offs.

    Returns:
        One row per piece, lowest first: `band`, `policy`, `low`, `high` (belongs to the next), `cut` (True
        where the band holds more than one policy).
    """
    ends = np.array([high for _, high in bands])
    edges = np.unique([0.0, *ends, policy.refer_from, policy.decline_from])
    rows = []
    for low, high in pairwise(edges):
        band = bands[int(np.searchsorted(ends, low, side="right"))][0]
        rows.append({"band": band, "policy": policy_of(low, policy), "low": low, "high": high})
    table = pd.DataFrame(rows)
    table["cut"] = table.groupby("band", sort=False)["policy"].transform("nunique") > 1
    return table


def inside(probability: np.ndarray, low: float, high: float) -> np.ndarray:
    """Mark (1 or 0) the loans of a range of probabilities; 1 itself belongs to the last range."""
    below = probability < high if high < 1 else probability <= 1
    return ((probability >= low) & below).astype(float)


def band_sets(probability: np.ndarray, bands: Sequence[Band]) -> dict[str, np.ndarray]:
    """Mark the loans of each risk band, by its name."""
    starts = [0.0, *(high for _, high in bands[:-1])]
    return {name: inside(probability, low, high) for low, (name, high) in zip(starts, bands, strict=True)}


def policy_table(
    book: pd.DataFrame,
    bands: Sequence[Band],
    settings: ValueSettings,
    evaluation: EvaluationSettings,
    seed: int,
) -> pd.DataFrame:
    """Count and value each piece of the risk bands, and each policy as a whole.

    Args:
        book: Loans of one part, from `open_book`.
        bands: From 0 to 1, lowest first.
        settings: Policy and cost of a referral.
        evaluation: Confidence and resamples.
        seed: Seed of the bootstrap.

    Returns:
        `segments` with what `hold` gives for each, `money` being that of granting all of it; per 1,000
        applications `loss` (of its defaults) and `referral_cost` (0 unless referred). Rows with `band` "all"
        are the policies.
    """
    p = book["probability"].to_numpy()
    pieces = segments(bands, settings.policy)
    whole = pieces.groupby("policy", sort=False).agg(low=("low", "min"), high=("high", "max")).reset_index()
    table = pd.concat([pieces, whole.assign(band="all", cut=False)], ignore_index=True)
    names = [f"{band} {name}" for band, name in zip(table["band"], table["policy"], strict=True)]
    ranges = zip(table["low"].astype(float), table["high"].astype(float), strict=True)
    sets = {name: inside(p, low, high) for name, (low, high) in zip(names, ranges, strict=True)}
    held, drawn = hold(book, sets, evaluation, seed)
    table = pd.concat([table, held.drop(columns="name")], axis=1)
    per_referral = settings.referral_cost * book["exposure"].mean() * PER
    # What the defaults of a piece lose, per 1,000 applications: all that a person who looks at it can save.
    lost = np.array([drawn.total[f"{name} lost"] for name in names])
    table["loss"] = settings.loss_given_default * lost * PER / len(book)
    table["referral_cost"] = np.where(table["policy"] == "refer", table["share"] * per_referral, 0.0)
    return table
