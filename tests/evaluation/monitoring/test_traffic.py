"""Volumes by period, band and version; all made up."""

from __future__ import annotations

import pandas as pd
import pytest

from loan_default.evaluation.monitoring.facts import Watched
from loan_default.evaluation.monitoring.traffic import by_band, by_period, by_version


def predictions(days: list[str | None], **columns: object) -> pd.DataFrame:
    frame = pd.DataFrame({"time": pd.to_datetime(pd.Series(days)), "version": "v1", "risk_band": "low"})
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


def test_versions_in_order_of_first_use() -> None:
    frame = predictions(["2026-01-03", "2026-01-01", "2026-01-02"])
    frame["version"] = ["new", "old", "new"]
    table = by_version(frame)
    assert table["version"].tolist() == ["old", "new"]
    assert table["n"].tolist() == [1, 2]
    assert table["first"].dt.day.tolist() == [1, 2]
