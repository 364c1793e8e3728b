"""The MLflow runs of one `kedro run`: the parent, and a child for each model that saved something."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from loan_default.tracking.flatten import plain
from loan_default.tracking.kinds import CHAMPION, MODEL, kinds_of, log_dataset, model_of
from loan_default.tracking.provenance import provenance_tags
from loan_default.tracking.registry import register_bundle, tag_champion, withdraw_challenger
from loan_default.tracking.run import TrackedRun
from loan_default.tracking.settings import TrackingSettings, tracking_uri
from loan_default.tracking.store import open_experiment, reaching

log = logging.getLogger(__name__)

PORTFOLIO = "portfolio"


class TrackedSession:
    """Start the parent run at once; children start with their first dataset.

    Args:
        settings: What the user set of tracking.
        project: Root folder of the project.
        env: The Kedro environment.
        pipeline: Name of the pipeline, or names joined by +.
        parameters: Everything of `parameters`, Pydantic models included.

    Raises:
        InputError: MLflow's store cannot be reached.
    """

    def __init__(
        self,
        settings: TrackingSettings,
        project: Path,
        env: str,
        pipeline: str,
        parameters: Mapping[str, Any],
    ) -> None:
        self._uri = tracking_uri(settings, project)
        self._parameters = plain(parameters)
        described = self._parameters.pop(PORTFOLIO, None)
        # A run that failed for its settings is tracked too: they may be of any form.
        self._description = described if isinstance(described, dict) else {}
        name = self._description.get("name")
        self._portfolio = name if name and isinstance(name, str) else env
        self._common = {"portfolio": self._portfolio, "pipeline": pipeline, "env": env}
        self._children: dict[str, TrackedRun] = {}
        self._bundles: dict[str, Path | None] = {}
        self._lock = threading.Lock()
        self._process = os.getpid()

        name = f"{self._portfolio} {pipeline} {datetime.now():%Y-%m-%d %H:%M:%S}"
        with reaching(self._uri):
            client, experiment = open_experiment(self._uri, settings.experiment or self._portfolio, project)
            self._parent = TrackedRun.start(
                client, experiment, name, {**self._common, **provenance_tags(project)}
            )

    @property
    def run_id(self) -> str:
        """Id of the parent run."""
        return self._parent.run_id

    def log_inputs(self) -> None:
        """Log the parameters and the portfolio's description, which is too long for parameters."""
        with reaching(self._uri):
            self._parent.log_parameters(self._parameters)
            self._parent.log_record(self._parameters, "parameters.json")
            if self._description:
                self._parent.log_record(self._description, "portfolio.json")
                file = self._description.get("file")
                if isinstance(file, dict):
                    self._parent.set_tags({"portfolio_file": file.get("path")})

    def log(self, name: str, data: Any, dataset: Any, *, trained_earlier: bool = False) -> None:
        """Log a dataset by its kinds, to the child run of its model or to the parent.

        The child of a model that was trained in an earlier run gets no parameters: today's may be others.

        A scoring bundle waits for `finish`: only a run that succeeded may register a model.
        """
        if os.getpid() != self._process:
            return
        with self._lock, reaching(self._uri):
            for kind in kinds_of(name, dataset.metadata):
                if kind == MODEL:
                    # None: no model may take this place.
                    self._bundles[name] = Path(dataset._filepath) if data else None
                elif kind == CHAMPION:
                    tag_champion(self._parent, self._children, data)
                else:
                    log_dataset(self._run_of(model_of(name), trained_earlier), kind, data, dataset)

    def finish(self) -> None:
        """Register the models of a run that succeeded and end it."""
        with reaching(self._uri):
            for name, folder in self._bundles.items():
                if folder is not None:
                    register_bundle(self._parent, self._children, name, folder, self._portfolio)
                elif name == "challenger_bundle":
                    withdraw_challenger(self._parent, self._portfolio)
            self._end("FINISHED")

    def fail(self, error: BaseException) -> None:
        """End the run as failed, or as killed where someone stopped it; what went wrong becomes a tag."""
        killed = isinstance(error, KeyboardInterrupt)
        try:
            self._parent.set_tags({"error": f"{type(error).__name__}: {error}".rstrip(": ")})
            self._end("KILLED" if killed else "FAILED")
        except Exception:
            # The user must see what made the run fail, not this.
            log.warning("MLflow at %s could not be told that the run failed.", self._uri, exc_info=True)

    def _run_of(self, model: str | None, trained_earlier: bool) -> TrackedRun:
        if model is None:
            return self._parent
        if model not in self._children:
            child = self._parent.start_child(model, {**self._common, "model": model})
            settings = self._parameters.get(model)
            if isinstance(settings, dict) and not trained_earlier:
                child.log_parameters(settings)
            self._children[model] = child
        return self._children[model]

    def _end(self, status: str) -> None:
        for run in (*self._children.values(), self._parent):
            run.end(status)
