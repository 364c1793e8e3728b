"""The benchmark scripts: what they see of a process, how they clean up, what they write down."""

from __future__ import annotations

import argparse
import importlib
import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pandas as pd
import pytest

PROJECT = Path(__file__).parents[2]


@pytest.fixture
def load(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Import a module of benchmarks/, which is a folder of scripts and no package."""
    monkeypatch.syspath_prepend(PROJECT / "benchmarks")

    def load_module(name: str) -> ModuleType:
        monkeypatch.delitem(sys.modules, name, raising=False)
        return importlib.import_module(name)

    return load_module


def test_watching_a_process_and_its_child(load: Any) -> None:
    child = "import time; held = bytes(range(256)) * 400_000; time.sleep(0.5)"
    parent = (
        "import subprocess, sys, time; time.sleep(0.2); print('Running node: made up', flush=True);"
        f"held = bytes(range(256)) * 400_000; subprocess.run([sys.executable, '-c', {child!r}], check=True)"
    )
    seen = load("watched_run").watch([sys.executable, "-c", parent])

    assert 0.2 < seen.first_node_seconds < seen.seconds - 0.4
    assert seen.lines == ["Running node: made up"]
    if Path("/proc/self/statm").exists():  # 102.4 MB in each of two processes
        assert 200 < seen.peak_mb < 300


def test_a_failing_process_is_told_with_its_last_words(load: Any) -> None:
    watched_run = load("watched_run")
    code = "import sys; print('before'); sys.exit('Error: the file is empty')"

    with pytest.raises(watched_run.RunError, match="before") as caught:
        watched_run.watch([sys.executable, "-c", code], {"PYTHONUNBUFFERED": "1"})

    assert caught.value.reason == "Error: the file is empty"


def test_scratch_portfolio_removes_its_folders_and_no_other(
    load: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched_run = load("watched_run")
    monkeypatch.setattr(watched_run, "PROJECT", tmp_path)
    (tmp_path / "data/08_reporting/lending_club").mkdir(parents=True)

    with watched_run.scratch_portfolio("benchmark") as environment:
        (tmp_path / "data/08_reporting/benchmark").mkdir()
        store = Path(environment["MLFLOW_TRACKING_URI"].removeprefix("sqlite:///"))
        assert store.parent.is_dir()

    assert not store.parent.exists()
    assert [folder.name for folder in (tmp_path / "data/08_reporting").iterdir()] == ["lending_club"]
    with (
        pytest.raises(watched_run.RunError, match="overwrite and remove data/08_reporting/lending_club"),
        watched_run.scratch_portfolio("lending_club"),
    ):
        pass
    assert (tmp_path / "data/08_reporting/lending_club").is_dir()


def test_imports_are_added_up_until_the_first_node(load: Any) -> None:
    watched_run, pipelines = load("watched_run"), load("pipelines")
    lines = [
        "import time: self [us] | cumulative | imported package",
        "import time:    250000 |     250000 |   mlflow.client",
        "import time:    750000 |    1000000 | mlflow",
        "import time:    100000 |     100000 | json.decoder",
        "INFO Running node: clean",
        "import time:    900000 |     900000 | tensorflow.python",
    ]
    run = watched_run.WatchedRun(seconds=9.0, first_node_seconds=4.0, peak_mb=1.0, lines=lines)

    found = pipelines.summarise_imports(run)

    assert found["packages"] == {"mlflow": 1.0, pipelines.STANDARD_LIBRARY: 0.1}
    assert found["import_seconds"] == 1.1
    assert found["tensorflow"] is True
    record = {
        "env": "lending_club",
        "params": "",
        "machine": load("machine").machine_facts(),
        "pipelines": {"cleaning": {"seconds": 9.0, "first_node_seconds": 4.0, "peak_mb": 1234.0}},
        "imports": {"cleaning": found},
    }
    page = pipelines.markdown(record)
    assert "| cleaning | 9.0 s | 4.0 s | 1,234 MB |" in page
    assert "| mlflow | 1.00 s | 25% |" in page
    assert "TensorFlow was **imported**" in page


def test_every_experiment_has_its_portfolio_and_a_name_of_its_own(load: Any) -> None:
    experiments = load("experiments").EXPERIMENTS
    assert len({experiment.name for experiment in experiments}) == len(experiments)
    for experiment in experiments:
        assert (PROJECT / "conf" / experiment.env / "portfolio.yml").is_file()


def test_decisions_on_raw_scores(load: Any) -> None:
    scores = pd.DataFrame(
        {
            "part": ["train", "test", "test", "test", "test"],
            "default": [1, 1, 1, 0, 0],
            "score": [0.9, 0.29, 0.1, 0.5, 0.2],
        }
    )
    at = load("results")._at_threshold(scores, 0.29)
    assert at == {"threshold": 0.29, "precision": 0.5, "recall": 0.5, "f1": 0.5}


def test_results_page_of_made_up_records(load: Any) -> None:
    metric = [0.7, 0.65, 0.75]
    page = load("results_page")
    head = {"title": "Made up", "note": "", "command": "kedro run --env made_up"}
    record = head | {
        "seconds": 12.4,
        "peak_mb": 1500,
        "machine": {"date": "2026-01-02T03:04:05", "cores": 2, "python": "3.11.7"},
        "file": "made_up.csv",
        "rows_in_file": 1000,
        "share_with_a_twin": 0.5,
        "parts": {"test": {"rows": 1000, "events": 125, "event_rate": 0.125}},
        "leaks": [{"column": "total_pymnt", "reason": "its values alone reach ROC AUC 0.804"}],
        "champion": {"champion": None, "reason": "No model is admitted."},
        "models": {model: dict.fromkeys(page.METRICS, metric) for model in page.MODELS},
    }
    text = page.results_page({"made_up": record, "broken": head | {"failed": "Error: the file is empty"}})

    assert "| Made up | 1,000 | 12.5% |" + " 0.700 [0.650, 0.750] |" * 4 in text
    assert "| ANN |" + " 0.700 [0.650, 0.750] |" * 4 in text
    assert "**Champion: none.** No model is admitted." in text
    assert "The leak scan found `total_pymnt`." in text
    assert "**This run failed:** Error: the file is empty" in text


def test_each_result_is_written_and_the_others_stay(load: Any, tmp_path: Path) -> None:
    one_by_one = load("one_by_one")
    titles = {"first": "First", "second": "Second", "third": "Third"}
    (tmp_path / "made_up.json").write_text(json.dumps({"third": {"seconds": 3}, "first": {"seconds": 9}}))

    def measure(name: str) -> dict[str, Any]:
        if name == "second":
            raise one_by_one.RunError(["Error: the file is empty"])
        assert not page_of(tmp_path)  # nothing is written before something is measured
        return {"seconds": 1}

    def page_of(folder: Path) -> str:
        page = folder / "made_up.md"
        return page.read_text() if page.exists() else ""

    options = argparse.Namespace(only=["second", "first"], list=False, output=tmp_path)
    code = one_by_one.measure_each(options, titles, measure, " ".join, "made_up")

    assert code == 1
    assert json.loads((tmp_path / "made_up.json").read_text()) == {
        "first": {"seconds": 1},
        "third": {"seconds": 3},
    }
    assert page_of(tmp_path) == "first third"


def test_a_missing_file_is_skipped_unless_the_project_has_its_own(
    load: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one_by_one = load("one_by_one")
    monkeypatch.setattr(one_by_one, "PROJECT", tmp_path)
    assert one_by_one.file_below(tmp_path, None) is None
    with pytest.raises(one_by_one.SkippedError, match=r"loans\.csv does not exist \(see --shared\)"):
        one_by_one.file_below(tmp_path, "loans.csv", "own.csv")
    (tmp_path / "own.csv").write_text("made up")
    assert one_by_one.file_below(tmp_path / "shared", "loans.csv", "own.csv") == tmp_path / "own.csv"


def test_folds_page_pairs_the_monthly_columns_fold_by_fold(load: Any) -> None:
    page = load("folds_page")

    def record(title: str, roc_auc: float) -> dict[str, Any]:
        keys = ("roc_auc", "roc_auc_low", "roc_auc_high", "brier", "brier_low", "brier_high")
        ends = dict(zip(keys, (0.7, 0.65, 0.75, 0.1, 0.09, 0.11), strict=True))
        gap = {"difference": -0.02, "difference_low": -0.03, "difference_high": -0.01}
        none = dict.fromkeys(gap)
        rows = {"test_rows": 50, "train_rows": 100}
        return {
            "title": title,
            "commands": ["kedro run --env made_up"],
            "machine": "made up",
            "seconds": 120,
            "repeats": 1,
            "folds": 2,
            **rows,
            "tuned": {"max_depth": 9, "max_features": 0.12345},
            "models": [
                {"model": model, "seconds": 2.0, **ends, **(none if model == "ann" else gap)}
                for model in page.LABELS
            ],
            "each": [
                {"model": model, "repeat": 1, "fold": fold, "roc_auc": roc_auc + 0.01 * fold, **rows}
                for model in page.LABELS
                for fold in (1, 2)
            ],
        }

    text = page.folds_page(
        {page.WITH_SERIES: record("With", 0.7), page.WITHOUT_SERIES: record("Without", 0.68)}
    )

    assert "| With | 100, 1 x 2 |" + " .700 [.650, .750] |" * 5 + " .100 [.090, .110] |" in text
    assert "| Without |" not in text
    assert "| ANN | 0.7000 [0.6500, 0.7500] |  | 0.1000 [0.0900, 0.1100] | 2 s |" in text
    assert "-0.0200 [-0.0300, -0.0100] worse" in text
    assert "The tuned forest: max_depth 9, max_features 0.1235." in text
    # Every fold gains the same: no spread, no width.
    assert "| ANN | +0.0200 [+0.0200, +0.0200] better |" in text


def test_field_page_puts_each_report_under_its_command(load: Any) -> None:
    record = {
        "command": "kedro run --env made_up --pipeline model_comparison",
        "seconds": 90,
        "machine": "made up",
        "report": "# Made up: the field\n\nLevel.\n",
    }
    text = load("field").field_page({"made_up": record})
    assert text.endswith(
        "\n\n## Made up: the field\n\n"
        "`kedro run --env made_up --pipeline model_comparison`, 2 min; made up.\n\nLevel.\n"
    )
