"""Whether a model goes the way the domain says, where that is clear: reported, not forced.

    .venv/bin/python benchmarks/directions.py --env consumer_credit

One number of each application is raised by half, all else the same, and the log-odds of default are compared.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import pandas as pd
from watched_run import PROJECT

from loan_default.scoring import Scorer
from loan_default.scoring.directions import measure_direction

FACTOR = 1.5
ROWS = 2_000
SEED = 1
RAW = PROJECT / "data/01_raw"

# The lender's file, and what more of a field is expected to do to the risk.
PORTFOLIOS = {
    "lending_club": (
        "lending_club/extract_2007_2014_227214x16.csv.gz",
        {"annual_inc": "lower", "loan_amnt": "higher", "int_rate": "higher", "emp_length": "lower"},
    ),
    "consumer_credit": (
        "consumer_credit/credit_data_4454x15.csv",
        {
            "income": "lower",
            "assets": "lower",
            "seniority": "lower",
            "amount": "higher",
            "expenses": "higher",
            "debt": "higher",
        },
    ),
}


def main() -> int:
    """Print a table; return the exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--env", choices=PORTFOLIOS, default="lending_club")
    parser.add_argument("--bundle", type=Path, help="folder of the bundle; by default that of the portfolio")
    options = parser.parse_args()
    file, expected = PORTFOLIOS[options.env]
    scorer = Scorer.load(options.bundle or PROJECT / f"data/06_models/{options.env}/scoring_bundle")
    rows = pd.read_csv(RAW / file, dtype="str", keep_default_na=False).sample(ROWS, random_state=SEED)
    applications = scorer.values(rows[scorer.score(rows)["reason"].isna()])
    fields = {field.name for field in scorer.fields}
    manifest = scorer.manifest
    print(f"{manifest.portfolio.title}: {manifest.model}, version {manifest.version}\n")
    print("| more | expected risk | applications | mean change of log-odds | riskier | safer | as expected |")
    print("|---|---|---:|---:|---:|---:|---|")
    for name, risk in expected.items():
        if name in fields:
            found = measure_direction(scorer, applications, name, FACTOR)
            holds = "yes" if (found.mean_change > 0) == (risk == "higher") else "NO"
            shares = f"{found.share_raised:.0%} | {found.share_lowered:.0%}"
            change = f"{found.applications:,} | {found.mean_change:+.3f}"
            print(f"| {name} | {risk} | {change} | {shares} | {holds} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
