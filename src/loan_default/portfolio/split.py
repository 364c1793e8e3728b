"""Deal rows to train, validation and test before anything is learnt."""

from __future__ import annotations

import numpy as np
import pandas as pd

from loan_default.errors import InputError
from loan_default.frames import DEFAULT, PART, PARTS, TEST, TRAIN, TWIN_GROUP, VALIDATION
from loan_default.portfolio.settings import SplitSettings

_SHARE_OFF, _RATE_OFF = 0.2, 0.2
"""Relative differences that are worth a word."""


def split(
    applications: pd.DataFrame, settings: SplitSettings, application_date: str | None, seed: int
) -> pd.DataFrame:
    """Deal rows to parts.

    Args:
        applications: `row_id`, `default`, `twin_group` and the typed columns.
        settings: Method, shares, and whether twins stay together.
        application_date: Date column, for an out-of-time split.
        seed: Seed of the random deal.

    Returns:
        The applications with `part` after `row_id`.

    Raises:
        InputError: The split cannot be made, or a part would be without defaults or without paid loans.
    """
    if settings.method == "out_of_time":
        part = _by_time(applications, settings, application_date)
    else:
        part = _at_random(applications, settings, seed)
    dealt = applications.copy()
    dealt.insert(1, PART, part.astype("str"))
    _check_parts(dealt, settings)
    return dealt


def split_deviations(dealt: pd.DataFrame, settings: SplitSettings) -> list[str]:
    """Say in words where a part misses its share of rows, or the default rate of the whole, by far.

    Few large groups of twins, or few dates, leave no better deal. An out-of-time split may differ in default
    rate: that is what it is for.

    Args:
        dealt: Applications with `part`.
        settings: The shares wanted.
    """
    wanted = {
        TRAIN: 1 - settings.validation - settings.test,
        VALIDATION: settings.validation,
        TEST: settings.test,
    }
    rate = dealt[DEFAULT].mean()
    deviations = []
    for part, share in wanted.items():
        outcome = dealt.loc[dealt[PART] == part, DEFAULT]
        got = len(outcome) / len(dealt)
        if abs(got - share) > _SHARE_OFF * share:
            deviations.append(f"The {part} part has {got:.1%} of the rows, not {share:.1%}.")
        if settings.method == "random" and abs(outcome.mean() - rate) > _RATE_OFF * rate:
            deviations.append(
                f"The default rate of the {part} part is {outcome.mean():.1%}, overall {rate:.1%}."
            )
    return deviations


def fold_parts(applications: pd.DataFrame, folds: int, validation: float, seed: int) -> list[pd.Series]:
    """Deal rows to folds, twins together; each fold is the test part once.

    Args:
        applications: With `default` and `twin_group`.
        folds: How many.
        validation: Share of all rows, taken from those that are not in the test part.
        seed: Seed of the deal.

    Returns:
        For each fold the part of every row.
    """
    keys = applications[TWIN_GROUP].to_numpy()
    position = _positions(applications, keys, seed)
    fold_of = np.floor(position * folds)
    rows = pd.Series(keys, index=applications.index)
    parts = []
    for fold in range(folds):
        beyond = (position - (fold + 1) / folds) % 1
        part = np.select([fold_of == fold, beyond < validation], [TEST, VALIDATION], TRAIN)
        parts.append(rows.map(pd.Series(part, index=position.index)))
    return parts


def _at_random(applications: pd.DataFrame, settings: SplitSettings, seed: int) -> pd.Series:
    keys = (
        applications[TWIN_GROUP].to_numpy()
        if settings.twins == "together"
        else np.arange(len(applications), dtype=np.int64)
    )
    position = _positions(applications, keys, seed)
    # A group falls where its middle lies: test first, so that a tiny stratum still reaches train.
    part = np.select(
        [position < settings.test, position < settings.test + settings.validation], [TEST, VALIDATION], TRAIN
    )
    return pd.Series(keys, index=applications.index).map(pd.Series(part, index=position.index))


def _positions(applications: pd.DataFrame, keys: np.ndarray, seed: int) -> pd.Series:
    """Shuffle whole groups within strata of like default rate; their places in these, in [0, 1)."""
    rng = np.random.default_rng(seed)
    groups = applications.groupby(keys, sort=False)[DEFAULT].agg(["size", "mean"])
    # Single rows fall into two strata, paid and default; groups of twins into eleven by their default rate.
    stratum = groups["mean"].mul(10).round() + np.where(groups["size"] > 1, 100, 0)
    groups = groups.iloc[rng.permutation(len(groups))]
    stratum = stratum.loc[groups.index]
    middle = groups["size"].groupby(stratum).cumsum() - groups["size"] / 2
    return middle / groups["size"].groupby(stratum).transform("sum")


def _by_time(applications: pd.DataFrame, settings: SplitSettings, application_date: str | None) -> pd.Series:
    """Make the newest loans the test part and those before them the validation part, cut between dates."""
    if application_date is None:
        raise InputError(
            "cleaning.split.method is out_of_time, but this file has no application date. Name its date "
            "column in portfolio.application_date, or set cleaning.split.method to random."
        )
    dates = applications[application_date]
    if dates.isna().any():
        raise InputError(
            f"{int(dates.isna().sum()):,} rows have no {application_date!r}, which cleaning.split.method "
            "out_of_time needs. Fill it in, or set the method to random."
        )
    rows_by_date = dates.value_counts().sort_index()
    # A date falls where the middle of its rows lies: parts come as near to their shares as dates allow.
    position = (rows_by_date.cumsum() - rows_by_date / 2) / len(dates)
    part_by_date = np.select(
        [position >= 1 - settings.test, position >= 1 - settings.test - settings.validation],
        [TEST, VALIDATION],
        TRAIN,
    )
    return dates.map(pd.Series(part_by_date, index=rows_by_date.index))


def _check_parts(dealt: pd.DataFrame, settings: SplitSettings) -> None:
    for part in PARTS:
        outcome = dealt.loc[dealt[PART] == part, DEFAULT]
        if outcome.nunique() == 2:
            continue
        lacks = "row" if outcome.empty else "default" if outcome.max() == 0 else "paid loan"
        remedy = "Give more rows, or change the shares under cleaning.split"
        if settings.method != "random":
            remedy += ", or set cleaning.split.method to random"
        elif settings.twins == "together" and dealt[TWIN_GROUP].duplicated().any():
            remedy += "; twins stay in one part, and few different rows leave few groups to deal"
        raise InputError(
            f"The {part} part would have no {lacks} ({len(outcome):,} of {len(dealt):,} rows). {remedy}."
        )
