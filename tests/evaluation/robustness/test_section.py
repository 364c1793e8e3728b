"""What is said of errors and gaps follows from the numbers, which are made up."""

import numpy as np
import pandas as pd
import pytest

from loan_default.evaluation.robustness.measure import UNCHANGED
from loan_default.evaluation.robustness.plots import plot_losses
from loan_default.evaluation.robustness.section import describe_robustness
from loan_default.evaluation.robustness.settings import RobustnessSettings

ENDS = ("", "_low", "_high")
SETTINGS = RobustnessSettings(
    rows=100, resamples=50, noise=(0.1,), swapped=(0.1,), max_loss=0.02, max_shift=0.05, shown=1
)


def change(kind, name, lost=0.0, mean=0.2, optional=True, reach=0.005):
    return {
        "kind": kind,
        "optional": optional,
        "change": name,
        "roc_auc": 0.75 - lost,
        "roc_auc_low": 0.73 - lost,
        "roc_auc_high": 0.77 - lost,
        "roc_auc_lost": lost,
        "roc_auc_lost_low": lost - reach,
        "roc_auc_lost_high": lost + reach,
        "brier": 0.14,
        "brier_added": 0.0,
        "brier_added_low": 0.0,
        "brier_added_high": 0.0,
        "mean_probability": mean,
        "decisions_changed": 0.04,
    }


ALL_ROWS = {"roc_auc": 0.76, "roc_auc_low": 0.75, "roc_auc_high": 0.77}


def tabulate(*changes):
    nothing = dict.fromkeys(
        (f"{name}{end}" for name in ("roc_auc_lost", "brier_added") for end in ENDS), np.nan
    )
    before = change(UNCHANGED, UNCHANGED) | nothing | {"decisions_changed": np.nan}
    return pd.DataFrame([before, *changes])


def write(*changes, rows=1000):
    return describe_robustness(tabulate(*changes), rows, 1000, ALL_ROWS, SETTINGS)


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
        "changes the policy of 4.0 % of the loans. The smallest errors cost no more than 0.02."
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
    assert [row[0] for row in finding.table.rows] == [UNCHANGED, "without Income"]
    assert finding.table.caption.endswith(
        "2 more fields that cost less in the dataset `robustness_losses_table`."
    )
    whole = found(write(*CALM), "Missing fields")
    assert "dataset" not in whole.table.caption


def test_the_picture_says_that_it_is_cut():
    table = tabulate(*CALM, change("missing", "without Job"))
    figure = plot_losses(table, 1, "found")
    assert figure.get_suptitle().endswith("test rows: the 1 costliest of 2 fields")
    assert [label.get_text() for label in figure.axes[0].get_yticklabels()] == [
        "noise of 0.1 spreads",
        "without Income",
    ]
    assert plot_losses(table, 2, "found").get_suptitle().endswith("test rows")


@pytest.mark.parametrize("title", ["Errors", "Missing fields"])
def test_tables_begin_with_the_rows_as_they_are(title):
    table = found(write(*CALM), title).table
    heads = [column.name for column in table.columns]
    first = dict(zip(heads, table.rows[0], strict=True))
    assert (first["Change"], first["ROC AUC"], first["Mean probability"]) == (UNCHANGED, 0.75, 0.2)
    assert first["Lost"] is first["Policy changed"] is first.get("May be missing") is None


def test_the_base_is_told_apart_from_the_first_page():
    sample = write(*CALM, rows=500)
    assert sample.findings[0].found.startswith(
        "As they are, these 500 rows have ROC AUC 0.750 [0.730, 0.770]; all 1,000 test rows, of which they "
        "are a sample, have 0.760 [0.750, 0.770]. In ROC AUC,"
    )
    assert "As they are" not in sample.findings[1].found
    # All rows have the interval of the first page.
    assert (
        write(*CALM)
        .findings[0]
        .found.startswith("As they are, these rows have ROC AUC 0.760 [0.750, 0.770]. In")
    )
    assert write(CALM[1]).findings[0].found.startswith("As they are, these rows have ROC AUC 0.760")


def test_what_reads_as_an_interval_from_0_costs_nothing():
    term = change("missing", "without Term", 0.0054, reach=0.005)
    assert term["roc_auc_lost_low"] > 0
    assert "1 of 1 fields cost nothing" in found(write(term), "Missing fields").found
    heavy = change("missing", "without Term", 0.0304, reach=0.03)
    assert "No single field costs more than 0.02" in found(write(heavy), "Missing fields").found


def test_marks_are_held_against_what_is_read():
    at_the_mark = change("missing", "without Job", 0.0204, reach=0.001)
    assert "No single field costs more than 0.02" in found(write(at_the_mark), "Missing fields").found
    # 20.0 % and 25.0 % are read.
    assert write(change("missing", "without Job", mean=0.2504)).verdict == "good"
    assert write(change("missing", "without Job", mean=0.2506)).verdict == "attention"


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
