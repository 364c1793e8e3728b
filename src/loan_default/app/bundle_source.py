"""Where the scoring bundle comes from: a folder, MLflow, or the Hugging Face Hub.

What is fetched is not trusted more than a folder: `Scorer.load` checks every hash of it.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from loan_default.errors import InputError
from loan_default.scoring.bundle import MANIFEST

ALLOWED = (
    "a folder, an MLflow model (models:/lending_club@champion, models:/lending_club/3, runs:/RUN_ID/NAME), "
    "or a repository of the Hugging Face Hub at a commit (hf://OWNER/NAME@COMMIT)"
)

# Two letters at least: C:\bundles is a folder.
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):/")
_HUB = re.compile(r"hf://(?P<repository>[\w.-]+/[\w.-]+)@(?P<commit>[0-9a-f]{40})")
# Where MLflow keeps its store if it is not told.
_LOCAL_STORE = Path("mlflow.db")


@contextmanager
def local_bundle(source: str) -> Iterator[Path]:
    """Give the folder of a bundle; one that is fetched from MLflow is removed afterwards.

    Args:
        source: See `ALLOWED`. A name that moves, such as an alias, is followed once, now.

    Raises:
        InputError: It is none of these, or cannot be fetched.
    """
    scheme = _SCHEME.match(source)
    match scheme and scheme[1]:
        case None:
            yield Path(source)
        case "hf":
            yield _from_hub(source)
        case "models" | "runs":
            with tempfile.TemporaryDirectory(prefix="loan_default_bundle_") as scratch:
                yield _from_mlflow(source, Path(scratch))
        case _:
            raise InputError(f"The bundle cannot be fetched from {source!r}: name {ALLOWED}.")


def _from_hub(source: str) -> Path:
    """Fetch a bundle into the Hub's cache on this machine; what is there already is not fetched again."""
    named = _HUB.fullmatch(source)
    if named is None:
        raise InputError(
            f"{source!r} names no fixed state of a repository: write hf://OWNER/NAME@COMMIT, the commit as "
            "40 hex digits (`make publish` prints it). Branches and tags can move to another model unseen."
        )
    try:
        import huggingface_hub
        from huggingface_hub.errors import HTTPError, RepositoryNotFoundError, RevisionNotFoundError
    except ImportError as error:
        raise InputError(f"{source} needs the package huggingface_hub: install it.") from error
    try:
        return Path(
            huggingface_hub.snapshot_download(
                named["repository"], revision=named["commit"], allow_patterns=["*.json", "*.onnx"]
            )
        )
    except RevisionNotFoundError as error:
        raise InputError(f"{source}: the repository has no such commit.") from error
    except RepositoryNotFoundError as error:
        raise InputError(
            f"{source}: the Hub knows no such repository, or it is private: then set HF_TOKEN to a token "
            "that may read it."
        ) from error
    except (HTTPError, OSError, ValueError) as error:
        raise InputError(
            f"{source} cannot be fetched and is not complete in the cache of this machine: "
            f"{_first_line(error)}"
        ) from error


def _from_mlflow(source: str, scratch: Path) -> Path:
    try:
        import mlflow.artifacts
    except ImportError as error:
        raise InputError(
            f"{source} needs the package mlflow, which is not installed here: install it, or name a folder "
            "or a repository of the Hugging Face Hub."
        ) from error
    from mlflow.exceptions import MlflowException

    if not os.environ.get("MLFLOW_TRACKING_URI") and not _LOCAL_STORE.exists():
        raise InputError(f"{source}: set MLFLOW_TRACKING_URI; there is no {_LOCAL_STORE} in this folder.")
    try:
        model = Path(mlflow.artifacts.download_artifacts(source, dst_path=str(scratch)))
    except (MlflowException, OSError) as error:
        raise InputError(
            f"{source} cannot be fetched from MLflow at {mlflow.get_tracking_uri()}: {_first_line(error)}"
        ) from error
    # A model of this project holds its bundle as an artifact; runs:/ may name the bundle itself.
    found = [file.parent for file in (*model.glob(MANIFEST), *model.glob(f"artifacts/*/{MANIFEST}"))]
    if len(found) != 1:
        raise InputError(
            f"{source} holds no scoring bundle: it is not a model that this project has registered."
        )
    return found[0]


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
