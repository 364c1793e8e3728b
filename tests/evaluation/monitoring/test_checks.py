"""The checks and the chapters they are written into; all made up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from loan_default.evaluation.monitoring.checks import bottom_line, run_checks
from loan_default.evaluation.monitoring.drift_checks import check_inputs
from loan_default.evaluation.monitoring.facts import OutcomesRead, Reading, Watched
from loan_default.evaluation.monitoring.input_section import describe_inputs
from loan_default.evaluation.monitoring.inputs import measure_inputs
from loan_default.evaluation.monitoring.outcome_section import describe_outcomes
from loan_default.evaluation.monitoring.performance import measure_performance
from loan_default.evaluation.monitoring.reading_section import describe_reading
from loan_default.evaluation.monitoring.score_section import describe_score
from loan_default.evaluation.monitoring.tally import InputTally
from loan_default.evaluation.monitoring.traffic import by_band, by_period, by_policy, by_version
from loan_default.evaluation.monitoring.traffic_section import describe_traffic
from loan_default.report.section import Finding
from loan_default.report.status_page import Check

READING = Reading(source="prediction log", where="log", files=1, records=1000)
NO_OUTCOMES = OutcomesRead(path=None)


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
            "policy": np.where(p < 0.2, "accept", "decline"),
            "outcome": (rng.random(rows) < odds * p).astype(float),
        }
    )


def check(
    predictions: pd.DataFrame,
    watched: Watched,
    settings: Any,
    reading: Reading = READING,
    outcomes: OutcomesRead = NO_OUTCOMES,
) -> dict[str, Check]:
    columns = watched.reference.inputs
    inputs = measure_inputs(columns, InputTally(columns), settings)
    own = predictions.loc[predictions["version"] == "v1"]
    performance = measure_performance(own, settings)
    policies = by_policy(own, watched.policies, settings.confidence)
    found = run_checks(predictions, inputs, performance, policies, watched, reading, outcomes, settings)
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
    assert (verdict, sentence.split(". ")[0]) == ("bad", "3 of 11 checks are red")


@pytest.mark.parametrize(("roc_auc", "verdict"), [(0.60, "good"), (0.73, "none"), (0.98, "bad")])
def test_the_fall_of_roc_auc_must_be_beyond_both_errors(
    watched: Watched, settings: Callable[..., Any], roc_auc: float, verdict: str
) -> None:
    """Known outcomes give about 0.70 with an error of 0.02."""
    ends = {"roc_auc": roc_auc, "roc_auc_low": roc_auc - 0.02, "roc_auc_high": roc_auc + 0.02}
    checks = check(draw(600), watched.model_copy(update=ends), settings())
    assert checks["ranking"].verdict == verdict
    assert ("Too few rows to tell" in checks["ranking"].found) == (verdict == "none")
    then = f"{roc_auc:.3f} [{roc_auc - 0.02:.3f}, {roc_auc + 0.02:.3f}]"
    assert f"; {then} on the test rows." in checks["ranking"].found, "its error is judged by, so it is said"


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
    assert checks["predictions"].found == "There is no prediction from 2026-03-01 in `log`."
    none = draw()[:0]
    section = describe_traffic(*by_period(none), by_version(none), none, checks, READING)
    assert section.verdict == "attention"
    performance = measure_performance(none, settings())
    told = describe_outcomes(
        performance, NO_OUTCOMES, checks["calibration"], checks["ranking"], float("nan"), 0.95
    )
    assert told.summary.endswith("cannot be told yet."), "no default rate is expected of nobody"
    assert {one.verdict for key, one in checks.items() if key not in ("reading", "predictions")} == {"none"}
    assert bottom_line(list(checks.values()))[0] == "attention"


def test_the_expected_default_rate_stands_where_outcomes_do_not(
    watched: Watched, settings: Callable[..., Any]
) -> None:
    rows = draw().assign(outcome=np.nan)
    checks = check(rows, watched, settings())
    policies = by_policy(rows, watched.policies, 0.95)
    section = describe_score(by_band(rows, watched.reference.score, 0.95), policies, rows, checks, watched)
    assert section.values["expected_default_rate"] == pytest.approx(rows["probability"].mean())
    granted = rows.loc[rows["prediction"] == 0, "probability"].mean()
    assert section.values["expected_default_rate_granted"] == pytest.approx(granted)
    assert (
        "of these loans will default (20.0 % in training), of those not predicted to default "
        f"{100 * granted:.1f} %." in section.findings[2].found
    )
    outcomes = describe_outcomes(
        measure_performance(rows, settings()),
        OutcomesRead(path=None),
        checks["calibration"],
        checks["ranking"],
        0.123,
        0.95,
    )
    assert outcomes.verdict == "none"
    assert outcomes.summary == (
        "No file of outcomes was named: ranking and calibration cannot be told yet. If the model is right, "
        "12.3 % will default."
    )


def test_what_was_left_out_of_the_outcomes_is_said(watched: Watched, settings: Callable[..., Any]) -> None:
    rows, asked = draw(), settings()
    checks = check(rows, watched, asked)
    read = OutcomesRead(path="o.csv", rows=5, unknown=2, unmatched=1, too_early=3, first="a", last="b")
    section = describe_outcomes(
        measure_performance(rows, asked), read, checks["calibration"], checks["ranking"], 0.2, 0.95
    )
    assert section.findings[0].found.endswith(
        "Outcomes became known from a to b. Left out: 2 rows without an outcome yet, 1 of no prediction that "
        "was looked at and 3 dated before their prediction."
    )


def test_what_moved_are_the_inputs_that_the_check_names(
    watched: Watched, settings: Callable[..., Any]
) -> None:
    """One input is red and one amber: the sentence on the red ones does not count the other."""
    columns = {"income": watched.reference.inputs["income"], "rent": watched.reference.inputs["income"]}
    tally = InputTally(columns)
    some = np.where(np.arange(1000) % 10 < 4, np.arange(1000) / 2, np.arange(1000))
    tally.add(pd.DataFrame({"income": np.arange(1000) / 2, "rent": some}))
    inputs = measure_inputs(columns, tally, settings())
    assert inputs["psi_verdict"].tolist() == ["bad", "attention"]
    drift = check_inputs(inputs, "psi", "Inputs", settings().marks.psi, READING)
    checks = check(draw(), watched, settings()) | {"inputs": drift}
    found = describe_inputs(inputs, checks, watched, READING).findings[0].found
    assert found.startswith("1 of 2 inputs: `income` (PSI")
    assert "What moved most: `income` (" in found
    assert "rent" not in found


def by_month(rows: pd.DataFrame, watched: Watched, settings: Any) -> Finding:
    checks = check(rows, watched, settings)
    performance = measure_performance(rows, settings)
    read = OutcomesRead(path="o.csv", rows=len(rows))
    section = describe_outcomes(performance, read, checks["calibration"], checks["ranking"], 0.2, 0.95)
    return section.findings[0]


def test_a_month_that_chance_does_not_explain_is_named(
    watched: Watched, settings: Callable[..., Any]
) -> None:
    """Twice the defaults in the last of five months: the whole is no more than amber."""
    rows, twice = draw(5000), draw(5000, odds=2.0)
    month = np.arange(5000) // 1000
    rows["time"] = pd.Timestamp("2026-01-15") + pd.to_timedelta(30 * month, unit="D")
    found = by_month(rows, watched, settings())
    assert "Of 5 months none is further from expected than chance can explain." in found.found

    rows["outcome"] = rows["outcome"].mask(month == 4, twice["outcome"])
    found = by_month(rows, watched, settings())
    last = measure_performance(rows, settings()).iloc[-1]
    ratio = f"{last['ratio']:.2f} [{last['ratio_low']:.2f},\xa0{last['ratio_high']:.2f}]"
    assert found.verdict == "attention"
    assert f"than chance can explain, of 5 months: 2026-05 ({ratio})." in found.found
    assert found.table is not None
    assert found.table.rows[-1][0] == "2026-05"
    assert found.table.rows[-1][6] == ratio


def test_a_month_without_a_default_has_its_interval_and_no_roc_auc(
    watched: Watched, settings: Callable[..., Any]
) -> None:
    rows = draw(2000)
    rows["time"] = np.where(np.arange(2000) < 1000, rows["time"], pd.Timestamp("2026-02-15"))
    rows.loc[1000:, "outcome"] = 0.0
    found = by_month(rows, watched, settings())
    assert found.table is not None
    february = found.table.rows[2]
    assert february[:4] == ("2026-02", 1000, 1000, 0)
    assert february[5:] == ("0.0 % [0.0,\xa00.4]", "0.00 [0.00,\xa00.02]", None)
    assert "of 2 months: 2026-02 (0.00 [0.00,\xa00.02])." in found.found


def test_without_dates_there_are_no_months_and_no_pictures_of_nothing(
    watched: Watched, settings: Callable[..., Any]
) -> None:
    rows = draw().assign(time=pd.NaT)
    found = by_month(rows, watched, settings())
    assert found.figure is None
    assert found.table is not None
    assert [row[0] for row in found.table.rows] == ["all"]
    assert "month" not in found.found
    made = check(rows, watched, settings())
    section = describe_traffic(*by_period(rows), by_version(rows), rows, made, READING)
    assert [finding.title for finding in section.findings] == ["Model versions", "Faulty applications"]
    assert section.summary == "1,000 predictions without a date."


def test_inputs_that_were_not_kept(watched: Watched, settings: Callable[..., Any]) -> None:
    reading = READING.model_copy(update={"without_inputs": 1000})
    checks = check(draw(), watched, settings(), reading)
    empty = measure_inputs({}, InputTally({}), settings())
    section = describe_inputs(empty, checks, watched, reading)
    assert (section.verdict, section.findings) == ("none", ())
    assert section.summary.startswith("The inputs were not kept in the log.")


@pytest.mark.parametrize(
    ("records", "broken", "verdict"),
    [
        (1000, 0, "good"),
        (100_000, 7, "good"),
        (1000, 60, "attention"),
        (1000, 120, "attention"),
        (1000, 300, "bad"),
        (6, 3, "attention"),
    ],
)
def test_broken_lines_are_judged_and_named(
    watched: Watched, settings: Callable[..., Any], records: int, broken: int, verdict: str
) -> None:
    at = ("line 1 of log", "line 9 of log")
    reading = READING.model_copy(update={"records": records, "broken": broken, "broken_at": at})
    found = check(draw(), watched, settings(), reading)["reading"]
    section = describe_reading(reading, found)
    assert found.verdict == section.verdict == verdict
    assert [finding.found for finding in section.findings] == (
        [
            f"{broken:,} of {records:,} lines are no entry of a prediction log and were passed over; the "
            "first are line 1 of log and line 9 of log."
        ]
        if broken
        else []
    )


def test_a_log_that_cannot_be_read_is_red(watched: Watched, settings: Callable[..., Any]) -> None:
    reading = READING.model_copy(update={"broken": 1000, "broken_at": ("line 1 of log",)})
    checks = check(draw()[:0], watched, settings(), reading)
    verdict, sentence = bottom_line(list(checks.values()))
    assert verdict == "bad"
    assert "1,000 (100.0 %) are no entry of a prediction log, the first at line 1 of log." in sentence


def test_what_is_there_twice_or_outside_is_said(watched: Watched, settings: Callable[..., Any]) -> None:
    reading = READING.model_copy(update={"outside": 3, "repeated": 2, "files": 2})
    section = describe_reading(reading, check(draw(), watched, settings(), reading)["reading"])
    assert section.summary == (
        "Prediction log `log` in 2 files: 1,000 records. 3 lie outside the days that were asked for. "
        "2 predictions are there twice and count once."
    )


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        (
            {"rows": 9, "unknown": 2, "unmatched": 7, "unmatched_id": "x7"},
            "None of the 7 outcomes of `o.csv` is of a prediction read here: there is none `x7`.",
        ),
        ({"rows": 9, "malformed": 1}, "The wrong number of fields: 1 row of `o.csv`."),
        ({"rows": 9, "unknown": 2, "unmatched": 6}, ""),
        ({"rows": 9, "unknown": 9}, ""),
    ],
)
def test_outcomes_that_do_not_fit_are_amber(
    watched: Watched, settings: Callable[..., Any], changes: dict[str, int], found: str
) -> None:
    rows = draw().assign(outcome=np.nan)
    made = check(rows, watched, settings(), outcomes=OutcomesRead(path="o.csv", **changes))["reading"]
    assert made.verdict == ("attention" if found else "good")
    assert found in made.found


def test_outcomes_of_granted_loans_only_are_no_fall(watched: Watched, settings: Callable[..., Any]) -> None:
    """Refused applicants have no outcome: among the others a right model ranks worse, and it is no alarm."""
    rows = draw(20_000, low=0.1)
    roc_auc = measure_performance(rows, settings())["promised_by_all"].iloc[0]
    ends = {"roc_auc": roc_auc, "roc_auc_low": roc_auc - 0.01, "roc_auc_high": roc_auc + 0.01}
    promised = watched.model_copy(update=ends)
    everyone = check(rows, promised, settings())["ranking"]
    selected = rows.assign(outcome=rows["outcome"].where(rows["prediction"] == 0))
    performance = measure_performance(selected, settings())
    assert performance["roc_auc"].iloc[0] < roc_auc - 0.06, "it would be red"
    granted = check(selected, promised, settings())["ranking"]
    assert (everyone.verdict, granted.verdict) == ("good", "good")
    assert "taken off before the fall is judged" in granted.found
    assert "taken off" not in everyone.found

    rng = np.random.default_rng(3)
    blind = selected.assign(outcome=np.where(selected["outcome"].notna(), rng.random(20_000) < 0.1, np.nan))
    assert check(blind, promised, settings())["ranking"].verdict == "bad"


def test_of_whom_outcomes_are_known_is_said(watched: Watched, settings: Callable[..., Any]) -> None:
    rows = draw()
    selected = rows.assign(outcome=rows["outcome"].where(rows["prediction"] == 0))
    checks = check(selected, watched, settings())
    section = describe_outcomes(
        measure_performance(selected, settings()),
        OutcomesRead(path="o.csv", rows=1000),
        checks["calibration"],
        checks["ranking"],
        0.2,
        0.95,
    )
    assert "Known are 0.0 % of those predicted to default, 100.0 % of the others." in section.summary


def test_green_needs_something_that_was_judged(watched: Watched, settings: Callable[..., Any]) -> None:
    """Of the new version there are few predictions yet: that all lines could be read is no news of it."""
    rows = draw()
    rows["version"] = np.where(np.arange(1000) < 990, "v0", "v1")
    checks = check(rows, watched, settings())
    assert (checks["predictions"].verdict, checks["score"].verdict) == ("good", "none")
    verdict, sentence = bottom_line(list(checks.values()))
    assert verdict == "none"
    assert sentence.startswith("Too little was predicted to judge the model. Not judged: score,")


@pytest.mark.parametrize(
    ("declined", "rows_then", "verdict"),
    [
        (0.5, 1000, "good"),
        (0.54, 1000, "good"),
        (0.56, 1000, "none"),  # 6 points, of which chance explains one and more
        (0.62, 1000, "attention"),
        (0.3, 1000, "bad"),
        (0.62, 60, "none"),  # what so few rows in training say is no firm ground
    ],
)
def test_a_change_of_decisions(
    watched: Watched, settings: Callable[..., Any], declined: float, rows_then: int, verdict: str
) -> None:
    rows = draw(1000)
    rows["policy"] = np.where(np.arange(1000) < 1000 * declined, "decline", "accept")
    then = {"accept": rows_then // 2, "refer": 0, "decline": rows_then // 2}
    found = check(rows, watched.model_copy(update={"policies": then}), settings())["decisions"]
    assert found.verdict == verdict
    assert found.found.startswith(
        f"Accepted {100 - 100 * declined:.1f} % (50.0 % in training) and declined {100 * declined:.1f} % "
        "(50.0 % in training)."
    )
    assert found.marks == "change: amber 5.0 %, red 10.0 %"


def test_a_change_of_decisions_is_told_in_the_chapter(watched: Watched, settings: Callable[..., Any]) -> None:
    rows = draw().assign(policy="decline")
    policies = by_policy(rows, watched.policies, 0.95)
    checks = check(rows, watched, settings())
    section = describe_score(by_band(rows, watched.reference.score, 0.95), policies, rows, checks, watched)
    assert (checks["score"].verdict, section.verdict) == ("good", "bad")
    assert "declined 100.0 % (50.0 % in training)" in section.summary
    assert section.values["share_decline"] == 1
    assert section.values["share_accept"] == 0
    assert "of those accepted" not in section.findings[1].found, "nobody is"


def test_predictions_from_before_policies_are_counted_and_left_out(
    watched: Watched, settings: Callable[..., Any]
) -> None:
    rows = draw()
    rows["policy"] = rows["policy"].where(rows.index >= 300)
    made = check(rows, watched, settings())
    assert made["decisions"].verdict == "good"
    assert made["decisions"].found.endswith("300 have no policy and are left out.")
    section = describe_traffic(*by_period(rows), by_version(rows), rows, made, READING)
    decisions = section.findings[1]
    assert decisions.figure == "monitoring_decisions_plot"
    accepted = 100 * (rows["policy"].dropna() == "accept").mean()
    assert decisions.found.startswith(
        f"Of 700 predictions with a policy {accepted:.1f} % were accepted, 0.0 % "
    )
    assert decisions.found.endswith("300 predictions from before there were policies are left out.")

    older = rows.assign(policy=np.nan)
    made = check(older, watched, settings())
    assert (made["decisions"].verdict, made["decisions"].found) == ("none", "No prediction has a policy.")
    section = describe_traffic(*by_period(older), by_version(older), older, made, READING)
    assert section.findings[1].figure is None
    assert (
        bottom_line(list(made.values()))[0] == bottom_line(list(check(rows, watched, settings()).values()))[0]
    )


def test_few_decisions_say_so(watched: Watched, settings: Callable[..., Any]) -> None:
    rows = draw()
    rows["policy"] = rows["policy"].where(rows.index < 150)
    found = check(rows, watched, settings())["decisions"]
    assert found.verdict == "none"
    assert found.found.endswith("Too few rows to tell.")
