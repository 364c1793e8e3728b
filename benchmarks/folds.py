"""Make docs/folds.md and docs/folds.json: the ANN and its rivals on repeated folds of every portfolio.

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

from experiments import CUSTOMER_BEHAVIOR, LOANSTATS
from machine import in_words, machine_facts
from watched_run import PROJECT, RunError, kedro_run, say, scratch_portfolio, watch

LABELS = {
    "ann": "ANN",
    "random_forest": "Random Forest",
    "logistic_regression": "logistic regression",
    "lightgbm_bagged": "LightGBM, bagged",
}


@dataclass(frozen=True)
class Folded:
    """One file, folded.

    Args:
        title: For people.
        env: The portfolio.
        params: For `--params`, beside the folds.
        shared_file: File below the shared folder; None = the portfolio's own file.
        repeats: How often the rows are dealt anew.
    """

    title: str
    env: str
    params: Mapping[str, str] = field(default_factory=dict)
    shared_file: str | None = None
    repeats: int = 3


FOLDED = {
    "credit_card_clients": Folded("Credit card clients", "credit_card_clients"),
    "credit_card_clients_raw": Folded(
        "Credit card clients, monthly columns only as they are",
        "credit_card_clients",
        {"features.use_series": "false"},
    ),
    "loanstats": Folded("LendingClub 2007-2011, 146 columns", "lending_club", shared_file=LOANSTATS),
    "lending_club": Folded("LendingClub 2007-2014, embedded", "lending_club", repeats=1),
    "consumer_credit": Folded("Consumer credit", "consumer_credit"),
    "customer_behavior": Folded(
        "Customer behavior, twins together", "customer_behavior", shared_file=CUSTOMER_BEHAVIOR, repeats=1
    ),
}
FOLDS = 3


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


def folds_page(results: Mapping[str, Any]) -> str:
    """Write the page.

    Args:
        results: By name, as `_run` gives them.
    """
    lines = [
        "# On repeated folds",
        "",
        "ROC AUC and Brier score of the default ANN and its rivals, mean over folds. Every row is a test row "
        "once in each repeat; everything is learnt anew on each fold, from cleaning to threshold, with twins "
        "in one fold. Brackets hold 95 % intervals that allow for overlapping train rows (Nadeau & Bengio "
        "2003); differences are paired by fold. A model is *level* with the ANN where the interval of the "
        "difference holds zero; these intervals are each for itself, not corrected for the number of rivals.",
        "",
        "Made by `.venv/bin/python benchmarks/folds.py`.",
    ]
    for found in results.values():
        lines += [
            "",
            f"## {found['title']}",
            "",
            f"{found['repeats']} x {FOLDS} folds, {found['train_rows']:,} train rows and "
            f"{found['test_rows']:,} test rows in each. `{found['command']}`, "
            f"{found['seconds'] / 60:.0f} min; {found['machine']}.",
            "",
            "| model | ROC AUC | to the ANN | Brier | training, a fold |",
            "|---|---|---|---|---:|",
            *(_row(model) for model in found["models"]),
        ]
    return "\n".join(lines) + "\n"


def _row(model: Mapping[str, Any]) -> str:
    low, high = model["difference_low"], model["difference_high"]
    if model["difference"] is None:
        difference = ""
    else:
        word = "level" if low <= 0 <= high else "better" if low > 0 else "worse"
        difference = f"{model['difference']:+.4f} [{low:+.4f}, {high:+.4f}] {word}"
    cells = [
        LABELS[model["model"]],
        f"{model['roc_auc']:.4f} [{model['roc_auc_low']:.4f}, {model['roc_auc_high']:.4f}]",
        difference,
        f"{model['brier']:.4f} [{model['brier_low']:.4f}, {model['brier_high']:.4f}]",
        f"{model['seconds']:.0f} s",
    ]
    return f"| {' | '.join(cells)} |"


def _run(name: str, folded: Folded, file: Path | None) -> dict[str, Any]:
    import pandas as pd

    folds = {"folds.number": str(FOLDS), "folds.repeats": str(folded.repeats)}
    portfolio = f"folds_{name}"
    own = {"portfolio.name": portfolio} | ({"portfolio.file.path": str(file)} if file else {})
    command = kedro_run(folded.env, own | dict(folded.params) | folds, "repeated_folds")
    with scratch_portfolio(portfolio) as environment:
        seen = watch(command, environment)
        reports = PROJECT / "data" / "08_reporting" / portfolio / "field"
        every = pd.read_csv(reports / "folds.csv")
        summary = pd.read_csv(reports / "folds_summary.csv")
    shown = {"portfolio.file.path": f"<shared>/{folded.shared_file}"} if file else {}
    typed = kedro_run(folded.env, shown | dict(folded.params) | folds, "repeated_folds")[1:]
    rows = summary.astype(object).where(summary.notna(), None).to_dict("records")
    return {
        "title": folded.title,
        "command": " ".join(["kedro", *typed]),
        "machine": in_words(machine_facts()),
        "seconds": round(seen.seconds),
        "peak_mb": round(seen.peak_mb),
        "repeats": folded.repeats,
        "train_rows": int(every["train_rows"].mean()),
        "test_rows": int(every["test_rows"].mean()),
        "models": rows,
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
