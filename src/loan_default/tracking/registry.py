"""The champion and its challenger in MLflow's model registry."""

from __future__ import annotations

import json
import logging
import tempfile
import warnings
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

import mlflow.pyfunc
import pandas as pd
from mlflow.entities import LoggedModel, LoggedModelOutput
from mlflow.exceptions import MlflowException
from mlflow.models import Model, ModelSignature
from mlflow.types import ColSpec, DataType, Schema

import loan_default
from loan_default.errors import InputError
from loan_default.evaluation.gates import outcome_of
from loan_default.tracking.promotions import TAG, append, as_tag, file_beside, promotion
from loan_default.tracking.run import TrackedRun

log = logging.getLogger(__name__)

CHAMPION = "champion"
BUNDLE_RECORD = "champion.json"
BUNDLE_MANIFEST = "manifest.json"
INPUT_EXAMPLE = "input_example.json"

# Bundle's dataset -> alias of its registered version.
_ALIASES = {"scoring_bundle": CHAMPION, "challenger_bundle": "challenger"}

# What loan_default.scoring imports, beside what comes with the model itself.
_REQUIREMENTS = ("mlflow", "numpy", "onnxruntime", "pandas", "pydantic", "scipy")


def tag_champion(run: TrackedRun, children: Mapping[str, TrackedRun], record: Mapping[str, Any]) -> None:
    """Tag a run with its champion and challenger, or with why no model may be one, and with the gates.

    Args:
        run: The run of the whole pipeline; its gates are those of the champion, or where no model is admitted
            of the best.
        children: The runs of the models, by name; each gets its own gates.
        record: `champion` and `challenger`, names of models or None, `reason`, and the gates as `criteria`.
    """
    gates = record.get("criteria", {})
    for name, child in children.items():
        child.set_tags(_gate_tags(gates.get(name, {})))
    run.set_tags(_gate_tags(gates.get(record["champion"] or record.get("best"), {})))
    if record["champion"] is None:
        run.set_tags({"champion_refused": record["reason"]})
        log.warning("No champion is registered: %s", record["reason"])
        return
    run.set_tags({key: record[key] for key in ("champion", "challenger") if record[key]})
    run.set_tags({"champion_reason": record["reason"]})


def _gate_tags(gates: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """Say of each criterion asked whether it passed or could not be measured, and of all together."""
    tags = {f"gate.{name}": outcome_of(gate) for name, gate in gates.items() if gate["passed"] is not None}
    if gates:
        tags["validation"] = "refused" if "refused" in tags.values() else "passed"
    return tags


def register_bundle(
    parent: TrackedRun, children: Mapping[str, TrackedRun], dataset: str, folder: Path, portfolio: str
) -> None:
    """Log a scoring bundle as a model and register it under the portfolio's name.

    A model that the comparison did not choose, packed because it was asked for by name, is not registered.

    Args:
        parent: The run of the whole pipeline.
        children: The runs of the models, by name.
        dataset: `scoring_bundle` or `challenger_bundle`.
        folder: The bundle; its `champion.json` names the `model`, its `manifest.json` has the metrics, its
            `input_example.json` is an application.
        portfolio: Name to register under.

    Raises:
        InputError: Another dataset is marked as a model, or the bundle has no input example.
    """
    if dataset not in _ALIASES:
        raise InputError(f"Catalog entry {dataset!r} says `mlflow: model`; only {', '.join(_ALIASES)} may.")
    alias = _ALIASES[dataset]
    record = json.loads((folder / BUNDLE_RECORD).read_text(encoding="utf-8"))
    model = record["model"]
    if record.get(alias, model) != model:
        log.info("%s was packed on request; it is not the %s and is not registered.", model, alias)
        return
    before = _version_of(parent, portfolio, alias)
    version = _register(children.get(model, parent), model, folder, portfolio)
    parent.client.set_registered_model_alias(portfolio, alias, version)
    parent.set_tags({f"{alias}_version": version})
    if alias == CHAMPION:
        _record_promotion(
            parent, promotion(portfolio, alias, before, version, parent.run_id, record, _metrics(folder))
        )
    log.info("Registered %s as version %s of the model %s, alias %s.", model, version, portfolio, alias)


def withdraw_challenger(parent: TrackedRun, portfolio: str) -> None:
    """Take the alias from a challenger of an earlier run, where the last run has none."""
    try:
        parent.client.delete_registered_model_alias(portfolio, _ALIASES["challenger_bundle"])
    except MlflowException as error:
        if error.error_code != "RESOURCE_DOES_NOT_EXIST":
            raise


def _version_of(run: TrackedRun, portfolio: str, alias: str) -> str | None:
    try:
        return str(run.client.get_model_version_by_alias(portfolio, alias).version)
    except MlflowException as error:
        if error.error_code not in ("RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE"):
            raise
        return None


def _record_promotion(run: TrackedRun, entry: Mapping[str, Any]) -> None:
    run.client.set_model_version_tag(entry["portfolio"], entry["to_version"], TAG, as_tag(entry))
    file = file_beside(run.client.tracking_uri)
    if file is not None:
        append(file, entry)


def _metrics(folder: Path) -> dict[str, float]:
    return json.loads((folder / BUNDLE_MANIFEST).read_text(encoding="utf-8"))["metrics"]


def _register(run: TrackedRun, model: str, folder: Path, portfolio: str) -> str:
    client = run.client
    try:
        client.create_registered_model(portfolio)
    except MlflowException as error:
        if error.error_code != "RESOURCE_ALREADY_EXISTS":
            raise
    logged = client.create_logged_model(run.experiment_id, name=model, source_run_id=run.run_id)
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "model"
        _save(path, folder, logged, run.run_id)
        client.log_model_artifacts(logged.model_id, str(path))
    client.finalize_logged_model(logged.model_id, "READY")
    client.log_outputs(run.run_id, [LoggedModelOutput(logged.model_id, step=0)])
    version = client.create_model_version(
        portfolio, source=logged.artifact_location, run_id=run.run_id, model_id=logged.model_id
    )
    return str(version.version)


def _save(path: Path, folder: Path, logged: LoggedModel, run_id: str) -> None:
    example = _input_example(folder)
    model = Model(
        artifact_path=logged.artifact_location,
        run_id=run_id,
        model_uuid=logged.model_id,
        model_id=logged.model_id,
    )
    with warnings.catch_warnings():
        # MLflow would infer the signature from type hints; it is given here.
        warnings.filterwarnings("ignore", message=".*type hint", category=UserWarning)
        mlflow.pyfunc.save_model(
            path,
            python_model=str(Path(__file__).with_name("pyfunc_model.py")),
            artifacts={"bundle": str(folder)},
            code_paths=[str(Path(loan_default.__file__).parent)],
            pip_requirements=[f"{name}=={metadata.version(name)}" for name in _REQUIREMENTS],
            signature=_signature(example),
            input_example=example,
            mlflow_model=model,
        )


def _input_example(folder: Path) -> pd.DataFrame:
    file = folder / INPUT_EXAMPLE
    if not file.is_file():
        raise InputError(f"The bundle {folder} has no {INPUT_EXAMPLE}: one application, its fields as text.")
    example = json.loads(file.read_text(encoding="utf-8"))
    return pd.DataFrame([example] if isinstance(example, dict) else example, dtype="str")


def _signature(example: pd.DataFrame) -> ModelSignature:
    """Declare every field of an application as optional text and the answer as a double."""
    fields = [ColSpec(DataType.string, str(name), required=False) for name in example.columns]
    return ModelSignature(Schema(fields), Schema([ColSpec(DataType.double, "probability_of_default")]))
