"""Make docs/results.md and docs/results.json: the numbers that the README quotes.

Run it from the project's root:

    .venv/bin/python benchmarks/results.py                         every experiment, one after another
    .venv/bin/python benchmarks/results.py --only consumer_credit  some of them; the others' results stay
    .venv/bin/python benchmarks/results.py --list                  what there is

The experiments are listed in benchmarks/experiments.py. Each is a whole `kedro run` (one of them only
`cleaning`) with a portfolio name and an MLflow store of its own, which are removed afterwards: your own
outputs and mlflow.db are not touched. Files that are not part of the project are looked for below --shared;
an experiment whose file is not there is skipped with a message. One that fails is reported, others run on.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from experiments import EXPERIMENTS, Experiment
from machine import machine_facts
from one_by_one import SHARED, Record, file_below, measure_each, read_options
from results_page import results_page
from watched_run import PROJECT, RunError, as_typed, kedro_run, scratch_portfolio, watch

BY_NAME = {experiment.name: experiment for experiment in EXPERIMENTS}
METRICS = ("roc_auc", "average_precision", "brier", "f1")


def main() -> int:
    """Run the experiments and write the results; return the exit code."""
    titles = {name: experiment.title for name, experiment in BY_NAME.items()}
    options = read_options(str(__doc__), titles, with_shared=True)

    def measure(name: str) -> Record:
        experiment = BY_NAME[name]
        return _run(experiment, file_below(options.shared, experiment.shared_file, experiment.own_file))

    def failure(name: str, error: RunError) -> Record:
        return _head(BY_NAME[name]) | {"failed": error.reason}

    return measure_each(options, titles, measure, results_page, "results", failure)


def _run(experiment: Experiment, file: Path | None) -> dict[str, Any]:
    """Run one experiment.

    Raises:
        RunError: The run did not succeed.
    """
    portfolio = f"benchmark_{experiment.name}"
    parameters = {"portfolio.name": portfolio}
    if file is not None:
        parameters["portfolio.file.path"] = str(file)
    command = kedro_run(experiment.env, parameters | dict(experiment.params), experiment.pipeline)
    with scratch_portfolio(portfolio) as environment:
        seen = watch(command, environment)
        found = _read(PROJECT / "data", portfolio, experiment)
    return _head(experiment) | {
        "seconds": round(seen.seconds, 1),
        "peak_mb": round(seen.peak_mb),
        "machine": machine_facts(),
        **found,
    }


def _head(experiment: Experiment) -> dict[str, Any]:
    parameters = dict(experiment.params)
    if experiment.shared_file is not None:
        parameters = {"portfolio.file.path": f"{SHARED}/{experiment.shared_file}", **parameters}
    name = {"portfolio.name": experiment.name} if parameters else {}
    command = kedro_run(experiment.env, name | parameters, experiment.pipeline)
    return {"title": experiment.title, "note": experiment.note, "command": as_typed(command)}


def _read(data: Path, portfolio: str, experiment: Experiment) -> dict[str, Any]:
    """Gather what a run left behind."""
    import pandas as pd

    reports = data / "08_reporting" / portfolio
    cleaning = json.loads((reports / "cleaning_report.json").read_text(encoding="utf-8"))
    record: dict[str, Any] = {
        "file": Path(cleaning["file"]).name,
        "fingerprint": cleaning["fingerprint"],
        "rows_in_file": cleaning["steps"][0]["rows"],
        "share_with_a_twin": cleaning["twins"]["share_with_a_twin"],
        "parts": cleaning["parts"],
        "leaks": [{key: leak[key] for key in ("column", "reason")} for leak in cleaning["leaks"]],
    }
    if experiment.pipeline is not None:
        return record
    champion = json.loads((reports / "champion.json").read_text(encoding="utf-8"))
    table = pd.read_parquet(reports / "model_comparison.parquet").set_index("model")
    record["champion"] = {key: champion[key] for key in ("champion", "reason")}
    record["models"] = {
        str(model): {name: [float(row[f"{name}{end}"]) for end in ("", "_low", "_high")] for name in METRICS}
        for model, row in table.iterrows()
    }
    if experiment.raw_threshold is not None:
        scores = pd.read_parquet(data / "07_model_output" / portfolio / "random_forest" / "scores.parquet")
        record["forest_at_raw_threshold"] = _at_threshold(scores, experiment.raw_threshold)
    return record


def _at_threshold(scores: Any, threshold: float) -> dict[str, float]:
    """Measure decisions on raw scores of test rows."""
    test = scores.loc[scores["part"] == "test"]
    flagged, event = test["score"] >= threshold, test["default"] == 1
    caught = int((flagged & event).sum())
    return {
        "threshold": threshold,
        "precision": caught / max(int(flagged.sum()), 1),
        "recall": caught / int(event.sum()),
        "f1": 2 * caught / int(flagged.sum() + event.sum()),
    }


if __name__ == "__main__":
    sys.exit(main())
