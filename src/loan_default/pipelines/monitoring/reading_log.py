"""Read the service's prediction log: decisions, their inputs counted in bins, and what was faulty."""

from __future__ import annotations

import sys
from array import array
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import orjson
import pandas as pd

from loan_default.errors import InputError
from loan_default.evaluation.monitoring.facts import Reading, Watched
from loan_default.evaluation.monitoring.settings import MonitoringSettings
from loan_default.evaluation.monitoring.tally import InputTally
from loan_default.evaluation.risk_bands import POLICIES
from loan_default.scoring.fields import Field
from loan_default.scoring.reference import as_columns

ROWS_AT_ONCE = 20_000
BROKEN_NAMED = 5
DECIDED, REFUSED = 200, 422
DECISIONS = {"Default": 1, "No Default": 0}
POLICY_OF: dict[str | None, str | None] = {None: None, **{policy: policy for policy in POLICIES}}
EPOCH, MILLISECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(milliseconds=1)


def read_log(
    fields: Sequence[Field], watched: Watched, settings: MonitoringSettings
) -> tuple[pd.DataFrame, InputTally, Reading]:
    """Read the log and the older files beside it.

    Args:
        fields: What an application of the watched model consists of.
        watched: The model whose inputs are counted; of other versions only decisions are kept.
        settings: Where the log lies, which days are wanted.

    Returns:
        One row per decided application of any version, with `id`, `time` (UTC, without zone), `version`,
        `probability`, `prediction` (1 = default), `risk_band`, `policy` (missing in lines from before there
        were policies); the counts of inputs; what was read. A prediction that the files hold twice counts
        once.

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
            repeated=entries.repeated,
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
        # Columns of plain numbers: a month of a busy service is a million rows.
        self._ids: dict[str, None] = {}
        self._milliseconds, self._probabilities, self._predictions = array("q"), array("d"), array("b")
        self._versions: list[str] = []
        self._bands: list[str] = []
        self._policies: list[str | None] = []
        self._inputs: list[Mapping[str, Any]] = []
        self.tally = InputTally(watched.reference.inputs)
        self.statuses: Counter[int] = Counter()
        self.faults: Counter[str] = Counter()
        self.broken_at: list[str] = []
        self.lines = self.broken = self.repeated = self.outside = self.without_inputs = 0

    def read(self, name: str, file: BinaryIO) -> None:
        """Take in every entry of one file."""
        for number, line in enumerate(file, start=1):
            if not line.endswith(b"\n"):
                break  # is being written
            self.lines += 1
            try:
                inputs = self._take(orjson.loads(line))
            except (LookupError, TypeError, ValueError, OverflowError):
                self.broken += 1
                if len(self.broken_at) < BROKEN_NAMED:
                    self.broken_at.append(f"line {number:,} of {name}")
                continue
            if inputs is not None:
                self._inputs.append(inputs)
                if len(self._inputs) >= ROWS_AT_ONCE:
                    self._count_inputs()
        self._count_inputs()

    def predictions(self) -> pd.DataFrame:
        """Return the decided applications."""
        return pd.DataFrame(
            {
                "id": pd.Series(list(self._ids), dtype="str"),
                "time": np.array(self._milliseconds, dtype=np.int64).astype("datetime64[ms]"),
                "version": pd.Series(self._versions, dtype="str"),
                "probability": np.array(self._probabilities, dtype=np.float64),
                "prediction": np.array(self._predictions, dtype=np.int8),
                "risk_band": pd.Series(self._bands, dtype="str"),
                "policy": pd.Series(self._policies, dtype="str"),
            }
        )

    def _take(self, entry: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """Count one entry; return its inputs if they are to be counted.

        Everything is read before anything is counted: an entry counts whole or not at all.
        """
        time = datetime.fromisoformat(entry["time"])
        time = time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
        status, version = int(entry["status"]), str(entry["model"]["version"])
        is_inside = self._since <= time.date() <= self._until
        if status != DECIDED:
            at_fault = set(_fields(entry.get("faults") or (), self._names))
            if is_inside:
                self.statuses[status] += 1
                self.faults.update(at_fault)
            else:
                self.outside += 1
            return None
        name = entry["prediction_id"]
        probability = float(entry["probability_of_default"])
        prediction = DECISIONS[entry["prediction"]]
        band = str(entry["risk_band"])
        policy = POLICY_OF[entry.get("policy")]
        if not (isinstance(name, str) and name and 0 <= probability <= 1):
            raise ValueError(f"no prediction: {name!r}, {probability!r}")
        if not is_inside:
            self.outside += 1
            return None
        if name in self._ids:
            self.repeated += 1
            return None
        self._ids[name] = None
        self._milliseconds.append((time - EPOCH) // MILLISECOND)
        self._versions.append(sys.intern(version))
        self._probabilities.append(probability)
        self._predictions.append(prediction)
        self._bands.append(sys.intern(band))
        self._policies.append(policy)
        if version != self._version:
            return None
        inputs = entry.get("inputs")
        if isinstance(inputs, dict):
            return inputs
        self.without_inputs += 1
        return None

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
