"""What the numbers of the fairness chapter say, in words."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from loan_default.evaluation.phrases import percent, with_interval
from loan_default.evaluation.printed import as_printed
from loan_default.evaluation.records import Record, records

LEVEL = 0.05
"""P value below which a difference is called more than chance, after correction for the number of groups."""


def with_ends(row: Record, name: str) -> str:
    """Write a measure of a group with its interval."""
    return with_interval(row[name], row[f"{name}_low"], row[f"{name}_high"])


def of_group(row: Record, labels: Mapping[str, str]) -> str:
    """Name a group with its column."""
    return f"{labels[row['column']]} '{row['group']}'"


def comparable(table: pd.DataFrame, measure: str) -> list[Record]:
    """Keep the groups that have a measure and another group of their column to be held against."""
    known = table.dropna(subset=measure)
    return records(known[known.groupby("column")["column"].transform("size") >= 2])


def widest(rows: list[Record], measure: str) -> list[Record]:
    """Keep the column whose groups differ most in a measure, lowest group first; none where there is none."""
    by_column: dict[str, list[Record]] = {}
    for row in sorted(rows, key=lambda row: row[measure]):
        by_column.setdefault(row["column"], []).append(row)
    return max(by_column.values(), key=lambda own: own[-1][measure] - own[0][measure], default=[])


def below_mark(row: Record, mark: float, end: str = "") -> bool:
    """Tell whether a group's approval ratio, or an end of its interval, is below the mark as it is printed.

    Args:
        row: Of `measure_groups`.
        mark: Least approval ratio.
        end: `_low` or `_high`; the ratio itself where it is empty.
    """
    return as_printed(row[f"ratio{end}"]) < mark


def say_approval(table: pd.DataFrame, mark: float, labels: Mapping[str, str]) -> str:
    """Say which groups the policy accepts less than the mark asks for, and whether they default more."""
    rows = comparable(table, "ratio")
    if not rows and comparable(table, "approval_rate"):
        return "The policy accepts nobody in any group, so there is no approval ratio."
    if not rows:
        return "No two groups are large enough to be compared."
    if all_accepted(rows):
        return (
            f"The policy accepts all test loans of all {len(rows)} groups: every approval ratio is 1, and "
            "nothing was put to the test."
        )
    worst = min(rows, key=lambda row: row["ratio"])
    # The group that its ratio is taken of.
    best = max(
        (row for row in rows if row["column"] == worst["column"]), key=lambda row: row["approval_rate"]
    )
    below = sum(below_mark(row, mark) for row in rows)
    surely = sum(below_mark(row, mark, "_high") for row in rows)
    doubt = ", which leaves doubt" if not below and below_mark(worst, mark, "_low") else ""
    lowest = (
        f"Lowest is {of_group(worst, labels)}: the policy accepts {percent(worst['approval_rate'])} of "
        f"{worst['n']:,} loans ({_rest(worst)}) against {percent(best['approval_rate'])} of "
        f"'{best['group']}' ({_rest(best)}), a ratio of {with_ends(worst, 'ratio')}{doubt}."
    )
    risk = (
        f"In these groups {percent(worst['default_rate'])} and {percent(best['default_rate'])} defaulted; "
        f"{percent(worst['mean_probability'])} and {percent(best['mean_probability'])} were expected."
    )
    if not below:
        return f"None of {len(rows)} groups has an approval ratio below {mark:g}. {lowest} {risk}"
    whole = {0: "none of them with its whole interval", below: "with the whole interval"}.get(
        surely, f"{surely} of them with the whole interval"
    )
    have = "has" if below == 1 else "have"
    return f"{below} of {len(rows)} groups {have} an approval ratio below {mark:g}, {whole}. {lowest} {risk}"


def all_accepted(rows: list[Record]) -> bool:
    """Tell whether the policy accepts every loan of every group."""
    return all(row["approval_rate"] == 1 for row in rows)


def say_referred(table: pd.DataFrame, labels: Mapping[str, str]) -> str:
    """Say how low the lowest ratio would be if all that is referred were granted; nothing where none is."""
    rows = comparable(table, "ratio")
    if not any(row["referral_rate"] > 0 for row in rows):
        return ""
    most: dict[str, float] = {}
    for row in rows:
        most[row["column"]] = max(most.get(row["column"], 0.0), 1 - row["decline_rate"])
    ratios = [(1 - row["decline_rate"]) / most[row["column"]] for row in rows]
    lowest = min(range(len(rows)), key=ratios.__getitem__)
    return (
        "What becomes of the referred is a person's decision: were all of them granted, the lowest ratio "
        f"would be {ratios[lowest]:.3f} ({of_group(rows[lowest], labels)})."
    )


def _rest(row: Record) -> str:
    return f"{percent(row['referral_rate'])} referred, {percent(row['decline_rate'])} declined"


def say_errors(table: pd.DataFrame, labels: Mapping[str, str]) -> str:
    """Say where repaid loans are predicted Default most, and where defaults are least."""
    sentences = []
    called = widest(comparable(table, "false_positive_rate"), "false_positive_rate")[::-1]
    found = widest(comparable(table, "true_positive_rate"), "true_positive_rate")
    for rows, rate, what in (
        (called, "false_positive_rate", "Repaid loans are predicted Default most in"),
        (found, "true_positive_rate", "Defaults are predicted Default least in"),
    ):
        if rows:
            first, last = rows[0], rows[-1]
            sentences.append(
                f"{what} {of_group(first, labels)}, {percent(first[rate])} against {percent(last[rate])} in "
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
        f"{high['roc_auc']:.3f} in '{high['group']}'{_overlap(low, high, 'roc_auc')}."
    )


def off(table: pd.DataFrame) -> list[Record]:
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
        f"{percent(row['default_rate'])} against {percent(row['mean_probability'])}."
    )


def _overlap(one: Record, other: Record, measure: str) -> str:
    form = ".3f" if measure == "roc_auc" else ".1%"
    (low, high), (other_low, other_high) = (
        [as_printed(row[f"{measure}{end}"], form) for end in ("_low", "_high")] for row in (one, other)
    )
    return "" if low > other_high or high < other_low else " (the intervals overlap)"
