"""The scoring bundle: a folder with all that turns an application into a decision, nothing pickled."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any, Literal

from pydantic import ValidationError

from loan_default.errors import InputError
from loan_default.evaluation.risk_bands import Band
from loan_default.features.transformer import FeatureTransformer
from loan_default.models.calibrator import Calibrator
from loan_default.portfolio.cleaner import ApplicationCleaner
from loan_default.portfolio.parsing import write_number
from loan_default.scoring.fields import Field
from loan_default.scoring.manifest import FORMAT, Manifest, PortfolioCard
from loan_default.scoring.scale import Scale
from loan_default.scoring.settings import ServiceSettings, bands_of
from loan_default.scoring.training_facts import TrainingFacts

MANIFEST = "manifest.json"
RECORD = "champion.json"
CLEANER = "application_cleaner.json"
TRANSFORMER = "feature_transformer.json"
CALIBRATOR = "calibrator.json"
THRESHOLD = "threshold.json"
MODEL = "model.onnx"
EXAMPLE = "input_example.json"
REFERENCE = "reference.json"
"""For monitoring; scoring does not need it, and bundles of earlier versions lack it."""

FILES = (RECORD, CLEANER, TRANSFORMER, CALIBRATOR, THRESHOLD, MODEL, EXAMPLE)

_LIBRARIES = (
    *("loan-default", "keras", "lightgbm", "numpy", "onnx", "onnxruntime", "pandas", "pydantic"),
    *("scikit-learn", "scipy", "tensorflow"),
)
_WRITE_AGAIN = "Run `kedro run --pipeline random_forest_comparison` to write it again."


@dataclass(frozen=True)
class Bundle:
    """A bundle, checked and read.

    Attributes:
        manifest: What it is.
        cleaner: Reads and cleans the columns.
        transformer: Makes the features.
        calibrator: Turns raw scores into probabilities.
        model: The model as ONNX.
    """

    manifest: Manifest
    cleaner: ApplicationCleaner
    transformer: FeatureTransformer
    calibrator: Calibrator
    model: bytes


def build_bundle(
    name: str,
    champion: Mapping[str, Any],
    application_cleaner: Mapping[str, Any],
    feature_transformer: Mapping[str, Any],
    model: bytes,
    calibrator: Mapping[str, Any],
    threshold: Mapping[str, Any],
    metrics: Mapping[str, float],
    facts: TrainingFacts,
    reference: Mapping[str, Any],
    service: ServiceSettings,
    data_fingerprint: str,
    run_id: str,
) -> dict[str, bytes]:
    """Pack a model for service.

    Args:
        name: Name of the model.
        champion: The record of how the champion was chosen.
        application_cleaner: Fitted cleaner, as plain data.
        feature_transformer: Fitted features, as plain data.
        model: The model as ONNX.
        calibrator: Its calibrator, as plain data.
        threshold: Its threshold.
        metrics: Its metrics on test rows.
        facts: What the train rows held.
        reference: Distributions of inputs and scores, from `describe_reference`.
        service: Scale, bands with their policies, words and limits.
        data_fingerprint: Of the lender's file.
        run_id: MLflow run, or `not tracked`.

    Returns:
        Relative file name to content.
    """
    cleaner = ApplicationCleaner.from_dict(dict(application_cleaner))
    records = {
        RECORD: {"model": name, **champion},
        CLEANER: application_cleaner,
        TRANSFORMER: feature_transformer,
        CALIBRATOR: calibrator,
        THRESHOLD: threshold,
        EXAMPLE: typical_application(cleaner, facts.fields),
        REFERENCE: {"inputs": reference["inputs"], "score": reference["scores"][name]},
    }
    files = {file: json.dumps(record, indent=2).encode() for file, record in records.items()}
    files[MODEL] = model
    hashes = {file: hashlib.sha256(content).hexdigest() for file, content in files.items()}
    portfolio = cleaner.portfolio
    scale, bands = Scale(**service.scale.model_dump()), bands_of(service)
    failed = {
        criterion: found
        for criterion, found in champion.get("criteria", {}).get(name, {}).items()
        if found["passed"] is False  # None: nothing was asked
    }
    manifest = Manifest(
        format=FORMAT,
        portfolio=PortfolioCard(name=portfolio.name, title=portfolio.title, currency=portfolio.currency),
        model=name,
        role=_role(name, champion),
        admitted=not failed,
        version=_version(hashes, scale, bands),
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        run_id=run_id,
        data_fingerprint=data_fingerprint,
        versions=_versions(),
        training=facts.training,
        metrics=dict(metrics),
        threshold=threshold["value"],
        threshold_reason=threshold.get("reason", ""),
        scale=scale,
        bands=bands,
        fields=facts.fields,
        consistency=service.consistency,
        reason_texts=service.reason_texts,
        limits=(*_limits(failed), *service.limits),
        files=hashes,
    )
    return {**files, MANIFEST: manifest.model_dump_json(indent=2).encode()}


def read_bundle(folder: Path) -> Bundle:
    """Read a bundle after checking that it is complete, unchanged, and of a format this version knows.

    Raises:
        InputError: It is not.
    """
    manifest = _read_manifest(folder)
    contents: dict[str, bytes] = {}
    for name, expected in manifest.files.items():
        file = folder / name
        if not file.is_file():
            raise InputError(f"The scoring bundle {folder} is incomplete: {name} is missing. {_WRITE_AGAIN}")
        contents[name] = file.read_bytes()
        if hashlib.sha256(contents[name]).hexdigest() != expected:
            raise InputError(
                f"{file} was changed after the bundle was written: its SHA-256 is not the one in {MANIFEST}. "
                f"Fetch the bundle again. {_WRITE_AGAIN}"
            )
    return Bundle(
        manifest=manifest,
        cleaner=ApplicationCleaner.from_dict(json.loads(contents[CLEANER])),
        transformer=FeatureTransformer.from_dict(json.loads(contents[TRANSFORMER])),
        calibrator=Calibrator.from_dict(json.loads(contents[CALIBRATOR])),
        model=contents[MODEL],
    )


def _read_manifest(folder: Path) -> Manifest:
    file = folder / MANIFEST
    if not file.is_file():
        raise InputError(f"{folder} is not a scoring bundle: {MANIFEST} is missing. {_WRITE_AGAIN}")
    try:
        data = json.loads(file.read_bytes())
        found = data["format"]
        newer, older = found > FORMAT, found < FORMAT
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(f"{file} cannot be read as a manifest. {_WRITE_AGAIN}") from error
    if newer:
        raise InputError(
            f"The scoring bundle {folder} has format {found}; this version of loan-default reads format "
            f"{FORMAT}. Update loan-default."
        )
    if older:
        raise InputError(
            f"The scoring bundle {folder} has format {found}, from before risk bands had policies; this "
            f"version of loan-default reads format {FORMAT}. {_WRITE_AGAIN}"
        )
    try:
        manifest = Manifest.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise InputError(f"{file} cannot be read at {where}: {first['msg']}. {_WRITE_AGAIN}") from error
    unnamed = [name for name in FILES if name not in manifest.files]
    if unnamed:
        raise InputError(
            f"The scoring bundle {folder} is incomplete: {MANIFEST} lacks {', '.join(unnamed)}. "
            f"{_WRITE_AGAIN}"
        )
    return manifest


def typical_application(cleaner: ApplicationCleaner, fields: tuple[Field, ...]) -> dict[str, str]:
    """Return an application of typical values, as text: nobody's own, written as in the lender's file.

    Args:
        cleaner: Knows how the file writes them.
        fields: What to give.

    Returns:
        Header name to value; texts are empty.
    """
    portfolio = cleaner.portfolio
    example: dict[str, str] = {}
    for field in fields:
        part = portfolio.columns[field.name].part_of
        value = field.typical
        if field.name not in cleaner.header and part is not None:
            example[cleaner.header[part.column]] = ""
        elif isinstance(value, bool):
            column: Any = portfolio.columns[field.name]
            example[field.header] = (column.when_true if value else column.when_false)[0]
        elif isinstance(value, float):
            number = value / 100 if field.name in cleaner.fractions else value
            example[field.header] = write_number(round(number, 4), portfolio.file.decimal)
        else:
            example[field.header] = value or ""
    return example


def _role(name: str, champion: Mapping[str, Any]) -> Literal["champion", "challenger", "requested"]:
    if name == champion["champion"]:
        return "champion"
    return "challenger" if name == champion.get("challenger") else "requested"


def _version(hashes: Mapping[str, str], scale: Scale, bands: tuple[Band, ...]) -> str:
    """Name the content: the files, and what the manifest alone says of how to score and decide."""
    content = [*sorted(hashes.values()), scale.model_dump_json(), *(band.model_dump_json() for band in bands)]
    return hashlib.sha256("".join(content).encode()).hexdigest()[:12]


def _limits(failed: Mapping[str, Any]) -> tuple[str, ...]:
    if not failed:
        return ()
    how = ", ".join(
        f"{criterion}: {found['value']:.3f}, limit {found['limit']:g}" for criterion, found in failed.items()
    )
    return (f"It does not meet the minimum criteria ({how}) and is for trying out only.",)


def _versions() -> dict[str, str]:
    versions = {"python": platform.python_version()}
    for library in _LIBRARIES:
        try:
            versions[library] = metadata.version(library)
        except metadata.PackageNotFoundError:
            continue
    return versions
