"""What is said of errors and gaps follows from the numbers, which are made up."""

import pandas as pd
import pytest

from loan_default.evaluation.robustness.section import describe_robustness
from loan_default.evaluation.robustness.settings import RobustnessSettings

SETTINGS = RobustnessSettings(
    rows=100, resamples=50, noise=(0.1,), swapped=(0.1,), max_loss=0.02, max_shift=0.05, shown=1
)


def change(kind, name, lost=0.0, mean=0.2, optional=True):
    return {
        "kind": kind,
        "optional": optional,
        "change": name,
        "roc_auc": 0.75 - lost,
        "roc_auc_lost": lost,
        "roc_auc_lost_low": lost - 0.005,
        "roc_auc_lost_high": lost + 0.005,
        "brier": 0.14,
        "brier_added": 0.0,
        "brier_added_low": 0.0,
        "brier_added_high": 0.0,
        "mean_probability": mean,
        "decisions_changed": 0.04,
    }


def write(*changes, rows=1000):
    return describe_robustness(pd.DataFrame(changes), rows, 1000, 0.2, SETTINGS)


def found(section, title):
    return next(finding for finding in section.findings if finding.title == title)


CALM = change("noise", "noise of 0.1 spreads", 0.01), change("missing", "without Income", 0.01)


def test_little_is_lost():
    section = write(*CALM)
    assert section.verdict == "good"
    assert section.summary == (
        "On all 1,000 test rows, leaving out Income, the field that is missed most, costs 0.010 [0.005, "
        "0.015] of ROC AUC; noise of 0.1 spreads costs 0.010 [0.005, 0.015]."
    )
    assert found(section, "Errors").found.endswith(
        "changes the policy of 4.0 % of the loans. The smallest errors cost less than 0.02."
    )
    assert "No single field costs more than 0.02 of ROC AUC" in found(section, "Missing fields").found
    assert write(*CALM, rows=500).summary.startswith("On 500 of 1,000 test rows,")


def test_a_small_error_that_costs_much_is_remarkable_and_a_large_one_is_not():
    large = change("noise", "noise of 0.5 spreads", 0.1)
    assert found(write(*CALM, large), "Errors").verdict == "good"
    small = change("noise", "noise of 0.1 spreads", 0.03)
    finding = found(write(small, large, *CALM[1:]), "Errors")
    assert finding.verdict == "attention"
    assert finding.found.endswith("More than 0.02 for noise of 0.1 spreads is remarkable.")


@pytest.mark.parametrize(
    ("lost", "mean", "optional", "verdict"),
    [
        (0.05, 0.2, True, "attention"),
        (0.05, 0.2, False, "good"),  # the service does not take such an application
        (0.0, 0.3, True, "attention"),
        (0.0, 0.24, True, "good"),
    ],
)
def test_what_may_be_missing_must_not_matter(lost, mean, optional, verdict):
    section = write(*CALM, change("missing", "without Job", lost, mean, optional))
    finding = found(section, "Missing fields")
    assert finding.verdict == section.verdict == verdict
    assert ("Applications may come without Job, and then" in finding.found) == (verdict == "attention")


def test_the_fields_that_cost_nothing_are_counted_and_the_table_is_short():
    finding = found(
        write(*CALM, change("missing", "without Job"), change("missing", "without Home")), "Missing fields"
    )
    assert "2 of 3 fields cost nothing that can be told from chance." in finding.found
    assert [row[0] for row in finding.table.rows] == ["without Income"]


def test_all_optional_fields_at_once():
    together = change("all missing", "without all 3 optional fields", 0.1, 0.5)
    section = write(*CALM, together)
    assert "All 3 optional fields missing at once cost 0.100 [0.095, 0.105] and move it to 50.0 %." in (
        found(section, "Missing fields").found
    )
    assert section.values["largest_loss_all_missing"] == 0.1


def test_without_numbers_and_labels_there_are_only_gaps():
    section = write(CALM[1])
    assert [finding.title for finding in section.findings] == ["Missing fields"]
