"""A bundle of made-up applications with the columns of `customer_behavior`, and services that hold it."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import numpy as np
import pandas as pd
import pytest
import yaml
from fastapi.testclient import TestClient
from tests.scoring.conftest import SERVICE, fit, logistic_regression, pack, write

from loan_default.app import Settings, create_app
from loan_default.features.settings import FeatureSettings
from loan_default.portfolio.description import Portfolio
from loan_default.scoring.settings import NotAbove

PROJECT = Path(__file__).parents[2]
SEED = 7

# The reference project's published example.
EXAMPLE = {
    "income": 300000,
    "age": 30,
    "experience": 3,
    "married": "single",
    "house_ownership": "rented",
    "car_ownership": "no",
    "profession": "artist",
    "city": "sikar",
    "state": "rajasthan",
    "current_job_yrs": 3,
    "current_house_yrs": 11,
}
RANGES = {
    "age": (21, 79),
    "experience": (0, 20),
    "current_job_yrs": (0, 14),
    "current_house_yrs": (10, 14),
}


def _portfolio() -> Portfolio:
    description = yaml.safe_load(
        (PROJECT / "conf/customer_behavior/portfolio.yml").read_text(encoding="utf-8")
    )
    return Portfolio.model_validate(description["portfolio"])


def _made_up_file(rows: int) -> pd.DataFrame:
    """The file as text: the less income, the more defaults."""
    rng = np.random.default_rng(SEED)
    income = rng.integers(10_000, 10_000_000, rows)
    columns: dict[str, Any] = {"Id": np.arange(rows), "income": income}
    for name, (low, high) in RANGES.items():
        columns[name] = rng.integers(low, high + 1, rows)
    columns |= {
        "married": rng.choice(["single", "married"], rows),
        "house_ownership": rng.choice(["rented", "owned", "norent_noown"], rows, p=[0.8, 0.15, 0.05]),
        "car_ownership": rng.choice(["no", "yes"], rows, p=[0.7, 0.3]),
        "profession": rng.choice(["Artist", "Chef", "Police_officer", "Surgeon"], rows),
        "city": rng.choice(["Sikar", "Delhi_city", "Jaipur[1]", "Kochi", "Pune"], rows),
        "state": rng.choice(["Rajasthan", "Delhi", "Kerala"], rows),
        "Risk_Flag": (rng.uniform(size=rows) < 0.6 - 0.5 * income / 10_000_000).astype(int),
    }
    frame = pd.DataFrame({name: [str(value) for value in values] for name, values in columns.items()})
    frame.index = pd.RangeIndex(1, rows + 1, name="row_number")
    return frame.astype(pd.StringDtype(na_value=np.nan))


@pytest.fixture(scope="session")
def bundle_files() -> dict[str, bytes]:
    fitted = fit(_made_up_file(600), _portfolio(), features=FeatureSettings(use_protected=True))
    rule = NotAbove(not_above=("current_job_yrs", "experience"))
    return pack(
        fitted, logistic_regression(fitted), service=SERVICE.model_copy(update={"consistency": (rule,)})
    )


@pytest.fixture(scope="session")
def bundle(bundle_files: dict[str, bytes], tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(bundle_files, tmp_path_factory.mktemp("bundles") / "scoring_bundle")


@pytest.fixture(scope="session")
def other_files(bundle_files: dict[str, bytes]) -> dict[str, bytes]:
    """The same model under another version, as if it had been trained anew."""
    manifest = json.loads(bundle_files["manifest.json"]) | {"version": "second", "run_id": "run 2"}
    return bundle_files | {"manifest.json": json.dumps(manifest).encode()}


@pytest.fixture
def settings(bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Settings]:
    """Settings for a service on the made-up bundle, whatever the environment says."""
    for name in os.environ:
        if name.startswith("LOAN_DEFAULT_"):
            monkeypatch.delenv(name)

    def build(**changes: Any) -> Settings:
        usual = {"bundle": str(bundle), "form": False, "log_path": tmp_path / "log" / "predictions.jsonl"}
        return Settings(**usual | changes)

    return build


@pytest.fixture
def service(settings: Callable[..., Settings]) -> Callable[..., Any]:
    """Start a service in this process, with changed settings; leaving it stops it and flushes its log."""

    @contextmanager
    def start(**changes: Any) -> Iterator[TestClient]:
        with TestClient(create_app(settings(**changes)), follow_redirects=False) as client:
            yield client

    return start


@pytest.fixture(scope="session")
def client(bundle: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """One service for all tests that leave it as it is."""
    settings = Settings(
        bundle=str(bundle), api_key=None, form=False, log_path=tmp_path_factory.mktemp("log") / "log.jsonl"
    )
    with TestClient(create_app(settings), follow_redirects=False) as client:
        yield client


class Server:
    """`python -m loan_default.app` in a process of its own on a free port of this machine."""

    def __init__(
        self, folder: Path, bundle: Path | str, outside: Mapping[str, str] | None = None, **settings: Any
    ) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = folder / "predictions.jsonl"
        self._stderr = folder / "stderr.txt"
        values = {"bundle": bundle, "port": self.port, "log_path": self.log, "form": False, **settings}
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith("LOAN_DEFAULT_")
        }
        environment |= {f"LOAN_DEFAULT_{name.upper()}": str(value) for name, value in values.items()}
        environment |= outside or {}
        with self._stderr.open("wb") as stderr:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "loan_default.app"], cwd=folder, env=environment, stderr=stderr
            )

    @property
    def said(self) -> str:
        return self._stderr.read_text()

    def wait_until_ready(self) -> None:
        for _ in range(300):
            if self.process.poll() is not None:
                break
            try:
                if httpx2.get(f"{self.url}/ready").status_code == 200:
                    return
            except httpx2.TransportError:
                pass
            time.sleep(0.1)
        raise AssertionError(self.said)

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@pytest.fixture
def server(bundle: Path, tmp_path: Path) -> Iterator[Callable[..., Server]]:
    """Start a server with changed settings; it is stopped at the end."""
    started: list[Server] = []

    def start(bundle: Path | str = bundle, **settings: Any) -> Server:
        started.append(Server(tmp_path, bundle, **settings))
        started[-1].wait_until_ready()
        return started[-1]

    yield start
    for one in started:
        one.stop()


def replace_bundle(folder: Path, files: dict[str, bytes]) -> None:
    """Put another bundle in its place by rename, as a run of the pipeline does."""
    aside = write(files, folder.with_name("new"))
    old = folder.with_name("old")
    folder.rename(old)
    aside.rename(folder)
    shutil.rmtree(old)
