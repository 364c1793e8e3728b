"""Accept, refer, decline: what each risk band and each policy holds."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from loan_default.evaluation.risk_bands import POLICIES, Band, Bands
from loan_default.evaluation.settings import EvaluationSettings
from loan_default.evaluation.value.book import PER
from loan_default.evaluation.value.holdings import hold
from loan_default.evaluation.value.settings import ValueSettings


def band_sets(probability: np.ndarray, bands: Sequence[Band]) -> dict[str, np.ndarray]:
    """Mark (1 or 0) the loans of each risk band, by its name."""
    places = Bands(bands).places(probability)
    return {band.name: (places == place).astype(float) for place, band in enumerate(bands)}


def policy_sets(probability: np.ndarray, bands: Sequence[Band]) -> dict[str, np.ndarray]:
    """Mark (1 or 0) the loans under each policy that a band has, by its name, the mildest first."""
    policies = Bands(bands).policies(probability)
    used = {band.policy for band in bands}
    return {policy: (policies == policy).astype(float) for policy in POLICIES if policy in used}


def policy_table(
    book: pd.DataFrame,
    bands: Sequence[Band],
    settings: ValueSettings,
    evaluation: EvaluationSettings,
    seed: int,
) -> pd.DataFrame:
    """Count and value each risk band, and each policy as a whole.

    Args:
        book: Loans of one part, from `open_book`.
        bands: From 0 to 1, lowest first.
        settings: Costs.
        evaluation: Confidence and resamples.
        seed: Seed of the bootstrap.

    Returns:
        `band` (missing in the rows of whole policies, which come last), `policy`, `low`, `high` (belongs to
        the next), and what `hold` gives for each, `money` being that of granting all of it; per 1,000
        applications `loss` (of its defaults) and `referral_cost` (0 unless referred).
    """
    p = book["probability"].to_numpy()
    pieces = pd.DataFrame(
        {
            "band": [band.name for band in bands],
            "policy": [band.policy for band in bands],
            "low": [band.low for band in bands],
            "high": [band.high for band in bands],
        }
    )
    whole = pieces.groupby("policy", sort=False).agg(low=("low", "min"), high=("high", "max")).reset_index()
    table = pd.concat([pieces, whole.assign(band=None)], ignore_index=True)
    sets = {f"band {name}": loans for name, loans in band_sets(p, bands).items()}
    sets |= {f"policy {name}": loans for name, loans in policy_sets(p, bands).items()}
    held, drawn = hold(book, sets, evaluation, seed)
    table = pd.concat([table, held.drop(columns="name")], axis=1)
    per_referral = settings.referral_cost * book["exposure"].mean() * PER
    # What the defaults of a piece lose, per 1,000 applications: all that a person who looks at it can save.
    lost = np.array([drawn.total[f"{name} lost"] for name in sets])
    table["loss"] = settings.loss_given_default * lost * PER / len(book)
    table["referral_cost"] = np.where(table["policy"] == "refer", table["share"] * per_referral, 0.0)
    return table
