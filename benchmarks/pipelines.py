"""How long each pipeline takes, how much memory it needs, and what its start-up is made of.

Run it from the project's root, on a machine that does nothing else:

    .venv/bin/python benchmarks/pipelines.py
    .venv/bin/python benchmarks/pipelines.py --env consumer_credit --json benchmark.json

Each pipeline runs in a fresh process by `kedro run --pipeline NAME`, in the order of the whole, each on what
the last one left; then one whole `kedro run`. Before them comes a run of `cleaning` that is not measured: it
fills the disk cache and creates the MLflow store. After them, runs under Python's own import timer say what
the start-up is made of; the timer takes time itself, so these runs are not the measured ones.

Your own outputs and mlflow.db are not touched: the runs have a portfolio name and an MLflow store of their
own, which are removed at the end. The report is Markdown on standard output; progress goes to standard error.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from machine import in_words, machine_facts
from watched_run import FIRST_NODE, RunError, WatchedRun, kedro_run, say, scratch_portfolio, watch

PIPELINES = (
    "cleaning",
    "feature_engineering",
    "ann_training",
    "random_forest_comparison",
    "model_report",
)
WHOLE = "whole run"
WITHOUT_TENSORFLOW = ("cleaning", "feature_engineering")
TOP = 10
STANDARD_LIBRARY = "Python's standard library"

_IMPORT = re.compile(r"import time:\s*(\d+) \|\s*\d+ \|\s*(\S+)")


def main() -> int:
    """Measure, and print the report; return the exit code."""
    options = _options()
    facts = machine_facts()
    parameters = dict(pair.split("=", 1) for pair in options.params.split(",") if pair)
    parameters["portfolio.name"] = options.portfolio_name
    try:
        with scratch_portfolio(options.portfolio_name) as environment:
            measured, imports = _measure(options.env, parameters, environment)
    except RunError as error:
        say(f"failed: {error}")
        return 1
    except KeyboardInterrupt:
        say("interrupted; nothing is left behind")
        return 130
    record = {
        "env": options.env,
        "params": options.params,
        "machine": facts,
        "pipelines": {name: _as_record(run) for name, run in measured.items()},
        "imports": imports,
    }
    if options.json is not None:
        options.json.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
    print(markdown(record))
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--env", default="lending_club", help="the portfolio (default: lending_club)")
    parser.add_argument(
        "--params", default="", help="further parameters, as for kedro run: key=value,key=value"
    )
    parser.add_argument(
        "--portfolio-name",
        default="benchmark",
        help="what the output folders are called (default: benchmark)",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the numbers to this file too")
    return parser.parse_args()


def _measure(
    env: str, parameters: dict[str, str], environment: dict[str, str]
) -> tuple[dict[str, WatchedRun], dict[str, dict[str, Any]]]:
    def run(title: str, pipeline: str | None, **more: str) -> WatchedRun:
        say(f"{title} ... ", end="")
        seen = watch(kedro_run(env, parameters, pipeline), environment | more)
        say(f"{seen.seconds:.1f} s")
        return seen

    run("warming up", PIPELINES[0])
    measured = {name: run(name, name) for name in PIPELINES}
    measured[WHOLE] = run(WHOLE, None)
    imports = {
        name: summarise_imports(run(f"imports of {name}", name, PYTHONPROFILEIMPORTTIME="1"))
        for name in WITHOUT_TENSORFLOW
    }
    return measured, imports


def summarise_imports(run: WatchedRun) -> dict[str, Any]:
    """Add up a run's imports by top-level package.

    Args:
        run: A run with PYTHONPROFILEIMPORTTIME=1.

    Returns:
        Of the time to the first node: `first_node_seconds`, `import_seconds` and `packages`, name to seconds
        without what the package itself imports, most first. Of the whole run: `tensorflow`, whether it was
        imported at all.
    """
    before_first_node = next((i for i, line in enumerate(run.lines) if FIRST_NODE in line), len(run.lines))
    microseconds: Counter[str] = Counter()
    for line in run.lines[:before_first_node]:
        if found := _IMPORT.match(line):
            microseconds[_package(found[2])] += int(found[1])
    everything = {_package(found[2]) for line in run.lines if (found := _IMPORT.match(line))}
    return {
        "first_node_seconds": run.first_node_seconds,
        "import_seconds": microseconds.total() / 1e6,
        "packages": {name: time / 1e6 for name, time in microseconds.most_common()},
        "tensorflow": "tensorflow" in everything,
    }


def _package(module: str) -> str:
    name = module.partition(".")[0]
    return STANDARD_LIBRARY if name in sys.stdlib_module_names else name


def _as_record(run: WatchedRun) -> dict[str, float | None]:
    return {"seconds": run.seconds, "first_node_seconds": run.first_node_seconds, "peak_mb": run.peak_mb}


def markdown(record: dict[str, Any]) -> str:
    """Write the report for people."""
    option = f" --params {record['params']}" if record["params"] else ""
    lines = [
        f"# Time and memory: `kedro run --env {record['env']}{option}`",
        "",
        in_words(record["machine"]),
        "",
        "| pipeline | wall time | of it, to the first node | peak memory |",
        "| --- | ---: | ---: | ---: |",
        *(_row(name, run) for name, run in record["pipelines"].items()),
        "",
        "Each row is a process of its own, so each of them includes a start-up.",
    ]
    for name, imports in record["imports"].items():
        lines += ["", *_import_table(name, imports)]
    return "\n".join(lines)


def _row(name: str, run: dict[str, float]) -> str:
    times = f"{run['seconds']:.1f} s | {run['first_node_seconds']:.1f} s"
    return f"| {name} | {times} | {run['peak_mb']:,.0f} MB |"


def _import_table(pipeline: str, imports: dict[str, Any]) -> list[str]:
    start_up = imports["first_node_seconds"]
    verdict = "**imported**, which it should not be" if imports["tensorflow"] else "not imported"
    rows = [*list(imports["packages"].items())[:TOP], ("**all imports**", imports["import_seconds"])]
    return [
        f"## Imports of `{pipeline}` before its first node",
        "",
        f"TensorFlow was {verdict}.",
        "",
        f"| package | time | share of the start-up ({start_up:.1f} s under the import timer) |",
        "| --- | ---: | ---: |",
        *(f"| {name} | {seconds:.2f} s | {seconds / start_up:.0%} |" for name, seconds in rows),
    ]


if __name__ == "__main__":
    sys.exit(main())
