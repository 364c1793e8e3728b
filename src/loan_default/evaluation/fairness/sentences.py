"""What the numbers of the fairness chapter say, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

Row = dict[str, Any]

LEVEL = 0.05
"""P value below which a difference is called more than chance, after correction for the number of groups."""


def share(value: float) -> str:
    """Write a share as a percentage."""
    return f"{100 * value:.1f} %"


def with_ends(row: Row, name: str) -> str:
    """Write a measure of a group with its interval."""
    return f"{row[name]:.2f} [{row[f'{name}_low']:.2f}, {row[f'{name}_high']:.2f}]"


def listed(names: Sequence[str]) -> str:
    """Write names as people list them."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def of_group(row: Row, labels: Mapping[str, str]) -> str:
    """Name a group with its column."""
    return f"{labels[row['column']]} '{row['group']}'"


def comparable(table: pd.DataFrame, measure: str) -> list[Row]:
    """Keep the groups that have a measure and another group of their column to be held against."""
    known = table.dropna(subset=measure)
    return records(known[known.groupby("column")["column"].transform("size") >= 2])


def records(table: pd.DataFrame) -> list[Row]:
    """Turn a table into rows by name."""
    return [dict(zip(table.columns, row, strict=True)) for row in table.itertuples(index=False, name=None)]


def widest(rows: list[Row], measure: str) -> list[Row]:
    """Keep the column whose groups differ most in a measure, lowest group first; none where there is none."""
    by_column: dict[str, list[Row]] = {}
    for row in sorted(rows, key=lambda row: row[measure]):
        by_column.setdefault(row["column"], []).append(row)
    return max(by_column.values(), key=lambda own: own[-1][measure] - own[0][measure], default=[])


def say_approval(table: pd.DataFrame, mark: float, labels: Mapping[str, str]) -> str:
    """Say which groups are approved less than the mark asks for, and whether they default more."""
    rows = comparable(table, "ratio")
    if not rows:
        return "No two groups are large enough to be compared."
    worst = min(rows, key=lambda row: row["ratio"])
    # The group that its ratio is taken of.
    best = max(
        (row for row in rows if row["column"] == worst["column"]), key=lambda row: row["approval_rate"]
    )
    below = sum(row["ratio"] < mark for row in rows)
    surely = sum(row["ratio_high"] < mark for row in rows)
    lowest = (
        f"Lowest is {of_group(worst, labels)}, approved in {share(worst['approval_rate'])} of {worst['n']:,} "
        f"cases against {share(best['approval_rate'])} of '{best['group']}': a ratio of "
        f"{with_ends(worst, 'ratio')}."
    )
    risk = (
        f"Of these {share(worst['default_rate'])} and {share(best['default_rate'])} defaulted; "
        f"{share(worst['mean_probability'])} and {share(best['mean_probability'])} were expected."
    )
    if not below:
        open_end = " An interval that reaches below it leaves doubt." if worst["ratio_low"] < mark else ""
        return f"None of {len(rows)} groups has an approval ratio below {mark:g}.{open_end} {lowest} {risk}"
    whole = {0: "none of them with its whole interval", below: "with the whole interval"}.get(
        surely, f"{surely} of them with the whole interval"
    )
    have = "has" if below == 1 else "have"
    return f"{below} of {len(rows)} groups {have} an approval ratio below {mark:g}, {whole}. {lowest} {risk}"


def say_errors(table: pd.DataFrame, labels: Mapping[str, str]) -> str:
    """Say where repaid loans are refused most, and where defaults are found least."""
    sentences = []
    refused = widest(comparable(table, "false_positive_rate"), "false_positive_rate")[::-1]
    found = widest(comparable(table, "true_positive_rate"), "true_positive_rate")
    for rows, rate, what in (
        (refused, "false_positive_rate", "Loans that were repaid are refused most in"),
        (found, "true_positive_rate", "Defaults are found least in"),
    ):
        if rows:
            first, last = rows[0], rows[-1]
            sentences.append(
                f"{what} {of_group(first, labels)}, {share(first[rate])} against {share(last[rate])} in "
                f"'{last['group']}'{_overlap(first, last, rate)}."
            )
    return " ".join(sentences) or "No two groups have enough defaults and enough repaid loans."


def say_ranking(table: pd.DataFrame, labels: Mapping[str, str]) -> str:
    """Say in which group the model ranks worst; nothing where none can be compared."""
    rows = widest(comparable(table, "roc_auc"), "roc_auc")
    if not rows:
        return ""
    low, high = rows[0], rows[-1]
    return (
        f"The model ranks worst within {of_group(low, labels)}: ROC AUC {with_ends(low, 'roc_auc')} against "
        f"{high['roc_auc']:.2f} in '{high['group']}'{_overlap(low, high, 'roc_auc')}."
    )


def off(table: pd.DataFrame) -> list[Row]:
    """Keep the groups whose defaults differ from what was expected beyond chance."""
    return records(table[table["calibration_p"] < LEVEL])


def say_calibration(table: pd.DataFrame, labels: Mapping[str, str]) -> str:
    """Say whether probabilities hold in every group."""
    rows, wrong = records(table.dropna(subset="observed_to_expected")), off(table)
    if not rows:
        return "No group has enough defaults and enough repaid loans."
    row = max(wrong or rows, key=lambda row: abs(row["observed_to_expected"] - 1))
    holds = f"None of {len(rows)} groups differs from 1 beyond chance."
    if wrong:
        differ = "differs" if len(wrong) == 1 else "differ"
        holds = f"{len(wrong)} of {len(rows)} groups {differ} from 1 beyond chance (Holm's correction)."
    return (
        f"{holds} Farthest is {of_group(row, labels)}: "
        f"{with_ends(row, 'observed_to_expected')} times the expected defaults, "
        f"{share(row['default_rate'])} against {share(row['mean_probability'])}."
    )


def _overlap(one: Row, other: Row, measure: str) -> str:
    apart = (
        one[f"{measure}_low"] > other[f"{measure}_high"] or one[f"{measure}_high"] < other[f"{measure}_low"]
    )
    return "" if apart else " (the intervals overlap)"
