"""Read the service's prediction log: decisions, their inputs counted in bins, and what was faulty."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, BinaryIO

import orjson
import pandas as pd

from loan_default.errors import InputError
from loan_default.evaluation.monitoring.facts import Reading, Watched
from loan_default.evaluation.monitoring.settings import MonitoringSettings
from loan_default.evaluation.monitoring.tally import InputTally
from loan_default.scoring.fields import Field
from loan_default.scoring.reference import as_columns

ROWS_AT_ONCE = 20_000
BROKEN_NAMED = 5
DECIDED, REFUSED = 200, 422
COLUMNS = ("id", "time", "version", "probability", "prediction", "risk_band")


def read_log(
    fields: Sequence[Field], watched: Watched, settings: MonitoringSettings
) -> tuple[pd.DataFrame, InputTally, Reading]:
    """Read the log and the older files beside it.

    Args:
        fields: What an application of the watched model consists of.
        watched: The model whose inputs are counted; of other versions only decisions are kept.
        settings: Where the log lies, which days are wanted.

    Returns:
        One row per decided application of any version, with `COLUMNS` (`prediction`: 1 = default; `time` in
        UTC without zone), the counts of inputs, and what was read.

    Raises:
        InputError: There is no such log.
    """
    path = Path(settings.log.path)
    entries = _Entries(fields, watched, settings)
    with ExitStack() as stack:
        files = _open_all(path, stack)
        for name, file in files:
            entries.read(name, file)
    return (
        entries.predictions(),
        entries.tally,
        Reading(
            source="prediction log",
            where=str(path),
            files=len(files),
            records=entries.lines,
            broken=entries.broken,
            broken_at=tuple(entries.broken_at),
            outside=entries.outside,
            refused=entries.statuses[REFUSED],
            failed=entries.statuses.total() - entries.statuses[REFUSED],
            faults=dict(entries.faults.most_common()),
            without_inputs=entries.without_inputs,
        ),
    )


def _open_all(path: Path, stack: ExitStack) -> list[tuple[str, BinaryIO]]:
    """Open the log's files, newest first: one that is rotated meanwhile is met again and left out."""
    files: dict[int, tuple[str, BinaryIO]] = {}
    numbered = {
        int(file.suffix[1:]): file for file in path.parent.glob(f"{path.name}.*") if file.suffix[1:].isdigit()
    }
    for file in (path, *(numbered[number] for number in sorted(numbered))):
        if file.is_file():
            opened = stack.enter_context(file.open("rb"))
            files.setdefault(file.stat().st_ino, (file.name, opened))
    if not files:
        raise InputError(
            f"There is no prediction log {path}: name the service's LOAN_DEFAULT_LOG_PATH with "
            "monitoring.log.path."
        )
    return list(reversed(files.values()))


class _Entries:
    """What was found so far."""

    def __init__(self, fields: Sequence[Field], watched: Watched, settings: MonitoringSettings) -> None:
        self._fields = fields
        self._names = {field.name for field in fields}
        self._version = watched.version
        self._since, self._until = settings.since or date.min, settings.until or date.max
        self._rows: list[tuple[Any, ...]] = []
        self._inputs: list[Mapping[str, Any]] = []
        self.tally = InputTally(watched.reference.inputs)
        self.statuses: Counter[int] = Counter()
        self.faults: Counter[str] = Counter()
        self.broken_at: list[str] = []
        self.lines = self.broken = self.outside = self.without_inputs = 0

    def read(self, name: str, file: BinaryIO) -> None:
        """Take in every entry of one file."""
        for number, line in enumerate(file, start=1):
            if not line.endswith(b"\n"):
                break  # is being written
            self.lines += 1
            try:
                self._take(orjson.loads(line))
            except (orjson.JSONDecodeError, KeyError, TypeError, ValueError):
                self.broken += 1
                if len(self.broken_at) < BROKEN_NAMED:
                    self.broken_at.append(f"line {number:,} of {name}")
        self._count_inputs()

    def predictions(self) -> pd.DataFrame:
        """Return the decided applications."""
        frame = pd.DataFrame(self._rows, columns=list(COLUMNS))
        return frame.astype(
            {"time": "datetime64[ms]", "probability": "float64", "prediction": "int8"}
            | dict.fromkeys(("id", "version", "risk_band"), "str")
        )

    def _take(self, entry: Mapping[str, Any]) -> None:
        # Everything is read before anything is counted: an entry counts whole or not at all.
        time = datetime.fromisoformat(entry["time"]).astimezone(UTC).replace(tzinfo=None)
        status, version = int(entry["status"]), str(entry["model"]["version"])
        inside = self._since <= time.date() <= self._until
        if status != DECIDED:
            if inside:
                self.statuses[status] += 1
                self.faults.update(self._fields_at_fault(entry.get("faults", ())))
            else:
                self.outside += 1
            return
        row = (
            str(entry["prediction_id"]),
            time,
            version,
            float(entry["probability_of_default"]),
            {"Default": 1, "No Default": 0}[entry["prediction"]],
            str(entry["risk_band"]),
        )
        if not inside:
            self.outside += 1
            return
        self._rows.append(row)
        if version != self._version:
            return
        inputs = entry.get("inputs")
        if isinstance(inputs, dict):
            self._inputs.append(inputs)
            if len(self._inputs) >= ROWS_AT_ONCE:
                self._count_inputs()
        else:
            self.without_inputs += 1

    def _fields_at_fault(self, faults: Sequence[Mapping[str, Any]]) -> set[str]:
        return set(_fields(faults, self._names))

    def _count_inputs(self) -> None:
        if self._inputs:
            names = [field.name for field in self._fields]
            given = pd.DataFrame(
                {name: pd.Series([row.get(name) for row in self._inputs], dtype=object) for name in names}
            )
            self.tally.add(as_columns(given, self._fields))
            self._inputs = []


def _fields(faults: Sequence[Mapping[str, Any]], known: set[str]) -> Iterator[str]:
    """Name the fields at fault: the end of `loc`, or for a row of a file the beginning of its message."""
    for fault in faults:
        where = fault["loc"][-1]
        if where in known:
            yield where
        elif str(fault.get("msg", "")).split(":")[0] in known:
            yield str(fault["msg"]).split(":")[0]
