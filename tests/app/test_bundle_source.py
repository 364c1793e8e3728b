"""Bundles from a folder, from MLflow and from the Hugging Face Hub."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx2
import pytest
from tests.scoring.conftest import write

from loan_default.app.bundle_source import local_bundle
from loan_default.app.live_bundle import LiveBundle
from loan_default.app.metrics import Metrics
from loan_default.errors import InputError
from loan_default.scoring import Scorer

from .conftest import EXAMPLE, Server
from .hub_stand_in import Hub, running_hub, use_hub

REPOSITORY = "bank/made-up"
NO_COMMIT = "0" * 40


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Hub]:
    with running_hub() as hub:
        use_hub(hub.url, monkeypatch, str(tmp_path / "cache"))
        yield hub


@pytest.mark.parametrize("folder", ["data/bundle", "/srv/bundles/current", "C:/bundles"])
def test_a_folder_is_taken_as_it_is(folder: str) -> None:
    with local_bundle(folder) as found:
        assert found == Path(folder)


@pytest.mark.parametrize("source", ["s3://bank/bundle", "https://bank.example/bundle"])
def test_other_places_are_refused_with_what_is_allowed(source: str) -> None:
    with pytest.raises(InputError, match=rf"{source}.*models:/.*hf://OWNER"), local_bundle(source):
        pass


# The Hub


def test_a_bundle_comes_from_the_hub_at_a_commit_and_the_next_time_from_the_cache(
    hub: Hub, bundle: Path, bundle_files: dict[str, bytes], other_files: dict[str, bytes]
) -> None:
    commit = hub.commit(REPOSITORY, {**bundle_files, "README.md": b"a card", "notes.txt": b"x"})
    hub.commit(REPOSITORY, other_files)  # a newer one changes nothing
    for _ in range(2):
        with local_bundle(f"hf://{REPOSITORY}@{commit}") as folder:
            assert Scorer.load(folder).manifest == Scorer.load(bundle).manifest
    assert not (folder / "notes.txt").exists(), "only what a bundle is made of is fetched"
    fetched = [asked for asked in hub.asked if asked.startswith("GET /bank")]
    assert len(fetched) == len(bundle_files), "each file once"


@pytest.mark.parametrize("revision", ["main", "v1", "0" * 39, "", "A" * 40])
def test_what_is_no_commit_is_refused_before_anything_is_asked(hub: Hub, revision: str) -> None:
    source = f"hf://{REPOSITORY}@{revision}"
    with pytest.raises(InputError, match=f"'{source}' names no fixed state"), local_bundle(source):
        pass
    with pytest.raises(InputError, match="40 hex digits"), local_bundle(f"hf://{REPOSITORY}"):
        pass
    assert hub.asked == []


def test_a_missing_commit_and_a_missing_repository_are_named(
    hub: Hub, bundle_files: dict[str, bytes]
) -> None:
    hub.commit(REPOSITORY, bundle_files)
    for source, message in (
        (f"hf://{REPOSITORY}@{NO_COMMIT}", "no such commit"),
        (f"hf://bank/other@{NO_COMMIT}", "no such repository, or it is private: then set HF_TOKEN"),
    ):
        with pytest.raises(InputError, match=f"{source}.*{message}"), local_bundle(source):
            pass


def test_a_file_changed_on_the_hub_is_refused(hub: Hub, bundle_files: dict[str, bytes]) -> None:
    changed = {**bundle_files, "threshold.json": bundle_files["threshold.json"] + b" "}
    live = LiveBundle(f"hf://{REPOSITORY}@{hub.commit(REPOSITORY, changed)}", Metrics())
    with pytest.raises(InputError, match=r"threshold\.json was changed after the bundle was written"):
        live.load()
    assert not live.is_loaded


def test_without_a_network_the_cache_serves_and_nothing_else_does(
    hub: Hub, bundle_files: dict[str, bytes], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    source = f"hf://{REPOSITORY}@{hub.commit(REPOSITORY, bundle_files)}"
    with local_bundle(source):
        pass
    use_hub("http://127.0.0.1:9", monkeypatch, str(tmp_path / "cache"))  # nobody answers there
    with local_bundle(source) as folder:
        Scorer.load(folder)
    monkeypatch.setattr("time.sleep", lambda seconds: None)  # huggingface_hub tries again for 20 seconds
    unknown = f"hf://{REPOSITORY}@{NO_COMMIT}"
    with pytest.raises(InputError, match=f"{unknown} cannot be fetched and is not"), local_bundle(unknown):
        pass


def test_the_service_starts_with_a_bundle_of_the_hub(
    server: Callable[..., Server], bundle: Path, bundle_files: dict[str, bytes], tmp_path: Path
) -> None:
    with running_hub() as hub:
        source = f"hf://{REPOSITORY}@{hub.commit(REPOSITORY, bundle_files)}"
        outside = {"HF_ENDPOINT": hub.url, "HF_HOME": str(tmp_path / "hub"), "HF_HUB_DISABLE_XET": "1"}
        one = server(bundle=source, workers=2, outside=outside)
    answer = httpx2.post(f"{one.url}/api/predict", json=EXAMPLE).json()
    assert answer["model"]["version"] == Scorer.load(bundle).manifest.version


# MLflow


@pytest.fixture(scope="module")
def registered(bundle: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A store in which the bundle is registered as a run of the pipeline does it."""
    from loan_default.tracking import registry
    from loan_default.tracking.run import TrackedRun
    from loan_default.tracking.store import open_experiment

    folder = tmp_path_factory.mktemp("mlflow")
    uri = f"sqlite:///{folder}/mlflow.db"
    client, experiment = open_experiment(uri, "made_up", folder)
    run = TrackedRun.start(client, experiment, "made up", {})
    registry.register_bundle(run, {}, "scoring_bundle", bundle, "made_up")
    client.log_artifacts(run.run_id, str(bundle), "bundle")
    client.log_text(run.run_id, "no model", "else/notes.txt")
    run.end("FINISHED")
    return SimpleNamespace(uri=uri, run_id=run.run_id)


@pytest.fixture
def in_mlflow(registered: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", registered.uri)
    return registered


@pytest.mark.parametrize("source", ["models:/made_up@champion", "models:/made_up/1", "runs:/{run_id}/bundle"])
def test_a_bundle_comes_from_mlflow_and_is_removed_in_the_end(
    in_mlflow: Any, bundle: Path, source: str
) -> None:
    with local_bundle(source.format(run_id=in_mlflow.run_id)) as folder:
        assert Scorer.load(folder).manifest == Scorer.load(bundle).manifest
    assert not folder.exists()


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("models:/made_up@nobody", "cannot be fetched from MLflow at sqlite:///"),
        ("models:/other/1", "cannot be fetched from MLflow at sqlite:///"),
        ("runs:/{run_id}/else", "holds no scoring bundle"),
    ],
)
def test_what_mlflow_does_not_hold_is_named(in_mlflow: Any, source: str, message: str) -> None:
    named = source.format(run_id=in_mlflow.run_id)
    with pytest.raises(InputError, match=f"{re.escape(named)} {message}"), local_bundle(named):
        pass


def test_without_a_store_none_is_made(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match="set MLFLOW_TRACKING_URI"), local_bundle("models:/made_up/1"):
        pass
    assert list(tmp_path.iterdir()) == []


def test_a_bundle_of_mlflow_that_was_changed_is_refused(
    in_mlflow: Any, bundle_files: dict[str, bytes], tmp_path: Path
) -> None:
    from mlflow import MlflowClient

    folder = write(bundle_files, tmp_path / "changed")
    (folder / "calibrator.json").write_text("{}")
    MlflowClient().log_artifacts(in_mlflow.run_id, str(folder), "changed")
    shutil.rmtree(folder)
    live = LiveBundle(f"runs:/{in_mlflow.run_id}/changed", Metrics())
    with pytest.raises(InputError, match=r"calibrator\.json was changed"):
        live.load()
    live.close()
