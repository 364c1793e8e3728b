"""Make docs/folds.md and docs/folds.json: the ANN and its rivals on repeated folds of every portfolio.

The Random Forest is there twice: with the project's settings, and tuned to the file.

Run it from the project's root, on a machine that does nothing else:

    .venv/bin/python benchmarks/folds.py                              every portfolio, one after another
    .venv/bin/python benchmarks/folds.py --only credit_card_clients   some of them; the others' results stay
    .venv/bin/python benchmarks/folds.py --list                       what there is

On each fold everything is learnt anew, from cleaning to threshold, with twins in one fold. Each portfolio has
a name and an MLflow store of its own, which are removed afterwards. Files that are not part of the project
are looked for below --shared; a portfolio whose file is not there is skipped with a message.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
import yaml
from experiments import CUSTOMER_BEHAVIOR, LOANSTATS
from folds_page import CONFIDENCE, TUNED_FOREST, folds_page
from machine import in_words, machine_facts
from one_by_one import SHARED, Record, file_below, measure_each, read_options
from watched_run import PROJECT, as_typed, kedro_run, scratch_portfolio, watch


@dataclass(frozen=True)
class Folded:
    """One file, folded.

    Args:
        title: For people.
        env: The portfolio.
        params: For `--params`, beside the folds.
        shared_file: File below the shared folder; None = the portfolio's own file.
    """

    title: str
    env: str
    params: Mapping[str, str] = field(default_factory=dict)
    shared_file: str | None = None


FOLDED = {
    "credit_card_clients": Folded("Credit card clients", "credit_card_clients"),
    "credit_card_clients_raw": Folded(
        "Credit card clients, monthly columns only as they are",
        "credit_card_clients",
        {"features.use_series": "false"},
    ),
    "loanstats": Folded("LendingClub 2007-2011, 146 columns", "lending_club", shared_file=LOANSTATS),
    "lending_club": Folded("LendingClub 2007-2014, embedded", "lending_club"),
    "consumer_credit": Folded("Consumer credit", "consumer_credit"),
    "customer_behavior": Folded(
        "Customer behavior, twins together", "customer_behavior", shared_file=CUSTOMER_BEHAVIOR
    ),
}
NUMBER, REPEATS = 3, 3
FOLDS = {"folds.number": str(NUMBER), "folds.repeats": str(REPEATS)}

FOREST = "random_forest"
SEARCH = {"tuning.model": FOREST, "tuning.trials": "20", "tuning.rows": "100000"}


def main() -> int:
    """Measure, and write the page; return the exit code."""
    titles = {name: folded.title for name, folded in FOLDED.items()}
    options = read_options(str(__doc__), titles, with_shared=True)

    def measure(name: str) -> Record:
        return _run(name, FOLDED[name], file_below(options.shared, FOLDED[name].shared_file))

    return measure_each(options, titles, measure, folds_page, "folds")


def _run(name: str, folded: Folded, file: Path | None) -> Record:
    """Tune the forest, then measure the models as they are set and the tuned forest on the same folds."""
    from loan_default.studies.folds import summarise_folds

    portfolio = f"folds_{name}"
    own = {"portfolio.name": portfolio} | ({"portfolio.file.path": str(file)} if file else {})
    shown = {"portfolio.file.path": f"{SHARED}/{folded.shared_file}"} if file else {}
    machine = in_words(machine_facts())
    commands, seconds, peaks = [], [], []

    with scratch_portfolio(portfolio) as environment:
        reports = PROJECT / "data" / "08_reporting" / portfolio

        def run(pipeline: str, params: Mapping[str, str]) -> None:
            settings = {**folded.params, **params}
            seen = watch(kedro_run(folded.env, own | settings, pipeline), environment)
            seconds.append(seen.seconds)
            peaks.append(seen.peak_mb)
            commands.append(as_typed(kedro_run(folded.env, shown | settings, pipeline)))

        run("cleaning", {})
        run("feature_engineering", {})
        run("tuning", SEARCH)
        tuned = yaml.safe_load((reports / "tuning" / FOREST / f"parameters_tuned_{FOREST}.yml").read_text())
        run("repeated_folds", FOLDS)
        as_set = pd.read_csv(reports / "field" / "folds.csv")
        found = {f"{FOREST}.{key}": str(value) for key, value in tuned[FOREST].items()}
        run("repeated_folds", {**FOLDS, "folds.models": FOREST, **found})
        forest = pd.read_csv(reports / "field" / "folds.csv").assign(model=TUNED_FOREST)

    every = pd.concat([as_set, forest], ignore_index=True)
    summary = summarise_folds(every, "ann", CONFIDENCE)
    return {
        "title": folded.title,
        "commands": commands,
        "machine": machine,
        "seconds": round(sum(seconds)),
        "peak_mb": round(max(peaks)),
        "repeats": REPEATS,
        "folds": NUMBER,
        "train_rows": int(every["train_rows"].mean()),
        "test_rows": int(every["test_rows"].mean()),
        "tuned": tuned[FOREST],
        "models": summary.astype(object).where(summary.notna(), None).to_dict("records"),
        "each": every.to_dict("records"),
    }


if __name__ == "__main__":
    sys.exit(main())
