from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from loan_default.portfolio.chapters.data_section import write_data_section
from loan_default.portfolio.chapters.data_tables import (
    DataFacts,
    drift_table,
    missing_table,
    part_rates,
    part_table,
    reject_table,
    unused_table,
)
from loan_default.portfolio.description import Portfolio
from loan_default.portfolio.settings import SplitSettings
from loan_default.report.section import Finding

RANDOM = SplitSettings(method="random", validation=0.2, test=0.1, twins="together")
REJECTED = pd.DataFrame({"row_number": range(30), "reason": ["amount: 'x' is no number"] * 30})
Describe = Callable[..., Portfolio]


@pytest.fixture
def facts(report: dict[str, Any], clean: pd.DataFrame, feature_report: pd.DataFrame) -> DataFacts:
    rates = part_rates(clean)
    return DataFacts(
        report=report,
        rates=rates,
        parts=part_table(report, rates, 0.95),
        rejects=reject_table(REJECTED),
        missing=missing_table(report),
        drift=drift_table(feature_report),
        unused=unused_table(report, feature_report),
        confidence=0.95,
        psi_bins=10,
    )


def _findings(facts: DataFacts, portfolio: Portfolio, split: SplitSettings = RANDOM) -> dict[str, Finding]:
    return {finding.title: finding for finding in write_data_section(facts, portfolio, split).findings}


def test_the_chapter_says_what_the_numbers_say(facts: DataFacts, describe: Describe) -> None:
    section = write_data_section(facts, describe(), RANDOM)
    assert section.summary == (
        "Made up: 900 of 1,000 rows of the file are used, 20.0 % of them in default; the model is judged on "
        "100 test rows with 20 defaults. 2 of 3 inputs reach a stability index of 0.10, 1 of them 0.25: "
        "Amount 0.30 and Rate 0.12."
    )
    assert section.values["rows_used"] == 900
    assert section.values["rows_rejected"] == 30
    assert section.values["max_psi"] == pytest.approx(0.3)
    assert section.values["inputs_moved"] == 1
    assert section.verdict == "bad"
    assert section.model_validate_json(section.model_dump_json()) == section


def test_every_row_is_accounted_for(facts: DataFacts, describe: Describe) -> None:
    finding = _findings(facts, describe())["From the file to the parts"]
    assert finding.found == (
        "900 of 1,000 rows (90.0 %) are used. Taken away: still running, set aside: 20; rejected: 30; exact "
        "repeats dropped: 50. They are 600 train, 200 validation and 100 test rows; the counts add up."
    )
    assert finding.table is not None
    assert finding.table.rows[2] == ("rejected", 30, 950)
    assert finding.figure == "data_rows_plot"


def test_rejects_count_among_resolved_loans(facts: DataFacts, describe: Describe) -> None:
    finding = _findings(facts, describe())["Rows that could not be used"]
    assert finding.found.startswith(
        "30 rows (3.06 % of the resolved loans) could not be used, 30 for amount."
    )
    assert finding.verdict == "attention"


def test_without_rejects_missing_or_unused_it_says_so(facts: DataFacts, describe: Describe) -> None:
    steps = [{**step, "rows": 0, "left": 1000} for step in facts.report["steps"]]
    steps[0]["rows"] = 1000
    whole = replace(
        facts,
        report={**facts.report, "steps": steps},
        missing=facts.missing.head(0),
        drift=facts.drift.head(0),
        unused=facts.unused.head(0),
    )
    found = {title: finding.found for title, finding in _findings(whole, describe()).items()}
    assert "None was taken away" in found["From the file to the parts"]
    assert found["Rows that could not be used"] == "No row was rejected."
    assert found["Missing values"] == "No used column lacks a value."
    assert found["Drift of the inputs from train to test rows"] == "No input has a stability index."
    assert found["What is not used"] == "Every column is used."
    assert write_data_section(whole, describe(), RANDOM).values["max_psi"] == 0


def test_the_event_and_the_dates_in_words(facts: DataFacts, describe: Describe) -> None:
    found = _findings(facts, describe())["What is predicted"].found
    assert found == (
        "An event is a loan in default: outcome is bad. It is paid where that is good. Loans still running "
        "(running) are set aside, not called good. The file has no application date, so nothing can be said "
        "about time."
    )
    dated = replace(facts, parts=facts.parts.assign(**{"from": "2015-01-01", "to": "2016-12-31"}))
    found = _findings(dated, describe(application_date="applied"))["What is predicted"].found
    assert found.endswith("Applications are dated 2015-01-01 to 2016-12-31.")


def test_a_default_rate_that_differs_asks_for_attention(
    facts: DataFacts, clean: pd.DataFrame, describe: Describe
) -> None:
    level = _findings(facts, describe())["Default rate of each part"]
    assert "a difference of +0.00 points [-8.51, +8.51], which chance explains" in level.found
    assert level.verdict == "good"
    clean.loc[clean["part"] == "test", "default"] = [1] * 50 + [0] * 50
    moved = replace(facts, rates=part_rates(clean))
    later = RANDOM.model_copy(update={"method": "out_of_time"})
    finding = _findings(moved, describe(), later)["Default rate of each part"]
    assert finding.found.startswith("50.0 % of the test rows default and 20.0 % of the train rows")
    assert "more than chance explains. The test part holds the newest loans" in finding.found
    assert finding.verdict == "attention"


def test_drift_that_chance_explains_is_no_alarm(facts: DataFacts, describe: Describe) -> None:
    title = "Drift of the inputs from train to test rows"
    assert _findings(facts, describe())[title].verdict == "bad"
    few = replace(
        facts, drift=facts.drift.assign(psi=[0.12, 0.02, 0.01], verdict=["moving", "stable", "stable"])
    )
    finding = _findings(few, describe())[title]
    assert finding.verdict == "good"
    assert finding.found.endswith(
        "1 of 3 inputs reaches a stability index of 0.10, none of them 0.25: Amount 0.12; with so "
        "few test rows that may be chance."
    )
    parts = {name: {**part, "rows": 50_000} for name, part in facts.report["parts"].items()}
    many = replace(few, report={**facts.report, "parts": parts})
    assert _findings(many, describe())[title].verdict == "attention"
    still = replace(few, drift=facts.drift.assign(psi=0.01, verdict="stable"))
    assert "the greatest stability index is 0.0100 (Amount)" in _findings(still, describe())[title].found


def test_columns_emptier_in_one_part_are_named(facts: DataFacts, describe: Describe) -> None:
    finding = _findings(facts, describe())["Missing values"]
    assert finding.found == (
        "2 columns with missing values; the emptiest is job, missing in 30.0 % of the train rows. Train and "
        "other rows differ by more than 5 points in rate."
    )
    assert finding.verdict == "attention"
    alike = replace(facts, missing=facts.missing.assign(share_elsewhere=facts.missing["share_train"]))
    assert _findings(alike, describe())["Missing values"].verdict == "good"


def test_reasons_are_counted_commonest_first(facts: DataFacts, describe: Describe) -> None:
    finding = _findings(facts, describe())["What is not used"]
    assert "6 columns and derived features are not used" in finding.found
    assert "(2) is: in the file, not described" in finding.found
    assert finding.table is not None
    assert finding.table.rows[0] == ("in the file, not described", 2, "member and url")


def test_long_tables_are_cut(facts: DataFacts, describe: Describe) -> None:
    many = pd.concat([facts.drift] * 10, ignore_index=True)
    finding = _findings(replace(facts, drift=many), describe())["Drift of the inputs from train to test rows"]
    assert finding.table is not None
    assert len(finding.table.rows) == 15
