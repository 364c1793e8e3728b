from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from loan_default.portfolio.description import Portfolio
from loan_default.portfolio.intake import take_in
from loan_default.studies.post_outcome import with_post_outcome

Lender = Callable[..., pd.DataFrame]


def test_columns_of_the_file_become_ordinary(lender: Lender, portfolio: Portfolio) -> None:
    raw = lender(200, after_outcome=True)
    raw["recovered"] = raw["recovered"].where(raw["recovered"] != "0.0", "n/a")
    raw["not_in_the_file"] = [f"place {row}" for row in range(200)]
    careless = with_post_outcome(raw, portfolio)
    kinds = {name: column.kind for name, column in careless.columns.items()}
    assert kinds == {
        "income": "amount", "debt": "amount", "job": "category", "recovered": "number",
        "collector": "category", "not_in_the_file": "high_cardinality",
    }  # fmt: skip
    assert careless.post_outcome == ()
    intake = take_in(raw, careless, 0)
    assert intake.rejected.empty
    assert "recovered" in intake.applications


def test_nothing_to_add_changes_nothing(lender: Lender, portfolio: Portfolio) -> None:
    assert with_post_outcome(lender(50), portfolio) is portfolio
