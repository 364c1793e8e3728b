"""Make docs/field.md and docs/field.json: the leaderboards of the field, and what rebalancing is worth.

Run it from the project's root, on a machine that does nothing else:

    .venv/bin/python benchmarks/field.py                          every study, one after another
    .venv/bin/python benchmarks/field.py --only consumer_credit   some of them; the others' results stay
    .venv/bin/python benchmarks/field.py --list                   what there is

The page holds what the pipelines themselves write. Each study has a name and an MLflow store of its own,
which are removed afterwards.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from machine import in_words, machine_facts
from one_by_one import Record, measure_each, read_options
from watched_run import PROJECT, as_typed, kedro_run, scratch_portfolio, watch


@dataclass(frozen=True)
class Study:
    """One run of a pipeline.

    Args:
        env: The portfolio.
        pipeline: What is run, after cleaning and feature engineering.
        report: What it writes, below the portfolio's reports.
        params: For `--params`.
    """

    env: str
    pipeline: str = "model_comparison"
    report: str = "field/leaderboard.md"
    params: Mapping[str, str] = field(default_factory=dict)


STUDIES = {
    "consumer_credit": Study("consumer_credit"),
    "credit_card_clients": Study("credit_card_clients"),
    "lending_club": Study("lending_club"),
    "imbalance": Study(
        "consumer_credit", "imbalance_study", "imbalance/imbalance.md", {"imbalance_study.seeds": "5"}
    ),
}
STEPS_BEFORE = ("cleaning", "feature_engineering")


def main() -> int:
    """Run the studies, and write the page; return the exit code."""
    titles = {name: f"{study.env}, {study.pipeline}" for name, study in STUDIES.items()}
    options = read_options(str(__doc__), titles, with_shared=False)
    return measure_each(options, titles, lambda name: _run(name, STUDIES[name]), field_page, "field")


def field_page(results: Mapping[str, Any]) -> str:
    """Write the page: each report one heading lower, under the command that made it.

    Args:
        results: By name: `command`, `seconds`, `machine`, `report`.
    """
    sections = [
        "# The field",
        "Made by `.venv/bin/python benchmarks/field.py`; do not edit by hand. A leaderboard holds the models "
        "on the test rows of one split; [repeated folds](folds.md) say more about the models they hold. Each "
        f"command reads what {' and '.join(f'`{step}`' for step in STEPS_BEFORE)} left, run before it.",
    ]
    for found in results.values():
        title, _, text = found["report"].strip().partition("\n")
        sections += [
            f"#{title}",
            f"`{found['command']}`, {found['seconds'] / 60:.0f} min; {found['machine']}.",
            text.strip(),
        ]
    return "\n\n".join(sections) + "\n"


def _run(name: str, study: Study) -> Record:
    portfolio = f"field_{name}"
    machine = in_words(machine_facts())
    with scratch_portfolio(portfolio) as environment:
        for step in STEPS_BEFORE:
            watch(kedro_run(study.env, {"portfolio.name": portfolio}, step), environment)
        own = {"portfolio.name": portfolio, **study.params}
        seen = watch(kedro_run(study.env, own, study.pipeline), environment)
        report = PROJECT / "data" / "08_reporting" / portfolio / study.report
        return {
            "command": as_typed(kedro_run(study.env, study.params, study.pipeline)),
            "seconds": round(seen.seconds),
            "peak_mb": round(seen.peak_mb),
            "machine": machine,
            "report": report.read_text(encoding="utf-8"),
        }


if __name__ == "__main__":
    sys.exit(main())
