"""Read the output of batch_scoring, and the inputs from the file that was scored."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from loan_default.datasets.batch_output import BatchOutput
from loan_default.errors import InputError
from loan_default.evaluation.monitoring.facts import Reading, Watched
from loan_default.evaluation.monitoring.settings import MonitoringSettings
from loan_default.evaluation.monitoring.tally import InputTally
from loan_default.portfolio.applications import type_columns
from loan_default.portfolio.cleaner import ApplicationCleaner
from loan_default.portfolio.description import LenderFile
from loan_default.portfolio.parsing import TEXT
from loan_default.portfolio.reading_chunks import ApplicationFile
from loan_default.portfolio.resolve import match_applications
from loan_default.scoring.bundle import Bundle
from loan_default.scoring.reference import as_columns
from loan_default.scoring.scorer import PROBABILITY

ROW_NUMBER, ROW_ID = "row_number", "row_id"


def read_batch(
    bundle: Bundle, output: BatchOutput, file: LenderFile, watched: Watched, settings: MonitoringSettings
) -> tuple[pd.DataFrame, InputTally, Reading]:
    """Read a scored file.

    Args:
        bundle: The watched model: knows how the file's columns are read.
        output: What batch_scoring left.
        file: How delimited text is read.
        watched: The model whose inputs are counted.
        settings: Where the applications lie, which days are wanted.

    Returns:
        One row per scored application with `id` (row id, or row number where there is none), `time` (the
        application date, missing where the file has none), `version`, `probability`, `prediction`,
        `risk_band`, `policy` (missing in a batch from before there were policies); the counts of inputs; what
        was read.

    Raises:
        InputError: Nothing was scored yet, the file is not the one that was scored, or days are wanted of a
            file without dates.
    """
    if not (output.scores.is_file() and output.summary.is_file()):
        raise InputError(
            f"There is no scored batch in {output.scores.parent}: run `kedro run --pipeline batch_scoring` "
            "first, with the same --env and --params."
        )
    summary = json.loads(output.summary.read_bytes())
    scores = pd.read_parquet(output.scores)
    path = Path(settings.batch.applications or summary["file"])
    tally = InputTally(watched.reference.inputs)
    is_watched = summary["bundle_version"] == watched.version
    reader = _Reader(bundle.cleaner, [field.name for field in bundle.manifest.fields])
    dates, wanted, records = [], [], 0
    for chunk in ApplicationFile(path, file).chunks():
        records += len(chunk.rows) + len(chunk.malformed)
        rows = chunk.rows.loc[chunk.rows.index.isin(scores[ROW_NUMBER])]
        typed, day = reader.read(rows)
        if (settings.since or settings.until) and day is None:
            raise InputError(
                f"{path} has no application date, so that monitoring.since and monitoring.until cannot be "
                "met: leave them null."
            )
        inside = _inside(day, typed.index, settings)
        if is_watched:
            tally.add(as_columns(typed.loc[inside], bundle.manifest.fields))
        dates.append(pd.Series(pd.NaT, index=typed.index) if day is None else day)
        wanted.append(pd.Series(inside, index=typed.index))
    if records != summary["rows"]:
        raise InputError(
            f"{path} has {records:,} rows, but {summary['rows']:,} were scored: it is not the file that was "
            "scored. Name that one with monitoring.batch.applications, or score this one."
        )
    number = scores[ROW_NUMBER]
    keep = pd.concat(wanted).reindex(number).to_numpy(dtype=bool)
    time = pd.concat(dates).reindex(number).to_numpy()
    predictions = pd.DataFrame(
        {
            "id": scores[ROW_ID if ROW_ID in scores else ROW_NUMBER].astype("str"),
            "time": pd.Series(time, index=scores.index).astype("datetime64[ms]"),
            "version": pd.Series(summary["bundle_version"], index=scores.index, dtype="str"),
            "probability": scores[PROBABILITY],
            "prediction": scores["prediction"].astype("int8"),
            "risk_band": scores["risk_band"].astype("str"),
            "policy": pd.Series(scores.get("policy"), index=scores.index, dtype="str"),
        }
    )
    return (
        predictions.loc[keep].reset_index(drop=True),
        tally,
        Reading(
            source="batch",
            where=str(path),
            files=1,
            records=records,
            outside=int((~keep).sum()),
            refused=summary["rejected"],
            faults=_faults(output.rejected),
            other_rows="Rows that could not be scored count whatever their day."
            if settings.period and summary["rejected"]
            else "",
        ),
    )


class _Reader:
    """Reads the inputs and the application date of rows of a file."""

    def __init__(self, cleaner: ApplicationCleaner, names: list[str]) -> None:
        self._cleaner = cleaner
        self._names = names
        self._date = cleaner.portfolio.application_date

    def read(self, rows: pd.DataFrame) -> tuple[pd.DataFrame, pd.Series | None]:
        portfolio, names = self._cleaner.portfolio, list(self._names)
        if self._date is not None and self._date not in names and self._has(rows, self._date):
            names.append(self._date)
        resolved = match_applications(rows, portfolio, names)
        typed, _ = type_columns(rows, resolved, self._cleaner.fractions)
        return typed, None if self._date is None else typed.get(self._date)

    def _has(self, rows: pd.DataFrame, name: str) -> bool:
        header = pd.DataFrame(columns=rows.columns, dtype=TEXT)
        try:
            match_applications(header, self._cleaner.portfolio, [name])
        except InputError:
            return False
        return True


def _inside(day: pd.Series | None, index: pd.Index, settings: MonitoringSettings) -> np.ndarray:
    inside = np.ones(len(index), dtype=bool)
    if day is not None and settings.since is not None:
        inside &= (day >= pd.Timestamp(settings.since)).to_numpy()
    if day is not None and settings.until is not None:
        inside &= (day <= pd.Timestamp(settings.until)).to_numpy()
    return inside


def _faults(rejected: Path) -> dict[str, int]:
    reasons: Any = pd.read_parquet(rejected, columns=["reason"])["reason"].astype("str")
    return reasons.str.split(":").str[0].value_counts().to_dict()
