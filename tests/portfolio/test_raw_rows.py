"""From row ids back to the rows of the file."""

from __future__ import annotations

import pandas as pd
import pytest

from loan_default.portfolio.raw_rows import raw_rows


@pytest.fixture
def file(book):
    return book(rows=6)


def test_rows_come_in_the_order_asked_for(describe, file):
    rows = raw_rows(file, describe(row_id=None), pd.Series([4, 2]))
    pd.testing.assert_frame_equal(rows, file.loc[[4, 2]], check_names=False)


def test_rows_are_found_by_their_ids_and_of_repeats_the_first_counts(describe, file):
    ids = pd.Series(["x", "b", "c", "x", "e", "f"], index=file.index, dtype="str")
    named = file.assign(loan_id=ids)
    rows = raw_rows(named, describe(row_id="loan_id"), pd.Series(["e", "x"]))
    assert list(rows.index) == ["e", "x"]
    assert list(rows["loan_id"]) == ["e", "x"]
    pd.testing.assert_series_equal(rows.loc["x"], named.iloc[0].rename("x"))
