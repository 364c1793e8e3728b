from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from loan_default.errors import InputError
from loan_default.portfolio.cleaner_fit import fit_cleaner
from loan_default.portfolio.deal import deal
from loan_default.portfolio.description import Portfolio
from loan_default.portfolio.intake import take_in
from loan_default.portfolio.settings import CleaningSettings

Describe = Callable[..., Portfolio]
Settings = Callable[..., CleaningSettings]
Book = Callable[..., pd.DataFrame]


@pytest.fixture
def with_repeats(book: Book) -> pd.DataFrame:
    """A made-up book of 200 loans in which the first ten come again at the end, with ids of their own."""
    raw = book(200).assign(loan=[f"loan {row}" for row in range(200)])
    raw.loc[191:200, raw.columns != "loan"] = raw.loc[1:10, raw.columns != "loan"].to_numpy()
    return raw


def test_repeats_are_dropped_or_stay_together(
    describe: Describe, cleaning: Settings, with_repeats: pd.DataFrame
) -> None:
    intake = take_in(with_repeats, describe(row_id="loan"), 0)
    dropped = deal(intake, cleaning(repeats="drop"), seed=1)
    assert dropped.index.tolist() == list(range(1, 191))
    kept = deal(intake, cleaning(repeats="keep"), seed=1)
    assert len(kept) == 200
    assert not kept[["twin_group", "part"]].drop_duplicates()["twin_group"].duplicated().any()
    assert kept.loc[191:200, "twin_group"].tolist() == kept.loc[1:10, "twin_group"].tolist()


def test_a_row_id_of_two_rows_is_refused(
    describe: Describe, cleaning: Settings, with_repeats: pd.DataFrame
) -> None:
    with_repeats.loc[2, "loan"] = "loan 0"
    with pytest.raises(InputError, match="1 rows have the id of an earlier one, first 'loan 0'"):
        deal(take_in(with_repeats, describe(row_id="loan"), 0), cleaning(), seed=1)


def test_outliers_leave_train_only(describe: Describe, cleaning: Settings, book: Book) -> None:
    raw = book(300)
    raw.loc[1:60, "rate"] = "9999"
    intake = take_in(raw, describe(), 0)
    settings: dict[str, Any] = {"outliers__action": "drop", "outliers__factor": 20.0}
    dealt = deal(intake, cleaning(**settings), seed=1)
    train = dealt[dealt["part"] == "train"]
    cleaner = fit_cleaner(train, intake.resolved, intake.fractions, (), cleaning(**settings), seed=1)
    clean = cleaner.apply_to_parts(dealt)
    far = clean["rate"] == 9999
    assert not far[clean["part"] == "train"].any()
    assert far.sum() == (dealt.loc[dealt["part"] != "train", "rate"] == 9999).sum() > 0
    assert clean.index.tolist() == list(range(len(clean)))
