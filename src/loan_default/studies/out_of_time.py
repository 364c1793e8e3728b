"""The same model under a random and an out-of-time split of the same loans."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from loan_default.evaluation.over_time.protocols import OUT_OF_TIME, RANDOM
from loan_default.frames import ROW_ID, TWIN_GROUP
from loan_default.portfolio.deal import deal
from loan_default.portfolio.description import Portfolio
from loan_default.portfolio.intake import take_in
from loan_default.portfolio.raw_rows import raw_rows
from loan_default.studies.experiment import Conditions, make_model_input, measure


def random_and_out_of_time(
    raw: pd.DataFrame,
    dated: pd.DataFrame,
    portfolio: Portfolio,
    leaks: tuple[str, ...],
    conditions: Conditions,
    model: str,
    at_most: int,
) -> dict[str, pd.DataFrame]:
    """Learn everything anew under both splits: cleaning, features, model, calibration.

    Args:
        raw: The file, every column as text.
        dated: `row_id` and `twin_group` of the cleaned applications that have a date.
        portfolio: The description, with an application date.
        leaks: Columns that may not be features.
        conditions: Settings; shares of the parts are those of `cleaning.split`.
        model: Name in `conditions.models`.
        at_most: Loans wanted; drawn at random, whole groups of twins at a time, if there are more.

    Returns:
        Predictions of every row under `RANDOM` and `OUT_OF_TIME`.

    Raises:
        InputError: The loans cannot be split so, as there are too few or too few dates.
    """
    chosen = _sample(dated, at_most, conditions.seed)
    cleaning = conditions.cleaning
    intake = take_in(raw_rows(raw, portfolio, chosen), portfolio, cleaning.max_rejected_share)
    predictions = {}
    for protocol, method in ((RANDOM, "random"), (OUT_OF_TIME, "out_of_time")):
        split = cleaning.split.model_copy(update={"method": method})
        under = replace(conditions, cleaning=cleaning.model_copy(update={"split": split}))
        dealt = deal(intake, under.cleaning, under.seed)
        model_input = make_model_input(intake, dealt, leaks, under)
        predictions[protocol] = measure(model_input, model, under).predictions
    return predictions


def _sample(dated: pd.DataFrame, at_most: int, seed: int) -> pd.Series:
    """Draw row ids, whole groups of twins at a time."""
    if len(dated) <= at_most:
        return dated[ROW_ID]
    groups = pd.factorize(dated[TWIN_GROUP])[0]
    sizes = np.bincount(groups)
    drawn = np.random.default_rng(seed).permutation(len(sizes))
    chosen = drawn[np.cumsum(sizes[drawn]) <= at_most]
    return dated.loc[np.isin(groups, chosen), ROW_ID]
