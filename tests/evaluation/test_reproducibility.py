"""What the chapter says of code, data, and scoring again."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from loan_default.evaluation.reproducibility import Origin, Scored, describe_reproducibility

ORIGIN = Origin(
    provenance={"git_commit": "a" * 40, "git_dirty": "false", "command": "kedro run", "mlflow.user": "ada"},
    run_id="run1",
    seed=7,
    data={
        "data_file": "loans.csv",
        "data_fingerprint": "feed",
        "rows_in_file": "1000",
        "rows_train": "700",
        "rows_validation": "200",
        "rows_test": "100",
    },
    bundle="b1",
    versions={"python": "3.11.7", "numpy": "2.4"},
    parameters=120,
)
SAME = Scored(np.array([0.1, 0.2, 0.3]), np.array([0.1, 0.2, 0.3 + 2e-7]))


def test_the_same_probabilities_again_are_in_order():
    section = describe_reproducibility(SAME, ORIGIN)
    assert section.verdict == "good"
    assert "All 3 test rows" in section.summary
    assert section.values["scored_again_largest_difference"] == pytest.approx(2e-7)
    cells = {row[0]: row[1] for finding in section.findings if finding.table for row in finding.table.rows}
    assert cells["Commit"] == "a" * 40
    assert cells["Command"] == "kedro run"
    assert cells["Rows in test"] == "100"
    assert cells["numpy"] == "2.4"
    assert cells["Settings"].startswith("120 values")


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
    section = describe_reproducibility(replace(SAME, again=np.array(again)), ORIGIN)
    assert section.verdict == "bad"
    assert words in section.findings[0].found


def test_changes_beside_the_commit_and_no_commit_at_all_ask_for_attention():
    changed = replace(ORIGIN, provenance={**ORIGIN.provenance, "git_dirty": "true"})
    without = replace(ORIGIN, provenance={"command": "kedro run"})
    for origin, words in ((changed, "with changes that are not committed"), (without, "has no commit")):
        finding = describe_reproducibility(SAME, origin).findings[1]
        assert finding.verdict == "attention"
        assert words in finding.found
    assert describe_reproducibility(SAME, without).summary.startswith("Made by code without a commit")
