"""Look at each raw column alone, before anything is trained: does it give the outcome away?

Four tests on train rows: how well the values alone rank the outcome (out-of-fold ROC AUC), how well their being
missing does, groups of rows with one outcome only, and, in free text, words that have one outcome only.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection
from typing import Any

import numpy as np
import pandas as pd

from loan_default.portfolio.settings import LeakSettings
from loan_default.evaluation.information_value import information_value, weight_of_evidence

_FOLDS = 5
_BINS = 20
_WORD = re.compile(r"\w+")
_MIN_ROWS_PER_GROUP = 20
_MAX_WORDS = 20_000
_FEW_LABELS = 200

FINDING_COLUMNS = ("column", "leak", "reason", "roc_auc", "missing_roc_auc", "information_value", "groups", "example")


def scan_for_leaks(
    raw: pd.DataFrame,
    default: np.ndarray,
    settings: LeakSettings,
    missing_values: Collection[str],
    seed: int,
) -> pd.DataFrame:
    """Test every column of a file for giving the outcome away.

    Args:
        raw: Columns as text, train rows only, without the row id and the outcome.
        default: Outcome, shape (rows,), 1 = default.
        settings: What counts as a leak.
        missing_values: Spellings of a missing value, in lower case.
        seed: Seed of the folds.

    Returns:
        One row per column, worst first: `column`, `leak`, `reason` in words, `roc_auc` of the values alone
        (out-of-fold, so that noise gives about 0.5), `missing_roc_auc`, `information_value`, `groups` (number of
        groups of rows with one outcome beyond chance) and the largest of them as `example`.
    """
    outcome = np.asarray(default, dtype=np.float64)
    fold = np.random.default_rng(seed).integers(0, _FOLDS, size=len(outcome))
    findings = [_scan_column(raw[name], outcome, fold, settings, missing_values) for name in raw.columns]
    table = pd.DataFrame(findings, columns=list(FINDING_COLUMNS))
    return table.sort_values(["leak", "roc_auc"], ascending=False, kind="stable").reset_index(drop=True)


def _scan_column(
    values: pd.Series, outcome: np.ndarray, fold: np.ndarray, settings: LeakSettings, missing_values: Collection[str]
) -> dict[str, Any]:
    # Each distinct spelling is looked at once.
    codes, distinct = pd.factorize(values.fillna(""), use_na_sentinel=False)
    spellings = pd.Series(distinct, dtype="str").str.strip()
    is_missing = spellings.str.casefold().isin(list(missing_values)).to_numpy()
    group_of, names = _groups(spellings, is_missing, codes)
    groups, missing = group_of[codes], is_missing[codes]
    by_value = _ranking(groups, outcome, fold)
    by_missing = _ranking(missing.astype(np.intp), outcome, fold)
    pure = _pure_groups(groups, names, outcome, settings.significance)
    if not pure and len(names) > _FEW_LABELS:
        pure = _pure_words(spellings, codes, outcome, settings.significance)
    reasons = []
    if by_value > settings.max_roc_auc:
        reasons.append(f"its values alone reach ROC AUC {by_value:.3f}")
    if by_missing > settings.max_roc_auc:
        reasons.append(f"its being missing alone reaches ROC AUC {by_missing:.3f}")
    if pure:
        more = f" and {len(pure) - 1} more" if len(pure) > 1 else ""
        reasons.append(f"one outcome only: {pure[0]}{more}")
    return {
        "column": values.name,
        "leak": bool(reasons) and values.name not in settings.allow,
        "reason": "; ".join(reasons),
        "roc_auc": by_value,
        "missing_roc_auc": by_missing,
        "information_value": information_value(weight_of_evidence(_common(groups, names), outcome)),
        "groups": len(pure),
        "example": pure[0] if pure else "",
    }


def _groups(spellings: pd.Series, is_missing: np.ndarray, codes: np.ndarray) -> tuple[np.ndarray, list[str]]:
    """Put spellings into groups: distinct labels, bins of numbers, and missing as a group of its own.

    Args:
        spellings: Distinct values of the column.
        is_missing: Which of them mean missing.
        codes: Spelling of each row.

    Returns:
        The group of each spelling, and the groups' names.
    """
    numbers = pd.to_numeric(spellings.where(~is_missing).str.rstrip("%"), errors="coerce").to_numpy(np.float64)
    by_row = numbers[codes]
    known = int((~is_missing[codes]).sum())
    labels = spellings
    if known and np.isfinite(by_row).sum() >= 0.99 * known and len(np.unique(numbers)) > _BINS:
        edges = np.unique(np.nanquantile(by_row, np.linspace(0, 1, _BINS + 1)[1:-1]))
        ranges = [_range_name(edges, position) for position in range(len(edges) + 1)]
        labels = pd.Series(ranges, dtype="str").iloc[np.searchsorted(edges, numbers)].reset_index(drop=True)
        # Values that many rows share (0, mostly) are groups of their own.
        common = np.bincount(codes, minlength=len(spellings)) >= known / _BINS
        labels = labels.where(~common, "value " + spellings)
    group_of, names = pd.factorize(labels.where(~is_missing, "missing"))
    return group_of, [str(name) for name in names]


def _common(groups: np.ndarray, names: list[str]) -> pd.Series:
    """Name the group of each row; groups of a few rows are one, or their information value would be chance."""
    rows = np.bincount(groups, minlength=len(names))
    return pd.Series(np.where(rows >= _MIN_ROWS_PER_GROUP, np.array(names, dtype=object), "few rows")[groups])


def _range_name(edges: np.ndarray, position: int) -> str:
    low = f"above {edges[position - 1]:g}" if position > 0 else ""
    high = f"up to {edges[position]:g}" if position < len(edges) else ""
    return f"{low} {high}".strip()


def _ranking(groups: np.ndarray, outcome: np.ndarray, fold: np.ndarray) -> float:
    """Return the out-of-fold ROC AUC of ranking rows by the default rate of their group.

    Each fold is ranked by itself, so that the folds' own base rates do not order the rows.
    """
    size = int(groups.max()) + 1
    rows = np.zeros((_FOLDS, size))
    events = np.zeros((_FOLDS, size))
    np.add.at(rows, (fold, groups), 1)
    np.add.at(events, (fold, groups), outcome)
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
    words = [word for word, count in rows.items() if count >= _MIN_ROWS_PER_GROUP][:_MAX_WORDS]
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
    second time, or twice as often as the book, at most nine times in ten.
    """
    lowest, highest = base / 5, min(0.9, max(0.5, 2 * base))
    # Bonferroni: the more groups are looked at, the rarer chance has to be.
    level = np.log(significance / max(len(names), 1))
    never = (events == 0) & (rows * np.log1p(-lowest) < level)
    always = (events == rows) & (rows * np.log(highest) < level)
    order = np.argsort(-rows, kind="stable")
    return [
        f"{names[i]} ({int(rows[i]):,} rows, default rate {int(events[i] > 0)})" for i in order if never[i] or always[i]
    ]
