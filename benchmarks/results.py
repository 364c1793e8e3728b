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

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

from experiments import EXPERIMENTS, Experiment
from machine import machine_facts
from results_page import results_page
from watched_run import PROJECT, RunError, kedro_run, say, scratch_portfolio, watch

NAMES = [experiment.name for experiment in EXPERIMENTS]
METRICS = ("roc_auc", "average_precision", "brier", "f1")
# In commands that are written down; where the folder lies is a matter of the machine.
SHARED = "<shared>"


def main() -> int:
    """Run the experiments and write the results; return the exit code."""
    options = _options()
    if options.list:
        print("\n".join(f"{experiment.name:34}{experiment.title}" for experiment in EXPERIMENTS))
        return 0
    chosen = [experiment for experiment in EXPERIMENTS if experiment.name in (options.only or NAMES)]
    store = options.output / "results.json"
    results: dict[str, Any] = json.loads(store.read_text(encoding="utf-8")) if store.exists() else {}
    start = time.monotonic()
    failed = []
    for experiment in chosen:
        file = _file(experiment, options.shared)
        if file is not None and not file.exists():
            say(f"{experiment.name}: skipped, {file} does not exist (see --shared)")
            continue
        say(f"{experiment.name} ... ", end="")
        try:
            results[experiment.name] = _run(experiment, file)
            say(f"{results[experiment.name]['seconds']:.0f} s")
        except RunError as error:
            say(f"failed:\n{error}")
            failed.append(experiment.name)
            results[experiment.name] = _head(experiment) | {"failed": error.reason}
        except KeyboardInterrupt:
            say("interrupted; what was finished is written down")
            return 130
        # After each one, so that nothing finished is lost.
        _write(options.output, results)
    minutes = (time.monotonic() - start) / 60
    say(f"total {minutes:.1f} min; written to {options.output}")
    if failed:
        say(f"failed: {', '.join(failed)}")
    return 1 if failed else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", nargs="+", choices=NAMES, metavar="NAME", help="run only these")
    parser.add_argument("--list", action="store_true", help="list the experiments and run none")
    parser.add_argument(
        "--shared",
        type=Path,
        default=PROJECT.parent / "shared" / "data",
        help="folder of the files that are not part of the project (default: ../shared/data)",
    )
    parser.add_argument(
        "--output", type=Path, default=PROJECT / "docs", help="where the results go (default: docs)"
    )
    return parser.parse_args()


def _file(experiment: Experiment, shared: Path) -> Path | None:
    """Choose the file to read; None = the portfolio's own."""
    if experiment.shared_file is None:
        return None
    file = shared.resolve() / experiment.shared_file
    own = PROJECT / experiment.own_file if experiment.own_file else None
    return own if own is not None and own.exists() and not file.exists() else file


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
    command = ["kedro", *kedro_run(experiment.env, name | parameters, experiment.pipeline)[1:]]
    return {"title": experiment.title, "note": experiment.note, "command": _typed(command)}


def _typed(command: list[str]) -> str:
    """Write a command as it is typed."""
    return " ".join(f'"{word}"' if set(word) & set(" ,<") else word for word in command if word)


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


def _write(folder: Path, results: dict[str, Any]) -> None:
    ordered = {name: results[name] for name in NAMES if name in results}
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "results.json").write_text(json.dumps(ordered, indent=2) + "\n", encoding="utf-8")
    (folder / "results.md").write_text(results_page(ordered), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
