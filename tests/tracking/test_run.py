"""What is sent to MLflow, seen by a client that only remembers."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from loan_default.tracking.run import TrackedRun


class RememberingClient:
    def __init__(self) -> None:
        self.batches: list[dict[str, Any]] = []

    def log_batch(self, run_id: str, **entries: Any) -> None:
        self.batches.append({kind: list(values) for kind, values in entries.items()})

    def sent(self, kind: str) -> dict[str, Any]:
        return {entry.key: entry.value for batch in self.batches for entry in batch.get(kind, [])}


@pytest.fixture
def client() -> RememberingClient:
    return RememberingClient()


@pytest.fixture
def run(client: RememberingClient) -> TrackedRun:
    return TrackedRun(client, "1", "run")  # type: ignore[arg-type]


def test_parameters_go_in_hundreds(run: TrackedRun, client: RememberingClient) -> None:
    run.log_parameters({f"p{i}": i for i in range(250)})
    assert [len(batch["params"]) for batch in client.batches] == [100, 100, 50]
    assert client.sent("params")["p249"] == "249"


def test_long_parameter_is_cut_with_a_mark(run: TrackedRun, client: RememberingClient) -> None:
    run.log_parameters({"a": {"long": "y" * 7000}})
    value = client.sent("params")["a.long"]
    assert len(value) == 6000
    assert value.endswith("... (cut)")


def test_metrics_are_floats_and_absent_ones_are_left_out(run: TrackedRun, client: RememberingClient) -> None:
    run.log_metrics({"test": {"auc": 1, "ks": None}})
    assert client.sent("metrics") == {"test.auc": 1.0}


def test_metric_that_is_no_number_is_named(run: TrackedRun) -> None:
    with pytest.raises(TypeError, match=r"'test.model' is 'ann', not a number"):
        run.log_metrics({"test": {"model": "ann"}})


def test_history_uses_its_epochs_and_leaves_text_out(run: TrackedRun, client: RememberingClient) -> None:
    run.log_history(pd.DataFrame({"epoch": [3, 4], "loss": [0.5, 0.25], "note": ["a", "b"]}))
    points = [(point.key, point.step, point.value) for point in client.batches[0]["metrics"]]
    assert points == [("epochs/loss", 3, 0.5), ("epochs/loss", 4, 0.25)]


def test_long_history_goes_in_thousands(run: TrackedRun, client: RememberingClient) -> None:
    run.log_history(pd.DataFrame({"epoch": range(600), "loss": 0.5, "val_loss": 0.5}))
    assert [len(batch["metrics"]) for batch in client.batches] == [1000, 200]


def test_each_trial_is_a_child_with_its_settings() -> None:
    class Store(RememberingClient):
        def __init__(self) -> None:
            super().__init__()
            self.runs: list[str] = []
            self.ended: list[str] = []

        def create_run(self, experiment: str, run_name: str) -> Any:
            self.runs.append(run_name)
            return SimpleNamespace(info=SimpleNamespace(run_id=run_name))

        def set_terminated(self, run_id: str, status: str) -> None:
            self.ended.append(status)

    store = Store()
    trials = pd.DataFrame(
        {
            "trial": [0, 1, 2],
            "state": ["complete", "complete", "fail"],
            "earlier": [True, False, False],
            "value": [0.6, 0.7, float("nan")],
            "seconds": [1.0, 1.5, 2.0],
            "max_depth": [2, 3, 4],
        }
    )
    TrackedRun(store, "1", "parent").log_trials(trials)  # type: ignore[arg-type]
    assert store.runs == ["trial 1", "trial 2"], "the first is another run's"
    assert store.ended == ["FINISHED", "FAILED"]
    assert store.sent("tags")["mlflow.parentRunId"] == "parent"
    assert store.sent("params")["max_depth"] == "4"
    values = [m.value for batch in store.batches for m in batch.get("metrics", []) if m.key == "value"]
    assert values == [0.7], "a trial that failed has none"
