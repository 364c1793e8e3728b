"""The way to MLflow's store; the only module that opens it."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mlflow import MlflowClient
from mlflow.exceptions import MlflowException
from sqlalchemy.exc import SQLAlchemyError

from loan_default.errors import InputError
from loan_default.tracking.flatten import shorten


@contextmanager
def reaching(uri: str) -> Iterator[None]:
    """Turn whatever keeps MLflow from its store into one message for the user.

    Raises:
        InputError: The store cannot be reached or refuses.
    """
    try:
        yield
    except (MlflowException, SQLAlchemyError, OSError) as error:
        reason = shorten(str(error).strip().splitlines()[0], 300)
        raise InputError(
            f"MLflow at {uri} does not take this run: {reason}\n"
            "Start the server or correct MLFLOW_TRACKING_URI (or tracking_uri in conf/base/mlflow.yml); "
            "enabled: false in that file runs without tracking."
        ) from error


def open_experiment(uri: str, experiment: str, project: Path) -> tuple[MlflowClient, str]:
    """Connect to the store and find the experiment, or create it.

    Returns:
        The client and the experiment's id.
    """
    for name in ("mlflow", "alembic"):
        logging.getLogger(name).setLevel(logging.WARNING)
    client = MlflowClient(tracking_uri=uri, registry_uri=uri)
    found = client.get_experiment_by_name(experiment)
    if found is not None:
        if found.lifecycle_stage == "deleted":
            client.restore_experiment(found.experiment_id)
        return client, found.experiment_id
    root = _artifact_root(uri, project)
    location = (root / experiment).as_uri() if root else None
    return client, client.create_experiment(experiment, artifact_location=location)


def _artifact_root(uri: str, project: Path) -> Path | None:
    """Choose where artifacts go: a server decides that itself; MLflow would put a database's in ./mlruns."""
    if uri.startswith(("http", "databricks")):
        return None
    is_file = uri.startswith("sqlite:///")
    return (Path(uri.removeprefix("sqlite:///")).resolve().parent if is_file else project) / "mlartifacts"
