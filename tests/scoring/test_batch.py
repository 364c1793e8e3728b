from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from loan_default.errors import InputError
from loan_default.portfolio import reading_chunks
from loan_default.portfolio.description import LenderFile
from loan_default.scoring import Scorer
from loan_default.scoring.batch import BatchScorer, BatchSettings, BatchSummary

BANDS = ["low", "medium", "high"]


@pytest.fixture
def file(raw: pd.DataFrame, tmp_path: Path) -> Path:
    """The made-up applications without their outcome."""
    path = tmp_path / "new.csv"
    raw.drop(columns="status").rename(columns={"id": "ID"}).to_csv(path, index=False)
    return path


def score(
    folder: Path, file: Path, reasons: str = "none", max_rejected_share: float = 0.05
) -> tuple[pd.DataFrame, pd.DataFrame, int]:
    settings = BatchSettings.model_validate(
        {"file": {"path": str(file)}, "reasons": reasons, "max_rejected_share": max_rejected_share}
    )
    chunks = list(BatchScorer(folder, LenderFile(path="unused.csv"), settings))
    scores = pd.concat([chunk.scores for chunk in chunks], ignore_index=True)
    return scores, pd.concat([chunk.rejected for chunk in chunks], ignore_index=True), len(chunks)


def test_batch_is_the_scorer_however_the_file_is_cut(
    folder: Path, scorer: Scorer, raw: pd.DataFrame, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = scorer.score(raw)
    whole, rejected, parts = score(folder, file)
    assert parts == 1
    assert rejected.empty
    for column in ("probability_of_default", "prediction", "score", "risk_band", "policy"):
        assert whole[column].tolist() == expected[column].tolist()
    assert whole["row_number"].tolist() == list(range(1, 801))
    assert whole["row_id"].tolist() == raw["id"].tolist()

    monkeypatch.setattr(reading_chunks, "_BLOCK", 5_000)
    cut, _, parts = score(folder, file)
    assert parts > 10
    pd.testing.assert_frame_equal(cut, whole, rtol=1e-9)


@pytest.mark.parametrize("asked_for", ["not_accepted", "all"])
def test_reasons_are_those_of_the_single_application(
    folder: Path, scorer: Scorer, raw: pd.DataFrame, file: Path, asked_for: str
) -> None:
    scores, _, _ = score(folder, file, asked_for)
    texts = scores.filter(like="reason_")
    assert list(texts) == ["reason_1", "reason_2", "reason_3", "reason_4"]
    explained = texts["reason_1"].notna()
    assert explained.tolist() == (
        [True] * 800 if asked_for == "all" else (scores["risk_band"] != "low").tolist()
    )
    assert set(scores["policy"]) == {"accept", "refer", "decline"}
    # A row with every field given, as JSON would hold it.
    given = raw[(raw != "").all(axis=1) & explained.to_numpy()].iloc[0]
    checked = scorer.check(
        {
            "amount": float(given["Sum"].replace(",", "")),
            "rate": float(given["RATE"].removesuffix(" %")),
            "months": float(given["months"].removesuffix(" months")),
            **{name: float(given[name]) for name in ("income", "debts")},
            **{name: given[name] for name in ("grade", "purpose", "housing", "city", "applied", "note")},
            "job_title": given["job title"],
            "owner": given["owner"] == "yes",
            "first_credit": given["first_credit"],
        }
    )
    expected = [reason.text for reason in scorer.reasons(checked)]
    assert texts.loc[given.name - 1].dropna().tolist() == expected


def test_what_cannot_be_scored_is_set_apart_with_its_reason(folder: Path, file: Path) -> None:
    lines = file.read_text().splitlines()
    lines[3] = lines[3].replace(" %", " per cent")
    lines[5] = "too,few"
    file.write_text("\n".join(lines))

    scores, rejected, _ = score(folder, file)

    assert len(scores) == 798
    assert not scores["row_number"].isin([3, 5]).any()
    assert rejected["row_number"].tolist() == [3, 5]
    assert rejected.loc[0, "reason"].startswith("rate: '")
    assert rejected.loc[0, "RATE"].endswith("per cent")
    assert rejected.loc[1, ["reason", "malformed_row"]].tolist() == [
        "not 15 fields, as the header has",
        "too,few",
    ]
    summary = BatchSummary.of(BANDS, [scores.iloc[:300], scores.iloc[300:]], len(rejected))
    assert (summary.rows, summary.scored, summary.rejected) == (800, 798, 2)
    assert list(summary.bands) == BANDS
    assert sum(summary.bands.values()) == 798
    at_or_above = [(scores["probability_of_default"] >= limit).sum() for limit in (0.2, 0.5)]
    assert summary.policies == {
        "accept": 798 - at_or_above[0],
        "refer": at_or_above[0] - at_or_above[1],
        "decline": at_or_above[1],
    }
    assert summary.policy_against_prediction == 0
    assert summary.predicted_default == (scores["probability_of_default"] >= 0.3).sum()
    assert summary.mean_probability == pytest.approx(scores["probability_of_default"].mean())


def test_no_column_of_the_file_is_lost_for_its_name(folder: Path, file: Path) -> None:
    lines = file.read_text().splitlines()[:4]
    named = [
        f"{own},{line}"
        for own, line in zip(("reason,reason_in_file", "a,b", "c,d", "e,f"), lines, strict=True)
    ]
    file.write_text("\n".join([*named[:3], named[3].replace(" %", " per cent")]))
    scores, rejected, _ = score(folder, file, max_rejected_share=1)
    assert (len(scores), len(rejected)) == (2, 1)
    assert rejected.columns.is_unique
    assert rejected.loc[0, "reason"].startswith("rate: '")
    assert rejected.loc[0, ["reason_in_file_in_file", "reason_in_file"]].tolist() == ["e", "f"]


def test_too_many_rejects_refuse_the_file(folder: Path, file: Path) -> None:
    file.write_text(file.read_text().replace(" %", " per cent"))
    with pytest.raises(InputError) as told:
        score(folder, file)
    assert "800 of 800 rows (100.0%) cannot be scored; at most 5.0%" in str(told.value)
    assert "By column: rate (800). First: row 1: rate: '" in str(told.value)
    scores, rejected, _ = score(folder, file, "all", max_rejected_share=1)
    assert (len(scores), len(rejected)) == (0, 800)
    summary = BatchSummary.of(BANDS, [scores], len(rejected))
    assert (summary.share_predicted_default, summary.mean_probability) == (None, None)


def test_missing_column_is_told_before_any_row_is_read(
    folder: Path, raw: pd.DataFrame, tmp_path: Path
) -> None:
    raw.drop(columns=["income", "status"]).to_csv(tmp_path / "new.csv", index=False)
    settings = BatchSettings.model_validate({"file": {"path": str(tmp_path / "new.csv")}})
    with pytest.raises(InputError, match="The applications lack income"):
        BatchScorer(folder, LenderFile(path="unused.csv"), settings)


def test_no_file_named_is_told(folder: Path) -> None:
    with pytest.raises(InputError, match=r"batch\.file\.path is not set"):
        BatchScorer(folder, LenderFile(path="unused.csv"), BatchSettings())


def test_reasons_stop_at_the_limit_however_the_file_is_cut(
    folder: Path, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading_chunks, "_BLOCK", 5_000)
    asked = {"file": {"path": str(file)}, "reasons": "all", "reasons_at_most": 130}
    batch = BatchScorer(folder, LenderFile(path="unused.csv"), BatchSettings.model_validate(asked))
    for _ in range(2):  # each time the file is scored anew
        chunks = list(batch)
        assert len(chunks) > 10
        scores = pd.concat([chunk.scores for chunk in chunks], ignore_index=True)
        assert scores["reason_1"].notna().tolist() == [True] * 130 + [False] * 670
    summary = BatchSummary.of(BANDS, [chunk.scores for chunk in chunks], 0)
    assert summary.explained == 130
    assert BatchSummary.of(BANDS, [scores.drop(columns=["reason_1"])], 0).explained == 0


def test_rows_whose_policy_goes_against_the_prediction_are_counted() -> None:
    scores = pd.DataFrame(
        {
            "probability_of_default": [0.1, 0.3, 0.3, 0.6, 0.6],
            "prediction": [0, 1, 1, 0, 1],
            "risk_band": ["low", "low", "medium", "high", "high"],
            "policy": ["accept", "accept", "refer", "decline", "decline"],
        }
    )
    summary = BatchSummary.of(BANDS, [scores.head(2), scores.tail(3)], 0)
    assert summary.policies == {"accept": 2, "refer": 1, "decline": 2}
    assert summary.policy_against_prediction == 2
    assert summary.share_predicted_default == 0.6
