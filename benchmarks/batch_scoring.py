"""How long `kedro run --pipeline batch_scoring` takes for many applications, and how much memory it needs.

Run it from the project's root, after a whole run of the portfolio, on a machine that does nothing else:

    .venv/bin/python benchmarks/batch_scoring.py
    .venv/bin/python benchmarks/batch_scoring.py --env consumer_credit --rows 100000 --reasons not_accepted

The file is the portfolio's own, repeated to so many rows and without its outcome. Your own outputs and
mlflow.db are not touched: the run has a portfolio name and an MLflow store of its own.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from itertools import cycle, islice
from pathlib import Path

import yaml
from machine import in_words, machine_facts
from watched_run import PROJECT, RunError, WatchedRun, kedro_run, say, scratch_portfolio, watch

from loan_default.portfolio.description import Portfolio
from loan_default.portfolio.reading import MALFORMED, read_text_table

NAME = "benchmark_batch"


def main() -> int:
    """Measure, and print one row of a table; return the exit code."""
    options = _options()
    facts = machine_facts()
    try:
        run = _measure(options.env, options.rows, options.reasons)
    except RunError as error:
        say(f"failed: {error}")
        return 1
    print(f"{in_words(facts)}\n")
    print("| portfolio | rows | reasons | seconds in all | rows/s | peak MB |\n|---|---|---|---|---|---|")
    print(
        f"| {options.env} | {options.rows:,} | {options.reasons} | {run.seconds:.1f} "
        f"| {options.rows / run.seconds:,.0f} | {run.peak_mb:,.0f} |"
    )
    return 0


def _measure(env: str, rows: int, reasons: str) -> WatchedRun:
    bundle = PROJECT / "data" / "06_models" / env / "scoring_bundle"
    if not bundle.is_dir():
        raise RunError([f"{bundle.relative_to(PROJECT)} does not exist: run `kedro run --env {env}` first."])
    with tempfile.TemporaryDirectory(prefix="loan_default_batch_") as folder, scratch_portfolio(NAME) as own:
        file = Path(folder) / "applications.csv"
        _repeat_applications(env, rows, file)
        shutil.copytree(bundle, PROJECT / "data" / "06_models" / NAME / "scoring_bundle")
        parameters = {"portfolio.name": NAME, "batch.file.path": str(file), "batch.reasons": reasons}
        say(f"scoring {rows:,} rows ...")
        return watch(kedro_run(env, parameters, "batch_scoring"), own)


def _repeat_applications(env: str, rows: int, file: Path) -> None:
    described = yaml.safe_load((PROJECT / "conf" / env / "portfolio.yml").read_text(encoding="utf-8"))
    portfolio = Portfolio.model_validate(described["portfolio"])
    loans = read_text_table(PROJECT / portfolio.file.path, portfolio.file)
    unknown = [
        name for name in (portfolio.outcome.column, *portfolio.post_outcome, MALFORMED) if name in loans
    ]
    applications = loans.drop(columns=unknown)
    lines = applications.to_csv(index=False, sep=portfolio.file.delimiter).splitlines(keepends=True)
    with file.open("w", encoding=portfolio.file.encoding) as out:
        out.write(lines[0])
        out.writelines(islice(cycle(lines[1:]), rows))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--env", default="lending_club", help="portfolio (default: %(default)s)")
    parser.add_argument("--rows", type=int, default=1_000_000, help="applications (default: %(default)s)")
    parser.add_argument("--reasons", default="not_accepted", choices=("none", "not_accepted", "all"))
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
