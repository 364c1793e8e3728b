"""What the cleaning of a made-up book left behind."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest


@pytest.fixture
def report() -> dict[str, Any]:
    """The cleaning report of 1,000 rows; 20 run, 30 are rejected, 50 are repeats."""
    return {
        "steps": [
            {"step": "rows in the file", "rows": 1000, "left": 1000},
            {"step": "still running, set aside", "rows": 20, "left": 980},
            {"step": "rejected", "rows": 30, "left": 950},
            {"step": "exact repeats dropped", "rows": 50, "left": 900},
            {"step": "outliers left out of train", "rows": 0, "left": 900},
        ],
        "columns": {
            "absent": ["title"],
            "switched_off": {"title_length": ["title"]},
            "not_described": ["member", "url"],
            "written_as_fraction": [],
        },
        "twins": {
            "rows_with_a_twin": 90,
            "share_with_a_twin": 0.1,
            "twin_groups": 30,
            "largest_twin_group": 4,
            "twin_groups_with_both_outcomes": 2,
        },
        "parts": {
            "train": {"rows": 600, "events": 120, "event_rate": 0.2},
            "validation": {"rows": 200, "events": 40, "event_rate": 0.2},
            "test": {"rows": 100, "events": 20, "event_rate": 0.2},
        },
        "missing": {
            "rate": {"share_train": 0.02, "share_elsewhere": 0.09, "filled_with": 12.5, "flagged": True},
            "job": {"share_train": 0.3, "share_elsewhere": 0.28, "filled_with": "unknown", "flagged": False},
        },
        "left_out_as_leaks": ["job"],
    }


@pytest.fixture
def clean() -> pd.DataFrame:
    """The made-up rows that are left: every fifth defaults."""
    parts = ["train"] * 600 + ["validation"] * 200 + ["test"] * 100
    return pd.DataFrame(
        {
            "row_id": range(900),
            "part": parts,
            "default": [int(row % 5 == 0) for row in range(900)],
            "twin_group": range(900),
        }
    )


@pytest.fixture
def feature_report() -> pd.DataFrame:
    rows = [
        ("amount", "Amount", "amount", "number", 0.30, None),
        ("rate", "Rate", "percent", "number", 0.12, None),
        ("rate_missing", "Rate missing", "flag", "0/1", 0.9, None),
        ("rate_per_amount", "Rate per amount", "derived: ratio", "number", 0.9, None),
        ("job", "Job", "category", None, 0.01, "dropped by the leak scan"),
        ("applied", "Applied", "date", None, None, "kind date is not a feature itself"),
    ]
    columns = ["name", "label", "kind", "used_as", "psi", "reason"]
    return pd.DataFrame(rows, columns=columns)
