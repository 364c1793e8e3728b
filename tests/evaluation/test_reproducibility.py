"""What the chapter says of code, data, and scoring again."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from loan_default.evaluation.origin import Origin, Step, Today
from loan_default.evaluation.reproducibility import Scored, describe_reproducibility

RUN = {
    "git_commit": "a" * 40,
    "git_dirty": "false",
    "command": "kedro run",
    "mlflow.user": "ada",
    "version.python": "3.11.7",
    "version.numpy": "2.4",
    "started": "2026-11-22T04:00:00+00:00",
    "run_id": "run1",
}
LATER = {**RUN, "command": "kedro run --pipeline model_report", "started": "2026-11-23", "run_id": "run2"}
DATA = {
    "data_file": "loans.csv",
    "data_fingerprint": "feed",
    "rows_in_file": "1000",
    "rows_train": "700",
    "rows_validation": "200",
    "rows_test": "100",
}
SETTINGS = {"cleaning.split.test": 0.1, "features.scaling": "quantile", "ann.max_epochs": 50, "seed": 7}
COMPARED = {"evaluation.confidence": 0.95, "fairness.min_rows": 100, "service.scale.base_score": 600}
ORIGIN = Origin(
    DATA,
    tuple(
        Step(name, RUN, {key: SETTINGS[key] for key in keys})
        for name, keys in (
            ("cleaning", ("cleaning.split.test", "seed")),
            ("feature_engineering", ("features.scaling", "seed")),
            ("training", ("ann.max_epochs", "seed")),
        )
    ),
    Step("comparison", RUN, COMPARED),
)
TODAY = Today(run=RUN, settings={**SETTINGS, **COMPARED, "random_forest.max_depth": 9}, data=DATA)
SAME = Scored(np.array([0.1, 0.2, 0.3]), np.array([0.1, 0.2, 0.3 + 2e-7]))


def describe(scored=SAME, origin=ORIGIN, today=TODAY, packed=True):
    return describe_reproducibility(scored, origin, today, bundle="b1", packed=packed)


def trained_by(run):
    return replace(
        ORIGIN,
        steps=tuple(replace(step, run=run) for step in ORIGIN.steps),
        comparison=replace(ORIGIN.comparison, run=run),
    )


def cells(section):
    return {row[0]: row[1] for finding in section.findings if finding.table for row in finding.table.rows}


def test_the_same_probabilities_again_are_in_order():
    section = describe()
    assert section.verdict == "good"
    assert "All 3 test rows" in section.summary
    assert section.values["scored_again_largest_difference"] == pytest.approx(2e-7)
    assert section.values["differences_since_training"] == 0
    facts = cells(section)
    assert facts["Commit"] == "a" * 40
    assert facts["Command"] == "kedro run"
    assert facts["Rows in test"] == "100"
    assert facts["numpy"] == "2.4"
    assert facts["Settings"].startswith("7 values")


@pytest.mark.parametrize(
    ("again", "words"),
    [
        (
            [0.1, 0.2, 0.35],
            "0 cannot be scored and the others differ from the probabilities of this report by up to 0.0500",
        ),
        ([0.1, np.nan, 0.3], "1 cannot be scored"),
    ],
)
def test_other_probabilities_are_an_objection(again, words):
    section = describe(scored=replace(SAME, again=np.array(again)))
    assert section.verdict == "bad"
    assert words in section.findings[0].found


def test_changes_beside_the_commit_and_no_commit_at_all_ask_for_attention():
    changed = {**RUN, "git_dirty": "true"}
    without = {"command": "kedro run"}
    for run, words in ((changed, "with changes that are not committed"), (without, "has no commit")):
        section = describe(origin=trained_by(run), today=replace(TODAY, run=run))
        assert section.findings[2].verdict == "attention"
        assert words in section.findings[2].found
    assert section.summary.startswith("Trained by code without a commit")


def test_a_report_of_the_run_that_trained_says_so_in_a_sentence():
    finding = describe().findings[1]
    assert (finding.verdict, finding.table) == ("good", None)
    assert finding.found.startswith("The run that made this report also cleaned the data")


def test_a_later_report_under_the_same_conditions_is_in_order():
    section = describe(today=replace(TODAY, run=LATER))
    finding = section.findings[1]
    assert (finding.verdict, finding.table) == ("good", None)
    assert finding.found == (
        "Cleaning, feature engineering, training and comparison were done before the run that made this "
        "report. Code, settings, seed, data and versions are the same now."
    )
    assert cells(section)["Command"] == "kedro run", "the training's, not the report's"


def test_what_is_not_committed_is_not_called_the_same():
    dirty = {**RUN, "git_dirty": "true"}
    today = replace(TODAY, run={**LATER, "git_dirty": "true"})
    section = describe(origin=trained_by(dirty), today=today)
    assert section.findings[1].found.endswith(
        "But for code that is not committed, code, settings, seed, data and versions are the same now."
    )
    assert section.verdict == "attention"


def test_a_later_report_under_other_conditions_names_then_and_now_and_keeps_to_the_training_s_facts():
    today = Today(
        run={**LATER, "git_commit": "b" * 40, "version.python": "3.12.1"},
        settings={**TODAY.settings, "ann.max_epochs": 80, "seed": 8, "random_forest.max_depth": 3},
        data={**DATA, "data_fingerprint": "beef"},
    )
    section = describe(today=today)
    finding = section.findings[1]
    assert section.verdict == finding.verdict == "attention"
    every = "cleaning, feature_engineering, training, comparison"
    made = "cleaning, feature_engineering, training"
    assert set(finding.table.rows) == {
        (every, "commit", "a" * 12, "b" * 12),
        (every, "version of python", "3.11.7", "3.12.1"),
        (made, "`seed`", "7", "8"),
        ("training", "`ann.max_epochs`", "50", "80"),
        ("data", "fingerprint of the file", "feed", "beef"),
    }, "another model's settings are none of its own"
    assert "Since then 5 things changed: commit (aaaaaaaaaaaa, now bbbbbbbbbbbb)" in finding.found
    assert section.summary.startswith(
        "Trained by commit aaaaaaaaaaaa on data with fingerprint feed and seed 7."
    )
    facts = cells(section)
    assert (facts["Seed"], facts["Fingerprint"], facts["python"]) == ("7", "feed", "3.11.7")


def test_steps_of_an_earlier_run_than_the_training_are_told():
    cleaned_by = {**RUN, "git_commit": "c" * 40, "command": "kedro run --pipeline cleaning", "run_id": "run0"}
    origin = replace(ORIGIN, steps=(replace(ORIGIN.steps[0], run=cleaned_by), *ORIGIN.steps[1:]))
    section = describe(origin=origin)
    assert section.findings[1].found.startswith(
        "Cleaning was done before the run that made this report. Since then 1 thing changed: commit"
    )
    assert cells(section)["Before: cleaning"].startswith(
        "commit cccccccccccc, kedro run --pipeline cleaning, 2026"
    )


def test_a_setting_that_one_side_lacks_is_a_difference():
    settings = {key: value for key, value in SETTINGS.items() if key != "ann.max_epochs"}
    today = replace(TODAY, settings={**settings, **COMPARED, "ann.epochs": 50})
    assert set(describe(today=today).findings[1].table.rows) == {
        ("training", "`ann.max_epochs`", "50", "not set"),
        ("training", "`ann.epochs`", "not set", "50"),
    }


def test_settings_of_gates_and_bundle_that_changed_are_named_and_the_version_is_not_promised():
    today = replace(
        TODAY,
        run=LATER,
        settings={**TODAY.settings, "fairness.min_rows": 250, "service.scale.base_score": 650},
    )
    section = describe(today=today)
    assert section.findings[1].verdict == "attention"
    assert set(section.findings[1].table.rows) == {
        ("comparison", "`fairness.min_rows`", "100", "250"),
        ("comparison", "`service.scale.base_score`", "600", "650"),
    }
    assert section.findings[3].found.endswith(
        "; packed today the model has version b1, and another version in a bundle from before "
        "`service.scale.base_score` changed."
    )


def test_a_comparison_of_a_later_run_is_told_as_such():
    origin = replace(ORIGIN, comparison=replace(ORIGIN.comparison, run=LATER))
    section = describe(origin=origin, today=replace(TODAY, run=LATER))
    assert section.findings[1].found.startswith("Cleaning, feature engineering and training were done before")
    assert cells(section)["After: comparison"].startswith("commit aaaaaaaaaaaa, kedro run --pipeline model")


def test_no_bundle_is_promised_of_a_model_that_is_not_packed():
    assert "a bundle of version b1 holds exactly the model" in describe().findings[3].found
    found = describe(packed=False).findings[3].found
    assert "no bundle holds it, and b1 is only the version it would have" in found
