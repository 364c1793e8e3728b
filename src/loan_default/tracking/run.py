"""One run in MLflow, through the client alone: no run is ever active in the background."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import pandas as pd
from mlflow import MlflowClient
from mlflow.entities import Metric, Param, RunTag

from loan_default.tracking.flatten import flatten, shorten

T = TypeVar("T")

# MLflow's limits: entries in one request, characters in one value.
_METRICS_AT_ONCE = 1000
_ENTRIES_AT_ONCE = 100
_LONGEST_PARAMETER = 6000
_LONGEST_TAG = 5000


class TrackedRun:
    """A run that is being written: parameters, metrics, tags and artifacts."""

    def __init__(self, client: MlflowClient, experiment_id: str, run_id: str) -> None:
        self.client = client
        self.experiment_id = experiment_id
        self.run_id = run_id

    @classmethod
    def start(
        cls, client: MlflowClient, experiment_id: str, name: str, tags: Mapping[str, Any]
    ) -> TrackedRun:
        """Create a run of this name."""
        run = client.create_run(experiment_id, run_name=name)
        started = cls(client, experiment_id, run.info.run_id)
        started.set_tags(tags)
        return started

    def start_child(self, name: str, tags: Mapping[str, Any]) -> TrackedRun:
        """Create a run that MLflow shows below this one."""
        nested = {**tags, "mlflow.parentRunId": self.run_id}
        return TrackedRun.start(self.client, self.experiment_id, name, nested)

    def end(self, status: str) -> None:
        """End the run as FINISHED, FAILED or KILLED."""
        self.client.set_terminated(self.run_id, status=status)

    def set_tags(self, values: Mapping[str, Any]) -> None:
        """Set tags; nested values are flattened, long ones cut."""
        tags = [RunTag(key, shorten(value, _LONGEST_TAG)) for key, value in flatten(values).items()]
        for part in _in_parts(tags, _ENTRIES_AT_ONCE):
            self.client.log_batch(self.run_id, tags=part)

    def log_parameters(self, values: Mapping[str, Any]) -> None:
        """Log parameters; nested values are flattened, long ones cut."""
        params = [Param(key, shorten(value, _LONGEST_PARAMETER)) for key, value in flatten(values).items()]
        for part in _in_parts(params, _ENTRIES_AT_ONCE):
            self.client.log_batch(self.run_id, params=part)

    def log_metrics(self, values: Mapping[str, Any]) -> None:
        """Log metrics; nested values are flattened.

        Raises:
            TypeError: A value is not a number.
        """
        self._log_points((name, value, 0) for name, value in flatten(values).items() if value is not None)

    def log_history(self, history: pd.DataFrame) -> None:
        """Log the numeric columns of a table as curves over its column `epoch`."""
        curves = history.drop(columns="epoch").select_dtypes("number")
        points = zip(history["epoch"], curves.to_dict("records"), strict=True)
        self._log_points(
            (f"epochs/{name}", value, int(epoch)) for epoch, row in points for name, value in row.items()
        )

    def log_trials(self, trials: pd.DataFrame) -> None:
        """Log each row as a child run: value and seconds as metrics, the settings tried as parameters.

        Those that an earlier run tried are that run's.

        Args:
            trials: `trial` (number), `state` (complete, pruned, fail), `earlier`, `value`, `seconds`, and a
                column for each setting; missing where a trial has none.
        """
        for row in trials[~trials["earlier"]].drop(columns="earlier").to_dict("records"):
            known = {str(name): value for name, value in row.items() if pd.notna(value)}
            number, state = known.pop("trial"), known.pop("state")
            child = self.start_child(f"trial {number}", {"state": state})
            child.log_metrics({name: known.pop(name) for name in ("value", "seconds") if name in known})
            child.log_parameters(known)
            child.end("FAILED" if state == "fail" else "FINISHED")

    def log_record(self, record: Any, file: str) -> None:
        """Store a record as a JSON artifact of this name."""
        self.client.log_dict(self.run_id, record, file)

    def log_file(self, file: Path, folder: str | None) -> None:
        """Store a copy of a file, or of a folder's files, below a folder of the artifacts."""
        if file.is_dir():
            self.client.log_artifacts(self.run_id, str(file), folder)
        else:
            self.client.log_artifact(self.run_id, str(file), folder)

    def _log_points(self, points: Iterator[tuple[str, Any, int]]) -> None:
        now = int(time.time() * 1000)
        metrics = [Metric(name, _number(name, value), now, step) for name, value, step in points]
        for part in _in_parts(metrics, _METRICS_AT_ONCE):
            self.client.log_batch(self.run_id, metrics=part)


def _number(name: str, value: Any) -> float:
    if isinstance(value, str | list):
        raise TypeError(f"the metric {name!r} is {value!r}, not a number")
    return float(value)


def _in_parts(values: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    for start in range(0, len(values), size):
        yield values[start : start + size]
