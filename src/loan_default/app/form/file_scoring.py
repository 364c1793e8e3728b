"""Scoring of an uploaded CSV file."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from loan_default.app.predicting import PREDICTION_ID, PREDICTIONS
from loan_default.errors import InputError
from loan_default.scoring.own_columns import renamed_columns

ADDED = ("probability_of_default", "prediction", "score", "risk_band", "policy")
_OWN = ("row", "reason", PREDICTION_ID, *ADDED)
_AT_ONCE = 2_000
_SNIFFED = 65_536


@dataclass(frozen=True)
class ScoredFile:
    """Every row of a file, once: scored or rejected.

    Attributes:
        scored: `row`, the columns of the score, `ADDED` among them, then those of the file.
        rejected: `row`, `reason`, then the columns of the file. A column of the file that is called as one of
            ours is another `_in_file`.
    """

    scored: pd.DataFrame
    rejected: pd.DataFrame


def score_file(
    path: Path, score: Callable[[pd.DataFrame], pd.DataFrame], progress: Callable[[float, str], object]
) -> ScoredFile:
    """Score a file with a header, its fields separated by comma, semicolon or tab.

    Args:
        path: The file, UTF-8.
        score: `Scorer.score`, or what does the same and more.
        progress: Told the share that is done, and in words.

    Returns:
        The rows in the order of the file; `row` counts them from 1, without the header.

    Raises:
        InputError: It is no such file, is empty, or lacks a column that the model needs.
    """
    progress(0, "Reading")
    header, rows = _read(path)
    fitting = [(number, row) for number, row in rows if len(row) == len(header)]
    frame = pd.DataFrame([row for _, row in fitting], columns=header, dtype="str")
    frame.index = pd.Index([number for number, _ in fitting], name="row")
    parts = []
    for start in range(0, len(frame), _AT_ONCE):
        progress(start / len(frame), f"{start:,} of {len(frame):,} scored")
        parts.append(score(frame.iloc[start : start + _AT_ONCE]))
    if not parts:
        raise InputError(f"No row of the file has the {len(header)} values that its header asks for.")
    result = pd.concat(parts)
    usable = result["reason"].isna()
    decided = result.loc[usable].drop(columns="reason")
    decided["prediction"] = decided["prediction"].map(PREDICTIONS)
    frame = frame.rename(columns=renamed_columns(header, _OWN))
    rejected = pd.concat([result.loc[~usable, ["reason"]], frame.loc[~usable]], axis=1)
    misfits = _misfits(frame.columns.tolist(), rows)
    return ScoredFile(
        scored=pd.concat([decided, frame[usable]], axis=1).reset_index(),
        rejected=pd.concat([rejected, misfits]).sort_index().reset_index(names="row"),
    )


def _read(path: Path) -> tuple[list[str], list[tuple[int, list[str]]]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            head = file.readline(_SNIFFED)
            separator = max(",;\t", key=head.count)
            file.seek(0)
            reader = csv.reader(file, delimiter=separator)
            header = [name.strip() for name in next(reader, [])]
            rows = [row for row in reader if row]
    except UnicodeDecodeError:
        raise InputError("The file is not UTF-8 text. Save it as CSV in UTF-8 and upload it again.") from None
    except csv.Error as error:
        raise InputError(f"The file is not CSV: {error}.") from None
    if not rows:
        raise InputError("The file holds no applications: it needs a header and at least one row.")
    twice = sorted({name for name in header if header.count(name) > 1})
    if twice:
        raise InputError(f"Columns of the same name in the file: {', '.join(map(repr, twice))}. Rename them.")
    return header, list(enumerate(rows, start=1))


def _misfits(header: Sequence[str], rows: Sequence[tuple[int, list[str]]]) -> pd.DataFrame:
    """Return the rows with too many or too few values, what can be told of them under the header's names."""
    misfits = [(number, row) for number, row in rows if len(row) != len(header)]
    data = [
        {"reason": f"{len(row)} values instead of {len(header)}"} | dict(zip(header, row, strict=False))
        for _, row in misfits
    ]
    return pd.DataFrame(
        data, index=[number for number, _ in misfits], columns=["reason", *header], dtype="str"
    )
