"""Volumes by period, band and version; all made up."""

from __future__ import annotations

import pandas as pd
import pytest

from loan_default.evaluation.monitoring.facts import Watched
from loan_default.evaluation.monitoring.traffic import by_band, by_period, by_policy, by_version


def predictions(days: list[str | None], **columns: object) -> pd.DataFrame:
    frame = pd.DataFrame(
        {"time": pd.to_datetime(pd.Series(days)), "version": "v1", "risk_band": "low", "policy": "accept"}
    )
    return frame.assign(probability=0.2, prediction=[1] + [0] * (len(days) - 1), **columns)


@pytest.mark.parametrize(
    ("last", "length", "periods"),
    [("2026-01-10", "day", 10), ("2026-03-10", "week", 11), ("2026-12-31", "month", 12)],
)
def test_the_length_suits_the_span_and_gaps_are_shown(last: str, length: str, periods: int) -> None:
    found, table = by_period(predictions(["2026-01-01", "2026-01-01", last, None]))
    assert (found, len(table)) == (length, periods)
    assert table["n"].sum() == 3
    assert table["n"].iloc[1] == 0
    assert table["mean_probability"].isna().iloc[1]
    assert table.loc[0, ["n", "share_refused"]].tolist() == [2, 0.5]


def test_nothing_dated() -> None:
    assert by_period(predictions([None, None]))[1].empty


def test_bands_beside_the_reference(watched: Watched) -> None:
    table = by_band(predictions(["2026-01-01"] * 4), watched.reference.score, 0.95).set_index("band")
    assert table["n"].to_dict() == {"low": 4, "high": 0}
    assert table["share_then"].to_dict() == {"low": 0.5, "high": 0.5}
    assert table.loc["low", ["share", "share_refused", "mean_probability"]].tolist() == [1, 0.25, 0.2]
    assert table.loc["low", "share_low"] == pytest.approx(0.5101, abs=1e-4)  # Wilson, 4 of 4
    assert by_band(predictions([])[:0], watched.reference.score, 0.95).empty


def test_policies_by_period_are_of_those_that_have_one() -> None:
    rows = predictions(["2026-01-01"] * 5 + ["2026-01-03"])
    rows["policy"] = pd.Series([None, "accept", "accept", "refer", "decline", None], dtype="str")
    _, table = by_period(rows)
    assert table["n"].tolist() == [5, 0, 1]
    assert table["with_policy"].tolist() == [4, 0, 0]
    shares = table[["share_accept", "share_refer", "share_decline"]]
    assert shares.iloc[0].tolist() == [0.5, 0.25, 0.25]
    assert shares.iloc[1:].isna().all(axis=None)
    older = by_period(rows.assign(policy=pd.Series([None] * 6, dtype="str")))[1]
    assert older["with_policy"].sum() == 0
    assert older["share_accept"].isna().all()


def test_policies_beside_the_reference() -> None:
    rows = predictions(["2026-01-01"] * 5)
    rows["policy"] = pd.Series(["decline", "decline", "refer", "accept", None], dtype="str")
    rows["probability"] = [0.5, 0.3, 0.2, 0.1, 0.9]
    table = by_policy(rows, {"accept": 60, "refer": 30, "decline": 10}, 0.95)
    assert table["policy"].tolist() == ["accept", "refer", "decline"]
    assert table["n"].tolist() == [1, 1, 2]
    assert table["share"].tolist() == [0.25, 0.25, 0.5]
    assert table["share_then"].tolist() == [0.6, 0.3, 0.1]
    assert table["mean_probability"].tolist() == [0.1, 0.2, 0.4]
    assert table["share_refused"].tolist() == [0, 0, 0.5]
    assert by_policy(rows, {"accept": 1, "refer": 0, "decline": 1}, 0.95)["policy"].size == 3, "it occurs now"
    without = by_policy(rows.drop(index=2), {"accept": 1, "refer": 0, "decline": 1}, 0.95)
    assert without["policy"].tolist() == ["accept", "decline"]
    none = by_policy(rows.loc[4:], {"accept": 1, "refer": 0, "decline": 1}, 0.95)
    assert none.empty
    assert "policy" in none


def test_versions_in_order_of_first_use() -> None:
    frame = predictions(["2026-01-03", "2026-01-01", "2026-01-02"])
    frame["version"] = ["new", "old", "new"]
    frame["policy"] = pd.Series(["refer", None, "accept"], dtype="str")
    table = by_version(frame)
    assert table["version"].tolist() == ["old", "new"]
    assert table["n"].tolist() == [1, 2]
    assert table["first"].dt.day.tolist() == [1, 2]
    assert table["share_refer"].isna().tolist() == [True, False]
    assert table.loc[1, ["share_accept", "share_refer", "share_decline"]].tolist() == [0.5, 0.5, 0]
