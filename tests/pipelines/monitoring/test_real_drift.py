"""Real drift: LendingClub's first loans against those of its last quarter in the file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import yaml
from tests.scoring.conftest import cleaning, fit

from loan_default.evaluation.monitoring.inputs import measure_inputs
from loan_default.evaluation.monitoring.tally import InputTally
from loan_default.pipelines.monitoring.nodes import open_model
from loan_default.portfolio.description import Portfolio
from loan_default.portfolio.reading import read_text_table
from loan_default.scoring import Scorer
from loan_default.scoring.reference import as_columns

from .conftest import monitoring, watched_bundle

PROJECT = Path(__file__).parents[3]


def test_later_quarters_of_lending_club(shared_file: Callable[[str], Path], tmp_path: Path) -> None:
    file = shared_file("lending_club/LoanStats_2007_2011_42535x146.csv.gz")
    described = yaml.safe_load((PROJECT / "conf/lending_club/portfolio.yml").read_text(encoding="utf-8"))
    portfolio = Portfolio.model_validate(described["portfolio"] | {"file": {"path": str(file)}})
    settings = cleaning()
    by_time = settings.split.model_copy(update={"method": "out_of_time"})
    fitted = fit(
        read_text_table(file, portfolio.file), portfolio, settings.model_copy(update={"split": by_time})
    )
    folder = watched_bundle(fitted, tmp_path / "bundle")
    scorer, asked = Scorer.load(folder), monitoring()
    _, watched = open_model(folder, asked)

    newest = fitted.clean.loc[fitted.clean["part"] == "test", "row_id"]
    tally = InputTally(watched.reference.inputs)
    tally.add(as_columns(pd.DataFrame(scorer.values(fitted.raw.loc[newest])), scorer.fields))
    found = measure_inputs(watched.reference.inputs, tally, asked).set_index("input")
    red, amber = (set(found.index[found["verdict"] == verdict]) for verdict in ("bad", "attention"))
    # Fewer applicants told a reason or had an earlier record; loans grew larger and dearer.
    assert red == {"desc", "mths_since_last_record", "pub_rec_bankruptcies"}
    assert {"int_rate", "loan_amnt", "purpose", "inq_last_6mths"} <= amber
    assert found.loc["desc", "largest_move"].startswith("missing: 27.7 % to 44.6 %")
    assert found.loc[["annual_inc", "grade", "emp_title", "home_ownership"], "verdict"].eq("good").all()
    assert "issue_d" not in found.index, "the application date is later for every new application"
