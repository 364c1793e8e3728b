"""The Kedro hook that tracks runs; what it does is in the modules beside it."""

from __future__ import annotations

import atexit
import logging
import os
import warnings
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kedro.config import MissingConfigException
from kedro.framework.hooks import hook_impl

from loan_default.errors import InputError
from loan_default.tracking.kinds import METRICS, TAGS, kinds_of
from loan_default.tracking.provenance import provenance_tags
from loan_default.tracking.settings import TrackingSettings

if TYPE_CHECKING:
    from kedro.framework.context import KedroContext
    from kedro.io import CatalogProtocol
    from kedro.pipeline import Pipeline

    from loan_default.tracking.session import TrackedSession

log = logging.getLogger(__name__)


def _kinds_in(catalog: CatalogProtocol, name: str) -> tuple[str, ...]:
    return kinds_of(name, getattr(catalog.get(name), "metadata", None))


def _readable(loader: Any) -> dict[str, Any]:
    """Read the parameters of a run that failed early; none where they are what made it fail."""
    try:
        return dict(loader["parameters"])
    except Exception:
        return {}


# Read by MLflow when it is imported; a user's own values stay.
_MLFLOW_DEFAULTS = {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    # It would go on trying to reach a server that is down for several minutes.
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "2",
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
}


RUN_ID = "run_id"
"""Dataset by which nodes learn the parent run's id, without knowing MLflow."""

RUN_PROVENANCE = "run_provenance"
"""Dataset by which nodes learn commit, command, user, start and run id, tracked or not."""


class MlflowTracking:
    """Leave exactly one parent run for each run of a pipeline.

    One instance serves all sessions of a process. MLflow is imported when the first of them runs a pipeline,
    so that commands that run nothing do not wait for it.
    """

    def __init__(self) -> None:
        self.context: KedroContext | None = None
        self._catalog: CatalogProtocol | None = None
        self._entries: dict[str, Any] = {}
        self._parameters: dict[str, Any] | None = None
        self._session: TrackedSession | None = None
        atexit.register(self._end_leftover)

    @hook_impl
    def after_context_created(self, context: KedroContext) -> None:
        """Remember the context; whether a run follows is not known yet."""
        self.start_over()
        self.context = context

    @hook_impl
    def after_catalog_created(self, conf_catalog: dict[str, Any], parameters: dict[str, Any]) -> None:
        """Remember the validated parameters and what the catalog says of tracking."""
        self._entries = conf_catalog
        self._parameters = parameters["parameters"]

    @hook_impl
    def before_pipeline_run(
        self, run_params: dict[str, Any], pipeline: Pipeline, catalog: CatalogProtocol
    ) -> None:
        """Start the parent run, with the tags that earlier runs left on disk."""
        self._catalog = catalog
        standing = [name for name in self._tagging_entries() if name not in pipeline.all_outputs()]
        read = [name for name in pipeline.inputs() if METRICS in _kinds_in(catalog, name)]
        try:
            self._session = self._start(run_params["pipeline_names"])
        except InputError:
            self._forget()  # a store that refused once is not asked again to record the failure
            raise
        if RUN_PROVENANCE in pipeline.inputs():
            catalog.save(RUN_PROVENANCE, self._provenance(Path(run_params["project_path"])))
        if self._session is None:
            return
        self._session.log_inputs()
        if RUN_ID in catalog:
            catalog.save(RUN_ID, self._session.run_id)
        if "ParallelRunner" in run_params["runner"]:
            log.warning("ParallelRunner: MLflow gets this run's parameters, not its metrics and files.")
        for name in standing:
            if catalog.exists(name):
                self._session.log(name, catalog.load(name), catalog.get(name))
        for name in read:
            # A model trained in an earlier run is compared in this one: its metrics belong beside the others.
            self._session.log(name, catalog.load(name), catalog.get(name), trained_earlier=True)

    @hook_impl
    def after_dataset_saved(self, dataset_name: str, data: Any) -> None:
        """Log what was saved, if the catalog says so."""
        if self._session is not None and self._catalog is not None:
            dataset = self._catalog.get(dataset_name)
            if getattr(dataset, "metadata", None):
                self._session.log(dataset_name, data, dataset)

    @hook_impl
    def after_pipeline_run(self) -> None:
        """Register the models and end the run."""
        if self._session is None:
            return
        try:
            self._session.finish()
        except BaseException as error:
            self._fail(error)
            raise
        self._forget()

    @hook_impl
    def on_pipeline_error(self, error: Exception) -> None:
        """End the run as failed."""
        self._fail(error)

    def start_over(self) -> None:
        """Forget the session before; end its run if it was interrupted."""
        self._end_leftover()
        self._forget()

    def record_failure(self, error: BaseException, pipelines: list[str]) -> None:
        """Make sure that a failed `kedro run` leaves its run, however early it failed.

        Kedro calls no hook for an interrupt, for a parameter that is not valid, or for a hook's own error.
        """
        if self._session is None and self.context is not None:
            try:
                self._session = self._start(pipelines)
                if self._session is not None:
                    self._session.log_inputs()
            except Exception as obstacle:
                log.warning("This failed run could not be recorded: %s", obstacle)
        self._fail(error)

    def _provenance(self, project: Path) -> dict[str, str]:
        return {
            **provenance_tags(project),
            "started": datetime.now(UTC).isoformat(timespec="seconds"),
            "run_id": "not tracked" if self._session is None else self._session.run_id,
        }

    def _start(self, pipelines: list[str] | None) -> TrackedSession | None:
        if self.context is None:
            return None
        loader: Any = self.context.config_loader
        try:
            settings = TrackingSettings.from_config(loader["mlflow"])
        except MissingConfigException:
            settings = TrackingSettings()
        if not settings.enabled:
            return None
        for variable, value in _MLFLOW_DEFAULTS.items():
            os.environ.setdefault(variable, value)
        with warnings.catch_warnings(action="ignore"):
            # This imports MLflow, which warns of its own type hints.
            from loan_default.tracking.session import TrackedSession

        return TrackedSession(
            settings=settings,
            project=self.context.project_path,
            env=self.context.env or str(loader.default_run_env),
            pipeline="+".join(pipelines or ["__default__"]),
            parameters=_readable(loader) if self._parameters is None else self._parameters,
        )

    def _tagging_entries(self) -> list[str]:
        """Name the catalog's entries that hold tags; a wrong kind anywhere shows here, before the run."""
        return [
            name
            for name, entry in self._entries.items()
            if isinstance(entry, dict) and TAGS in kinds_of(name, entry.get("metadata")) and "{" not in name
        ]

    def _fail(self, error: BaseException) -> None:
        if self._session is not None:
            self._session.fail(error)
        self._forget()

    def _end_leftover(self) -> None:
        """End a run that was interrupted where no hook could see it."""
        if self._session is not None:
            self._fail(KeyboardInterrupt("the run was interrupted"))

    def _forget(self) -> None:
        self._session = self.context = self._catalog = self._parameters = None
        self._entries = {}
