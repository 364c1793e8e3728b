from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from loan_default.errors import InputError
from loan_default.portfolio.description import Portfolio
from loan_default.portfolio.intake import take_in
from loan_default.portfolio.twins import check_row_ids, find_repeats, group_twins, twin_statistics

Table = Callable[..., pd.DataFrame]


def test_the_first_of_repeats_stays(table: Table) -> None:
    raw = table(id=[1, 2, 3, 4, 5], a=["x", "x", "y", "x", "x"], outcome=[0, 0, 0, 0, 1])
    assert find_repeats(raw, raw.index, "id").tolist() == [2, 4]
    # Only among the rows at hand: row 1 was rejected, say.
    assert find_repeats(raw, pd.Index([2, 3, 4, 5]), "id").tolist() == [4]
    assert find_repeats(raw, raw.index, None).tolist() == []


def test_twins_are_equal_in_all_but_id_and_outcome() -> None:
    applications = pd.DataFrame(
        {
            "row_id": [1, 2, 3, 4, 5],
            "default": [0, 1, 0, 0, 0],
            "amount": [5.0, 5.0, 5.0, None, None],
            "job": ["a", "a", "b", "a", "a"],
            "applied": pd.to_datetime(["2015-01-01"] * 5),
        }
    )
    grouped = group_twins(applications)
    assert grouped["twin_group"].tolist() == [0, 0, 1, 2, 2]
    assert grouped["twin_group"].dtype == "int64"
    assert grouped.columns.tolist()[:3] == ["row_id", "default", "twin_group"]
    assert "twin_group" not in applications
    assert twin_statistics(grouped) == {
        "rows_with_a_twin": 4,
        "share_with_a_twin": 0.8,
        "twin_groups": 2,
        "largest_twin_group": 2,
        "twin_groups_with_both_outcomes": 1,
    }


def test_row_ids_that_name_two_rows_are_refused() -> None:
    with pytest.raises(InputError, match=r"2 rows have the id of an earlier one, first '7'"):
        check_row_ids(pd.DataFrame({"row_id": [7, 8, 7, 7]}), "id")
    check_row_ids(pd.DataFrame({"row_id": [7, 8]}), "id")


def test_the_customer_file_is_nearly_all_twins(
    shipped: Callable[..., Portfolio],
    read: Callable[..., pd.DataFrame],
    shared_file: Callable[[str], Path],
) -> None:
    portfolio = shipped("customer_behavior")
    raw = read(shared_file("customer_behavior/Training_Data_exact_random_20pct_50400.csv.gz"), portfolio)
    statistics = twin_statistics(group_twins(take_in(raw, portfolio, 0).applications))
    assert statistics["share_with_a_twin"] == pytest.approx(0.856, abs=0.001)
    assert statistics["twin_groups_with_both_outcomes"] > 1000


def test_consumer_credit_has_two_repeats(
    shipped: Callable[..., Portfolio], read: Callable[..., pd.DataFrame]
) -> None:
    raw = read("data/01_raw/consumer_credit/credit_data_4454x15.csv", shipped("consumer_credit"))
    repeats = find_repeats(raw, raw.index, "rownames")
    assert len(repeats) == 2
    for row in repeats:
        content = raw.drop(columns="rownames")
        equal = content[(content == content.loc[row]).all(axis=1)]
        assert equal.index[0] < row
