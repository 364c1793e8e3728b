"""A model of made-up loans with its reference, and predictions as its service logs them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from kedro.io import DataCatalog, MemoryDataset
from kedro.pipeline import Pipeline
from kedro.runner import SequentialRunner
from tests.scoring.conftest import (
    DESCRIPTION,
    SERVICE,
    Fitted,
    fit,
    logistic_regression,
    make_up,
    pack,
    write,
)

from loan_default.datasets.batch_output import BatchOutput
from loan_default.evaluation.monitoring.settings import MonitoringSettings
from loan_default.evaluation.over_time.measure import auc_interval
from loan_default.models.calibrator import Calibrator
from loan_default.pipelines.monitoring import create_pipeline
from loan_default.portfolio.description import Portfolio
from loan_default.scoring import Scorer
from loan_default.scoring.onnx_model import OnnxModel
from loan_default.scoring.reference import describe_reference

ROWS = 3000
SETTINGS: dict[str, Any] = {
    "source": "log",
    "log": {"path": "not named"},
    "level": 0.05,
    "confidence": 0.95,
    "min_rows": 200,
    "min_events": 20,
    "marks": {
        "psi": {"amber": 0.1, "red": 0.25},
        "decisions": {"amber": 0.05, "red": 0.1},
        "missing": {"amber": 0.05, "red": 0.1},
        "new_labels": {"amber": 0.01, "red": 0.05},
        "faulty": {"amber": 0.05, "red": 0.2},
        "roc_auc_fall": {"amber": 0.03, "red": 0.05},
        "calibration": {"amber": 0.1, "red": 0.25},
    },
}
METRICS = {"roc_auc": 0.6, "roc_auc_low": 0.58, "roc_auc_high": 0.62}

Watch = Callable[..., dict[str, Any]]


class Kept(MemoryDataset):
    """Stays when the runner needs it no more."""

    def _release(self) -> None:
        pass


def watched_bundle(fitted: Fitted, folder: Path, measured: bool = False) -> Path:
    """Pack a logistic regression with the reference that its own predictions give.

    Its ROC AUC is made up, or measured on its test rows.
    """
    model = logistic_regression(fitted)
    calibrator = Calibrator("none", {"method": "none"})
    probability = calibrator.apply(
        OnnxModel(model).run(fitted.transformer.transform(fitted.clean).to_numpy())
    )
    predictions = pd.DataFrame(
        {
            "part": fitted.clean["part"],
            "probability": probability,
            "prediction": (probability >= 0.3).astype(int),
        }
    )
    reference = describe_reference(
        fitted.raw,
        fitted.clean,
        fitted.portfolio,
        fitted.cleaner,
        fitted.facts.fields,
        {"logistic_regression": predictions},
        SERVICE,
    )
    metrics = METRICS
    if measured:
        test = fitted.clean["part"] == "test"
        outcome, units = fitted.clean.loc[test, "default"].to_numpy(), np.arange(test.sum())
        found = auc_interval(outcome, probability[test], units, 0.95)
        metrics = dict(zip(METRICS, map(float, found), strict=False))
    changes = {"reference": reference, "calibrator": calibrator.to_dict(), "metrics": metrics}
    return write(pack(fitted, model, **changes), folder)


@pytest.fixture(scope="session")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of 3,000 made-up loans."""
    fitted = fit(make_up(ROWS, seed=5), Portfolio.model_validate(DESCRIPTION))
    return watched_bundle(fitted, tmp_path_factory.mktemp("watched") / "scoring_bundle")


@pytest.fixture(scope="session")
def scorer(bundle: Path) -> Scorer:
    return Scorer.load(bundle)


@pytest.fixture(scope="session")
def entries(scorer: Scorer) -> list[dict[str, Any]]:
    """Entries of the log for 1,500 other loans of the same kind, over 90 days; do not change them."""
    return make_entries(scorer, scorer.values(make_up(1500, seed=6)))


def make_entries(scorer: Scorer, applications: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Decide applications and write what the service would log of them."""
    applications = list(applications)
    manifest = scorer.manifest
    times = pd.date_range("2026-07-01", "2026-09-28 20:00", periods=len(applications), tz="UTC")
    return [
        {
            "time": time.isoformat(timespec="milliseconds"),
            "request_id": "r",
            "prediction_id": f"p{number}",
            "index": 0,
            "status": 200,
            "latency_ms": 1.0,
            "model": {"name": manifest.model, "version": manifest.version, "run_id": manifest.run_id},
            "prediction": decision.prediction,
            "probability_of_default": decision.probability_of_default,
            "threshold": decision.threshold,
            "score": decision.score,
            "risk_band": decision.risk_band,
            "policy": decision.policy,
            "reasons": [],
            "inputs": dict(application),
            "warnings": [],
        }
        for number, (time, application, decision) in enumerate(
            zip(times, applications, scorer.decide(applications), strict=True)
        )
    ]


def write_log(entries: Iterable[Mapping[str, Any]], path: Path) -> Path:
    """Write entries as the service does."""
    path.write_text("".join(json.dumps(entry) + "\n" for entry in entries))
    return path


def outcomes_of(entries: Iterable[Mapping[str, Any]], times: float = 1.0, seed: int = 1) -> pd.DataFrame:
    """Draw outcomes by the probabilities themselves, or by a multiple of them: made up."""
    rng = np.random.default_rng(seed)
    rows = [(entry["prediction_id"], entry["probability_of_default"]) for entry in entries]
    return pd.DataFrame(
        [{"prediction_id": name, "default": int(rng.random() < times * p)} for name, p in rows]
    )


def monitoring(**changes: Any) -> MonitoringSettings:
    """Settings of monitoring, with changes."""
    return MonitoringSettings.model_validate({**SETTINGS, **changes})


@pytest.fixture
def watch(bundle: Path, tmp_path: Path) -> Watch:
    """Run the pipeline up to its result; give everything it made, by dataset."""

    def watch(
        log: Path | None = None, batch: BatchOutput | None = None, folder: Path = bundle, **changes: Any
    ) -> dict[str, Any]:
        if "batch_" in changes:
            changes["batch"] = changes.pop("batch_")
        if log is not None:
            changes["log"] = {"path": str(log)}
        nothing = BatchOutput(tmp_path / "none", tmp_path / "none", tmp_path / "none")
        given = {
            "current_bundle": folder,
            "batch_output": batch or nothing,
            "params:portfolio": Portfolio.model_validate(DESCRIPTION),
            "params:monitoring": monitoring(**changes),
            "run_id": "not tracked",
        }
        pipeline: Pipeline = create_pipeline()
        made = {name: Kept(copy_mode="assign") for name in pipeline.all_outputs()}
        catalog = DataCatalog({**made, **{name: MemoryDataset(data) for name, data in given.items()}})
        wanted = Pipeline(
            [node for node in pipeline.nodes if node.name.split(".")[-1] not in ("draw", "lay_out_page")]
        )
        SequentialRunner().run(wanted, catalog)
        return {name: dataset.load() for name, dataset in made.items() if dataset.exists()}

    return watch
