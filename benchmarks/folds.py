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

import argparse
import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
import yaml
from experiments import CUSTOMER_BEHAVIOR, LOANSTATS
from folds_page import CONFIDENCE, TUNED_FOREST, folds_page
from machine import in_words, machine_facts
from watched_run import PROJECT, RunError, kedro_run, say, scratch_portfolio, watch


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
    options = _options()
    if options.list:
        print("\n".join(f"{name:28}{folded.title}" for name, folded in FOLDED.items()))
        return 0
    store = options.output / "folds.json"
    results: dict[str, Any] = json.loads(store.read_text(encoding="utf-8")) if store.exists() else {}
    failed = []
    for name in options.only or FOLDED:
        folded = FOLDED[name]
        file = options.shared.resolve() / folded.shared_file if folded.shared_file else None
        if file is not None and not file.exists():
            say(f"{name}: skipped, {file} does not exist (see --shared)")
            continue
        say(f"{name} ... ", end="")
        try:
            results[name] = _run(name, folded, file)
        except RunError as error:
            say(f"failed:\n{error}")
            failed.append(name)
            continue
        except KeyboardInterrupt:
            say("interrupted; what was finished is written down")
            return 130
        say(f"{results[name]['seconds']:.0f} s")
        ordered = {key: results[key] for key in FOLDED if key in results}
        store.write_text(json.dumps(ordered, indent=2) + "\n", encoding="utf-8")
        (options.output / "folds.md").write_text(folds_page(ordered), encoding="utf-8")
    return 1 if failed else 0


def _run(name: str, folded: Folded, file: Path | None) -> dict[str, Any]:
    """Tune the forest, then measure the models as they are set and the tuned forest on the same folds."""
    from loan_default.studies.folds import summarise_folds

    portfolio = f"folds_{name}"
    own = {"portfolio.name": portfolio} | ({"portfolio.file.path": str(file)} if file else {})
    shown = {"portfolio.file.path": f"<shared>/{folded.shared_file}"} if file else {}
    machine = in_words(machine_facts())
    commands, seconds, peaks = [], [], []

    with scratch_portfolio(portfolio) as environment:
        reports = PROJECT / "data" / "08_reporting" / portfolio

        def run(pipeline: str, params: Mapping[str, str]) -> None:
            settings = {**folded.params, **params}
            seen = watch(kedro_run(folded.env, own | settings, pipeline), environment)
            seconds.append(seen.seconds)
            peaks.append(seen.peak_mb)
            commands.append(" ".join(["kedro", *kedro_run(folded.env, shown | settings, pipeline)[1:]]))

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


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", nargs="+", choices=list(FOLDED), metavar="NAME", help="only these")
    parser.add_argument("--list", action="store_true", help="list the portfolios and run none")
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


if __name__ == "__main__":
    sys.exit(main())
