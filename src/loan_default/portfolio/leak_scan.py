"""Look at each raw column alone, before anything is trained: does it give the outcome away?

Four tests on train rows: how well the values alone rank the outcome (out-of-fold ROC AUC), how well their
being missing does, groups of rows with one outcome only (missing or not, labels, bins of numbers and dates),
and, in free text, words that have one outcome only.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection
from datetime import date
from itertools import pairwise
from statistics import NormalDist
from typing import Any

import numpy as np
import pandas as pd

from loan_default.evaluation.information_value import information_value, weight_of_evidence
from loan_default.portfolio.parsing import (
    UnreadableError,
    plain_numbers,
    read_date,
    read_duration,
    read_percentage,
)
from loan_default.portfolio.settings import LeakSettings

_FOLDS = 5
_BINS = 20
_WORD = re.compile(r"\w+")
_MIN_ROWS_PER_GROUP = 20
_FEW_LABELS = 200
_SAMPLE = 100

FINDING_COLUMNS = (
    "column",
    "leak",
    "reason",
    "roc_auc",
    "missing_roc_auc",
    "information_value",
    "groups",
    "example",
)


def scan_for_leaks(
    raw: pd.DataFrame,
    default: np.ndarray,
    settings: LeakSettings,
    missing_values: Collection[str],
    seed: int,
    *,
    twin_group: np.ndarray | None = None,
    decimal: str = ".",
) -> pd.DataFrame:
    """Test every column of a file for giving the outcome away.

    Args:
        raw: Columns as text, train rows only, without the row id and the outcome.
        default: Outcome, shape (rows,), 1 = default.
        settings: What counts as a leak.
        missing_values: Spellings of a missing value, in lower case.
        seed: Seed of the folds.
        twin_group: Rows of an equal value are twins and stay in one fold, shape (rows,); None: no twins.
        decimal: Decimal sign of numbers, point or comma.

    Returns:
        One row per column, worst first: `column`, `leak`, `reason` in words, `roc_auc` of the values alone
        (out-of-fold, so that noise gives about 0.5), `missing_roc_auc`, `information_value`, `groups` (number
        of groups of rows with one outcome beyond chance) and the largest of them as `example`.
    """
    outcome = np.asarray(default, dtype=np.float64)
    unit = np.arange(len(outcome)) if twin_group is None else pd.factorize(twin_group)[0]
    fold = np.random.default_rng(seed).integers(0, _FOLDS, size=len(outcome))[unit]
    findings = [
        _scan_column(raw[name], outcome, fold, settings, missing_values, decimal) for name in raw.columns
    ]
    table = pd.DataFrame(findings, columns=list(FINDING_COLUMNS))
    return table.sort_values(["leak", "roc_auc"], ascending=False, kind="stable").reset_index(drop=True)


def _scan_column(
    values: pd.Series,
    outcome: np.ndarray,
    fold: np.ndarray,
    settings: LeakSettings,
    missing_values: Collection[str],
    decimal: str,
) -> dict[str, Any]:
    # Each distinct spelling is looked at once.
    codes, distinct = pd.factorize(values.fillna(""), use_na_sentinel=False)
    spellings = pd.Series(distinct, dtype="str").str.strip()
    is_missing = spellings.str.casefold().isin(list(missing_values)).to_numpy()
    group_of, names = _groups(spellings, is_missing, codes, decimal)
    groups, missing = group_of[codes], is_missing[codes].astype(np.intp)
    by_value = _ranking(groups, outcome, fold)
    by_missing = _ranking(missing, outcome, fold)
    pure = (
        _pure_groups(missing, ["any value", "missing"], outcome, settings.significance)
        if missing.any()
        else []
    )
    pure += [name for name in _pure_groups(groups, names, outcome, settings.significance) if name not in pure]
    if not pure and len(names) > _FEW_LABELS:
        pure = _pure_words(spellings, codes, outcome, settings.significance)
    mark = max(settings.max_roc_auc, _chance(outcome, settings.significance))
    reasons = []
    if by_value > mark:
        reasons.append(f"its values alone reach ROC AUC {by_value:.3f}")
    if by_missing > mark:
        reasons.append(f"its being missing alone reaches ROC AUC {by_missing:.3f}")
    if pure:
        more = f" and {len(pure) - 1} more" if len(pure) > 1 else ""
        reasons.append(f"one outcome only: {pure[0]}{more}")
    why_allowed = settings.allow.get(str(values.name))
    is_leak = bool(reasons) and why_allowed is None
    if reasons and why_allowed is not None:
        reasons.append(f"allowed: {why_allowed}")
    return {
        "column": values.name,
        "leak": is_leak,
        "reason": "; ".join(reasons),
        "roc_auc": by_value,
        "missing_roc_auc": by_missing,
        "information_value": information_value(weight_of_evidence(_common(groups, names), outcome)),
        "groups": len(pure),
        "example": pure[0] if pure else "",
    }


def _groups(
    spellings: pd.Series, is_missing: np.ndarray, codes: np.ndarray, decimal: str
) -> tuple[np.ndarray, list[str]]:
    """Put spellings into groups: distinct labels, bins of numbers and dates, and missing.

    Args:
        spellings: Distinct values of the column.
        is_missing: Which of them mean missing.
        codes: Spelling of each row.
        decimal: Decimal sign of numbers.

    Returns:
        The group of each spelling, and the groups' names.
    """
    labels = spellings
    numbers, name_of = _as_numbers(spellings.where(~is_missing), decimal)
    if np.isfinite(numbers).sum() > _BINS:
        edges = np.unique(np.nanquantile(numbers[codes], np.linspace(0, 1, _BINS + 1)[1:-1], method="lower"))
        ranges = pd.Series(_range_names([name_of(edge) for edge in edges]), dtype="str")
        binned = ranges.iloc[np.searchsorted(edges, numbers)].reset_index(drop=True)
        # Values that many rows share (0, mostly), and the few that are no numbers, are groups of their own.
        rows = np.bincount(codes, minlength=len(spellings))
        is_common = rows >= rows[~is_missing].sum() / _BINS
        labels = binned.where(np.isfinite(numbers) & ~is_common, "value " + spellings)
    group_of, names = pd.factorize(labels.where(~is_missing, "missing"))
    return group_of, [str(name) for name in names]


def _as_numbers(spellings: pd.Series, decimal: str) -> tuple[np.ndarray, Callable[[float], str]]:
    """Read spellings as numbers, dates or lengths of time, if 99 % of those not missing can be read so.

    Returns:
        Numbers, shape (spellings,), NaN where there is none; and how one is written for people.
    """
    known = spellings.dropna()
    wanted = 0.99 * len(known)
    numbers = plain_numbers(spellings, decimal)
    if np.isfinite(numbers).sum() >= wanted:
        return numbers, "{:g}".format
    readers: list[tuple[Callable[[str], float], Callable[[float], str]]] = [
        (lambda text: read_percentage(text, decimal=decimal), "{:g}".format),
        (lambda text: float(read_date(text).toordinal()), _day_name),
        (lambda text: float(read_date(text, day_first=True).toordinal()), _day_name),
        (lambda text: read_duration(text, "days", decimal=decimal), "{:g} days".format),
    ]
    sample = known.iloc[:: max(len(known) // _SAMPLE, 1)]
    for read, name_of in readers:
        # A look at some, because reading all is slow.
        if np.isfinite(_read_all(sample, read)).mean() >= 0.9:
            numbers = _read_all(spellings, read)
            if np.isfinite(numbers).sum() >= wanted:
                return numbers, name_of
    return np.full(len(spellings), np.nan), str


def _day_name(day: float) -> str:
    return str(date.fromordinal(int(day)))


def _read_all(spellings: pd.Series, read: Callable[[str], float]) -> np.ndarray:
    numbers = np.full(len(spellings), np.nan)
    for position in np.flatnonzero(spellings.notna()).tolist():
        try:
            numbers[position] = read(spellings.iloc[position])
        except UnreadableError:
            continue
    return numbers


def _range_names(edges: list[str]) -> list[str]:
    if not edges:
        return ["all"]
    between = [f"above {low} up to {high}" for low, high in pairwise(edges)]
    return [f"up to {edges[0]}", *between, f"above {edges[-1]}"]


def _common(groups: np.ndarray, names: list[str]) -> pd.Series:
    """Name the group of each row; small groups are one, or their information value would be chance."""
    rows = np.bincount(groups, minlength=len(names))
    return pd.Series(np.where(rows >= _MIN_ROWS_PER_GROUP, np.array(names, dtype=object), "few rows")[groups])


def _ranking(groups: np.ndarray, outcome: np.ndarray, fold: np.ndarray) -> float:
    """Return the out-of-fold ROC AUC of ranking rows by the default rate of their group.

    Each fold is ranked by itself, so that the folds' own base rates do not order the rows.
    """
    size = int(groups.max()) + 1
    cell = fold * size + groups
    rows = np.bincount(cell, minlength=_FOLDS * size).reshape(_FOLDS, size)
    events = np.bincount(cell, weights=outcome, minlength=_FOLDS * size).reshape(_FOLDS, size)
    other_rows, other_events = rows.sum(0) - rows, events.sum(0) - events
    base = other_events.sum(1, keepdims=True) / np.maximum(other_rows.sum(1, keepdims=True), 1)
    # A little weight on the base rate keeps groups of one row from ranking by luck.
    rate = (other_events + 10 * base) / (other_rows + 10)
    scores = [_roc_auc(rate[k], rows[k], events[k]) for k in range(_FOLDS)]
    return float(np.mean([score for score in scores if not np.isnan(score)] or [0.5]))


def _roc_auc(score: np.ndarray, rows: np.ndarray, events: np.ndarray) -> float:
    """Return the ROC AUC of groups of rows that share a score; NaN where one outcome is absent."""
    _, level = np.unique(score, return_inverse=True)
    event = np.bincount(level, weights=events)
    good = np.bincount(level, weights=rows - events)
    if not event.sum() or not good.sum():
        return float("nan")
    below = np.cumsum(good) - good
    return float((event * (below + good / 2)).sum() / (event.sum() * good.sum()))


def _chance(outcome: np.ndarray, significance: float) -> float:
    """Return the ROC AUC that noise exceeds with this probability (normal approximation of Mann-Whitney)."""
    events = float(outcome.sum())
    goods = len(outcome) - events
    deviation = np.sqrt((len(outcome) + 1) / (12 * events * goods))
    return 0.5 + NormalDist().inv_cdf(1 - significance) * float(deviation)


def _pure_groups(groups: np.ndarray, names: list[str], outcome: np.ndarray, significance: float) -> list[str]:
    """Name the groups with one outcome only, where chance is no explanation; the largest first."""
    rows = np.bincount(groups, minlength=len(names))
    events = np.bincount(groups, weights=outcome, minlength=len(names))
    return _pure(rows, events, names, outcome.mean(), significance)


def _pure_words(
    spellings: pd.Series, codes: np.ndarray, outcome: np.ndarray, significance: float
) -> list[str]:
    """Name the words of a text that occur with one outcome only, where chance is no explanation."""
    rows_of = np.bincount(codes, minlength=len(spellings))
    events_of = np.bincount(codes, weights=outcome, minlength=len(spellings))
    rows: Counter[str] = Counter()
    events: Counter[str] = Counter()
    for spelling, count, defaults in zip(spellings, rows_of.tolist(), events_of.tolist(), strict=True):
        for word in set(_WORD.findall(spelling)):
            rows[word] += count
            events[word] += defaults
    words = [word for word, count in rows.items() if count >= _MIN_ROWS_PER_GROUP]
    if not words:
        return []
    return _pure(
        np.array([rows[word] for word in words]),
        np.array([events[word] for word in words], dtype=np.float64),
        [f"word {word}" for word in words],
        outcome.mean(),
        significance,
    )


def _pure(
    rows: np.ndarray, events: np.ndarray, names: list[str], base: float, significance: float
) -> list[str]:
    """Test groups against generous alternatives.

    Without any leak a very good group may default a fifth as often as the book, and a very bad one every
    second time, or twice as often as the book, at most nine times in ten; in any case it pays back half as
    often as the book.
    """
    lowest = base / 5
    highest = max(min(0.9, max(0.5, 2 * base)), (1 + base) / 2)
    # Bonferroni: the more groups are looked at, the rarer chance has to be.
    level = np.log(significance / max(len(names), 1))
    never = (events == 0) & (rows * np.log1p(-lowest) < level)
    always = (events == rows) & (rows * np.log(highest) < level)
    order = np.argsort(-rows, kind="stable")
    return [
        f"{names[i]} ({int(rows[i]):,} rows, default rate {int(events[i] > 0)})"
        for i in order
        if never[i] or always[i]
    ]
