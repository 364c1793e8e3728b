from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from loan_default.portfolio.chapters.leaks_section import (
    scan_table,
    twin_groups_across_parts,
    write_leaks_section,
)
from loan_default.portfolio.settings import CleaningSettings
from loan_default.report.section import Finding, Section

Settings = Callable[..., CleaningSettings]
SHOWN = Finding(title="Shown", look_for="Look.", found="Nothing was asked.")


def _findings() -> pd.DataFrame:
    """Made-up findings: one leak of each fate and two honest columns."""
    rows = [
        ("recovered", "post-outcome", True, "its values alone reach ROC AUC 0.990", 0.99),
        ("zip", "feature", True, "one outcome only: 11650 (40 rows, default rate 1)", 0.6),
        ("score", "feature", False, "its values alone reach ROC AUC 0.850", 0.85),
        ("income", "feature", False, None, 0.62),
        ("stray", "not described", False, "", 0.7),
    ]
    table = pd.DataFrame(rows, columns=["name", "role", "leak", "reason", "roc_auc"])
    return table.assign(missing_roc_auc=0.5, groups=0)


@pytest.fixture
def write(report: dict[str, Any], clean: pd.DataFrame, cleaning: Settings) -> Callable[..., Section]:
    def run(findings: pd.DataFrame, dropped: list[str], **changes: Any) -> Section:
        scan = scan_table(findings, dropped)
        return write_leaks_section(scan, report, clean, cleaning(**changes), SHOWN, {"flattery_x": 0.1})

    return run


def test_what_was_done_with_each_column() -> None:
    done = scan_table(_findings(), ["zip"]).set_index("name")["done"].to_dict()
    assert done == {
        "recovered": "never used", "zip": "dropped", "score": "allowed by name", "income": "", "stray": ""
    }  # fmt: skip
    # Reported only: the column is still in use.
    assert scan_table(_findings(), []).set_index("name").loc["zip", "done"] == "used all the same"


def test_a_leak_that_was_dropped_asks_for_attention(write: Callable[..., Section]) -> None:
    section = write(_findings(), ["zip"])
    scan = section.findings[0]
    assert scan.found == (
        "3 of 5 columns give the outcome away (dropped: zip; allowed by name: score; never used: recovered). "
        "The strongest of the others, income, reaches ROC AUC 0.620 alone."
    )
    assert scan.verdict == section.verdict == "attention"
    assert section.values["leaks_dropped"] == section.values["leaks_allowed"] == 1
    assert section.values["leaks_used"] == 0
    assert section.values["flattery_x"] == pytest.approx(0.1)
    assert section.findings[2] == SHOWN
    assert scan.table is not None
    assert scan.table.rows[1][5:] == ("one outcome only: 11650 (40 rows, default rate 1)", "dropped")


def test_a_leak_in_use_is_bad(write: Callable[..., Section]) -> None:
    section = write(_findings(), [])
    assert section.verdict == "bad"
    assert "used all the same: zip" in section.summary


def test_no_leak_is_good(write: Callable[..., Section]) -> None:
    section = write(_findings().tail(2), [])
    assert section.findings[0].found == (
        "None of the 2 columns gives the outcome away by itself. The strongest, income, reaches ROC AUC "
        "0.620 alone."
    )
    assert section.verdict == "good"
    alone = write(_findings().head(1), [])
    assert alone.findings[0].found == "1 of 1 column gives the outcome away (never used: recovered)."
    assert alone.verdict == "good"


def test_twins_together_and_across(write: Callable[..., Section], clean: pd.DataFrame) -> None:
    honest = _findings().tail(2)
    twins = write(honest, []).findings[1]
    assert twins.found == (
        "90 rows (10.00 %) have a twin, in 30 groups of up to 4; every group lies in one part. 50 exact "
        "repeats were dropped. 2 of 30 groups hold both outcomes: nothing in these columns tells such "
        "loans apart."
    )
    assert twins.verdict == "good"
    assert twin_groups_across_parts(clean) == 0
    # Ten of the hundred test rows get a twin in train, one of them a second in validation.
    clean.loc[800:809, "twin_group"] = range(10)
    clean.loc[600, "twin_group"] = 0
    assert twin_groups_across_parts(clean) == 10
    section = write(honest, [], repeats="keep")
    twins = section.findings[1]
    assert "10 groups lie in more than one part, which leaks. Exact repeats were kept" in twins.found
    assert twins.found.endswith("10.0 % of the test rows have a twin among the train rows.")
    assert section.verdict == "bad"
    assert section.values["twin_groups_across_parts"] == 10


@pytest.mark.parametrize(
    ("both", "groups", "says"),
    [(1, 1, "The one group holds"), (1, 4, "1 of 4 groups holds"), (21, 21, "All 21 groups hold")],
)
def test_groups_with_both_outcomes_are_counted(
    write: Callable[..., Section], report: dict[str, Any], both: int, groups: int, says: str
) -> None:
    report["twins"] |= {"twin_groups_with_both_outcomes": both, "twin_groups": groups}
    assert f" {says} both outcomes" in write(_findings(), ["zip"]).findings[1].found


def test_without_twins_it_says_so(write: Callable[..., Section], report: dict[str, Any]) -> None:
    report["twins"] |= {"rows_with_a_twin": 0, "twin_groups_with_both_outcomes": 0}
    report["steps"][3]["rows"] = 0
    found = write(_findings(), ["zip"]).findings[1].found
    assert found == "No two rows are twins. There was no exact repeat to drop."


def test_a_table_from_a_file_reads_alike(
    write: Callable[..., Section],
    report: dict[str, Any],
    clean: pd.DataFrame,
    cleaning: Settings,
    tmp_path: Path,
) -> None:
    scan = scan_table(_findings(), ["zip"])
    file = tmp_path / "scan.csv"
    scan.to_csv(file, index=False)
    section = write_leaks_section(pd.read_csv(file), report, clean, cleaning(), SHOWN, {"flattery_x": 0.1})
    assert section.summary == write(_findings(), ["zip"]).summary
    nothing = _findings().tail(2).drop(columns="reason").assign(reason=float("nan"))
    scan_table(nothing, []).to_csv(file, index=False)
    section = write_leaks_section(pd.read_csv(file), report, clean, cleaning(), SHOWN, {})
    assert section.findings[0].found.startswith("None of the 2 columns")
