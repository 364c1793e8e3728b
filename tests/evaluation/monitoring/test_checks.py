"""The checks and the chapters they are written into; all made up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from loan_default.evaluation.monitoring.checks import bottom_line, run_checks
from loan_default.evaluation.monitoring.facts import OutcomesRead, Reading, Watched
from loan_default.evaluation.monitoring.inputs import measure_inputs
from loan_default.evaluation.monitoring.outcome_section import describe_outcomes
from loan_default.evaluation.monitoring.performance import measure_performance
from loan_default.evaluation.monitoring.sections import describe_inputs, describe_reading, describe_score
from loan_default.evaluation.monitoring.tally import InputTally
from loan_default.evaluation.monitoring.traffic import by_band
from loan_default.report.status_page import Check

READING = Reading(source="prediction log", where="log", files=1, records=1000)


def draw(rows: int = 1000, odds: float = 1.0, low: float = 0.0) -> pd.DataFrame:
    """Predictions as the watched model's reference has them; default is `odds` times as likely."""
    rng = np.random.default_rng(4)
    p = rng.uniform(low, 0.4 + low, rows)
    return pd.DataFrame(
        {
            "time": pd.Timestamp("2026-01-15"),
            "version": "v1",
            "risk_band": np.where(p < 0.2, "low", "high"),
            "probability": p,
            "prediction": (p >= 0.2).astype(int),
            "outcome": (rng.random(rows) < odds * p).astype(float),
        }
    )


def check(
    predictions: pd.DataFrame, watched: Watched, settings: Any, reading: Reading = READING
) -> dict[str, Check]:
    columns = watched.reference.inputs
    inputs = measure_inputs(columns, InputTally(columns), settings)
    performance = measure_performance(predictions.loc[predictions["version"] == "v1"], settings)
    found = run_checks(predictions, inputs, performance, watched, reading, settings)
    return {one.key: one for one in found}


def test_a_model_that_keeps_its_promise(watched: Watched, settings: Callable[..., Any]) -> None:
    checks = check(draw(), watched.model_copy(update={"roc_auc": 0.7}), settings())
    verdicts = {key: one.verdict for key, one in checks.items()}
    assert verdicts["score"] == verdicts["calibration"] == verdicts["ranking"] == "good"
    verdict, sentence = bottom_line(list(checks.values()))
    assert verdict == "good"
    assert sentence.startswith("Nothing that was judged has moved beyond its marks. Not judged: inputs")


def test_riskier_people_and_twice_the_defaults(watched: Watched, settings: Callable[..., Any]) -> None:
    checks = check(draw(odds=1.6, low=0.2), watched, settings())
    assert (checks["score"].verdict, checks["calibration"].verdict) == ("bad", "bad")
    assert "Mean probability of default 40.7 %, 20.0 % in training." in checks["score"].found
    verdict, sentence = bottom_line(list(checks.values()))
    assert (verdict, sentence.split(". ")[0]) == ("bad", "2 of 9 checks are red")


@pytest.mark.parametrize(("roc_auc", "verdict"), [(0.60, "good"), (0.73, "none"), (0.98, "bad")])
def test_the_fall_of_roc_auc_must_be_beyond_both_errors(
    watched: Watched, settings: Callable[..., Any], roc_auc: float, verdict: str
) -> None:
    """Known outcomes give about 0.70 with an error of 0.02."""
    ends = {"roc_auc": roc_auc, "roc_auc_low": roc_auc - 0.02, "roc_auc_high": roc_auc + 0.02}
    checks = check(draw(600), watched.model_copy(update=ends), settings())
    assert checks["ranking"].verdict == verdict
    assert ("Too few rows to tell" in checks["ranking"].found) == (verdict == "none")


@pytest.mark.parametrize(
    ("refused", "verdict"), [(0, "good"), (60, "none"), (120, "attention"), (300, "bad")]
)
def test_faulty_applications(
    watched: Watched, settings: Callable[..., Any], refused: int, verdict: str
) -> None:
    """Beside 1,000 that were scored; 60 are 5.7 %, to which chance may have brought less than 5 %."""
    reading = READING.model_copy(update={"refused": refused, "faults": {"purpose": refused}})
    checks = check(draw(), watched, settings(), reading)
    assert checks["faulty"].verdict == verdict


def test_the_newest_version_decides(watched: Watched, settings: Callable[..., Any]) -> None:
    rows = draw()
    rows.loc[:99, "version"] = "v0"
    rows.loc[:99, "time"] = pd.Timestamp("2026-01-01")
    assert check(rows, watched, settings())["model_version"].verdict == "good"
    rows.loc[:99, "time"] = pd.Timestamp("2026-02-01")
    found = check(rows, watched, settings())["model_version"]
    assert found.verdict == "attention"
    assert "900 of 1,000 predictions are by version v1, the others by v0" in found.found


def test_no_prediction_is_amber_and_nothing_else_is_judged(
    watched: Watched, settings: Callable[..., Any]
) -> None:
    checks = check(draw()[:0], watched, settings(since="2026-03-01"))
    assert checks["predictions"].found == "There is no prediction from 2026-03-01."
    assert {one.verdict for key, one in checks.items() if key != "predictions"} == {"none"}
    assert bottom_line(list(checks.values()))[0] == "attention"


def test_the_expected_default_rate_stands_where_outcomes_do_not(
    watched: Watched, settings: Callable[..., Any]
) -> None:
    rows = draw().assign(outcome=np.nan)
    checks = check(rows, watched, settings())
    section = describe_score(by_band(rows, watched.reference.score, 0.95), rows, checks, watched)
    assert section.values["expected_default_rate"] == pytest.approx(rows["probability"].mean())
    assert "of these loans will default (20.0 % in training)" in section.findings[1].found
    outcomes = describe_outcomes(
        measure_performance(rows, settings()),
        OutcomesRead(path=None),
        checks["calibration"],
        checks["ranking"],
    )
    assert outcomes.verdict == "none"
    assert outcomes.summary.startswith(
        "No file of outcomes was named: ranking and calibration cannot be told"
    )


def test_what_was_left_out_of_the_outcomes_is_said(watched: Watched, settings: Callable[..., Any]) -> None:
    rows, asked = draw(), settings()
    checks = check(rows, watched, asked)
    read = OutcomesRead(path="o.csv", rows=5, unknown=2, unmatched=1, too_early=3, first="a", last="b")
    section = describe_outcomes(
        measure_performance(rows, asked), read, checks["calibration"], checks["ranking"]
    )
    assert section.findings[0].found.endswith(
        "Outcomes became known from a to b. 2 rows of the file have no outcome yet; 1 belong to no "
        "prediction that was looked at; 3 are dated before their prediction and were left out."
    )


def test_inputs_that_were_not_kept(watched: Watched, settings: Callable[..., Any]) -> None:
    reading = READING.model_copy(update={"without_inputs": 1000})
    checks = check(draw(), watched, settings(), reading)
    empty = measure_inputs({}, InputTally({}), settings())
    section = describe_inputs(empty, checks, watched, reading)
    assert (section.verdict, section.findings) == ("none", ())
    assert section.summary.startswith("The inputs were not kept in the log.")


def test_broken_lines_are_named() -> None:
    reading = READING.model_copy(update={"broken": 7, "broken_at": ("line 1 of log", "line 9 of log")})
    section = describe_reading(reading)
    assert section.verdict == "attention"
    assert section.findings[0].found == (
        "7 of 1,000 lines are no entry of a prediction log and were passed over; the first are line 1 of log "
        "and line 9 of log."
    )
