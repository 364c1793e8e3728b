"""Score a file of applications chunk by chunk: what can be scored, what cannot, and the counts of both."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Self

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

from loan_default.errors import InputError
from loan_default.evaluation.risk_bands import POLICIES, Policy, disagrees
from loan_default.portfolio.description import LenderFile
from loan_default.portfolio.labels import snake_case
from loan_default.portfolio.parsing import TEXT
from loan_default.portfolio.reading import MALFORMED
from loan_default.portfolio.reading_chunks import ApplicationFile, Chunk
from loan_default.scoring.bundle import read_bundle
from loan_default.scoring.own_columns import renamed_columns
from loan_default.scoring.reasons import AT_MOST
from loan_default.scoring.scorer import PROBABILITY, Scorer

REASONS = tuple(f"reason_{place}" for place in range(1, AT_MOST + 1))


class BatchFile(BaseModel):
    """The file of new applications."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    path: str | None = Field(
        default=None, description="CSV, .gz or .bz2 of it, or .parquet; relative to the project."
    )


class BatchSettings(BaseModel):
    """How a file of new applications is scored."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    file: BatchFile = Field(default=BatchFile(), description="The file.")
    reasons: Literal["none", "not_accepted", "all"] = Field(
        default="not_accepted",
        description="Whose reasons are written down: nobody's, of those the policy refers or declines, all; "
        "they take one to four milliseconds a row.",
    )
    reasons_at_most: int | None = Field(
        default=2_500,
        ge=1,
        description="Rows whose reasons are written down at most, the first of the file; null = no limit.",
    )
    max_rejected_share: float = Field(
        default=0.05, ge=0, le=1, description="More rows than this that cannot be scored stop the run."
    )


@dataclass(frozen=True)
class ScoredChunk:
    """Some rows of a file, scored.

    Attributes:
        scores: `row_number`, `row_id` (where the file has one), `probability_of_default`, `prediction`
            (1 = default), `score`, `risk_band`, `policy`, and `reason_1` to `reason_4` if asked for.
        rejected: `row_number`, `reason`, the text of a `malformed_row`, then the row as it came.
        share_read: Share of the file that was read so far, 0 to 1.
    """

    scores: pd.DataFrame
    rejected: pd.DataFrame
    share_read: float


class BatchScorer:
    """A file and the bundle to score it with: iterate to score it, chunk by chunk, as often as wanted.

    Args:
        bundle: Folder of the scoring bundle.
        file: How the file is read.
        settings: Which file, whose reasons.

    Raises:
        InputError: No file is named, it cannot be read, or it lacks a column that the model needs.
    """

    def __init__(self, bundle: Path, file: LenderFile, settings: BatchSettings) -> None:
        if settings.file.path is None:
            raise InputError(
                "batch.file.path is not set: name the file of applications to score, such as "
                "--params batch.file.path=path/to/applications.csv."
            )
        opened = read_bundle(bundle)
        self._settings = settings
        self._scorer = Scorer(opened)
        self._file = ApplicationFile(Path(settings.file.path), file)
        header = pd.DataFrame(columns=self._file.columns, dtype=TEXT)
        # Refuses a file that lacks a column before anything of it is scored.
        self._scorer.values(header)
        self._row_id = _row_id(self._file.columns, opened.cleaner.portfolio.row_id)

    def __iter__(self) -> Iterator[ScoredChunk]:
        """Score the file.

        Raises:
            InputError: A part of it cannot be read, or too many rows cannot be scored.
        """
        rows = explained = 0
        faults: Counter[str] = Counter()
        example = ""
        for chunk in self._file.chunks():
            limit = self._settings.reasons_at_most
            scored = self._score(chunk, None if limit is None else limit - explained)
            explained += _explained(scored.scores)
            rows += len(scored.scores) + len(scored.rejected)
            faults.update(scored.rejected["reason"].str.split(":").str[0])
            if not example and len(scored.rejected):
                first = scored.rejected.iloc[0]
                example = f"row {first['row_number']}: {first['reason']}"
            yield scored
        self._check_rejects(rows, faults, example)

    def _score(self, chunk: Chunk, reasons_left: int | None) -> ScoredChunk:
        result = self._scorer.score(chunk.rows)
        usable = result["reason"].isna()
        scored = result.loc[usable]
        scores = pd.DataFrame(
            {
                "row_number": scored.index,
                **({} if self._row_id is None else {"row_id": chunk.rows.loc[usable, self._row_id].array}),
                PROBABILITY: scored[PROBABILITY].array,
                "prediction": scored["prediction"].to_numpy(dtype=np.int8),
                "score": scored["score"].to_numpy(dtype=np.int32),
                "risk_band": scored["risk_band"].array,
                "policy": scored["policy"].array,
            }
        )
        if self._settings.reasons != "none":
            explained = scored.index
            if self._settings.reasons == "not_accepted":
                explained = explained[scored["policy"] != "accept"]
            texts = self._reasons(chunk.rows.loc[explained[:reasons_left]]).reindex(scored.index)
            scores = pd.concat([scores, texts.reset_index(drop=True)], axis=1)
        return ScoredChunk(scores, _rejected(chunk, result.loc[~usable, "reason"]), chunk.share_read)

    def _reasons(self, rows: pd.DataFrame) -> pd.DataFrame:
        texts = []
        for application in self._scorer.values(rows):
            reasons = self._scorer.reasons(application)
            texts.append([reason.text for reason in reasons] + [None] * (AT_MOST - len(reasons)))
        return pd.DataFrame(texts, index=rows.index, columns=list(REASONS), dtype=TEXT)

    def _check_rejects(self, rows: int, faults: Counter[str], example: str) -> None:
        rejected = faults.total()
        if rejected <= self._settings.max_rejected_share * rows:
            return
        counts = ", ".join(f"{name} ({count:,})" for name, count in faults.most_common(5))
        raise InputError(
            f"{self._file.path}: {rejected:,} of {rows:,} rows ({rejected / rows:.1%}) cannot be scored; at "
            f"most {self._settings.max_rejected_share:.1%} may be rejected (batch.max_rejected_share). "
            f"By column: {counts}. First: {example}. Mend the file."
        )


class BatchSummary(BaseModel):
    """What became of a file of applications."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rows: int = Field(description="Records of the file: scored and rejected.")
    scored: int = Field(description="Rows with a score.")
    rejected: int = Field(description="Rows that could not be scored.")
    predicted_default: int = Field(description="Scored rows predicted to default.")
    share_predicted_default: float | None = Field(description="Their share of the scored rows.")
    mean_probability: float | None = Field(description="Mean probability of default of the scored rows.")
    explained: int = Field(description="Scored rows whose reasons are written down.")
    bands: dict[str, int] = Field(description="Scored rows by risk band, lowest risk first.")
    policies: dict[Policy, int] = Field(description="Scored rows by what the policy says to do with them.")
    policy_against_prediction: int = Field(
        description="Scored rows that are accepted though predicted to default, or declined though not."
    )

    @classmethod
    def of(cls, bands: list[str], scores: Iterable[pd.DataFrame], rejected: int) -> Self:
        """Count what was written.

        Args:
            bands: Names of all risk bands.
            scores: The scored rows, part by part.
            rejected: Number of rejected rows.
        """
        scored, defaults, explained, total = 0, 0, 0, 0.0
        by_band: Counter[str] = Counter(dict.fromkeys(bands, 0))
        by_policy: Counter[tuple[Policy, int]] = Counter()
        for part in scores:
            scored += len(part)
            defaults += int(part["prediction"].sum())
            explained += _explained(part)
            total += float(part[PROBABILITY].sum())
            by_band.update(part["risk_band"].tolist())
            by_policy.update(zip(part["policy"].tolist(), part["prediction"].tolist(), strict=True))
        return cls(
            rows=scored + rejected,
            scored=scored,
            rejected=rejected,
            predicted_default=defaults,
            share_predicted_default=defaults / scored if scored else None,
            mean_probability=total / scored if scored else None,
            explained=explained,
            bands=dict(by_band),
            policies={policy: by_policy[policy, 0] + by_policy[policy, 1] for policy in POLICIES},
            policy_against_prediction=sum(
                number for (policy, default), number in by_policy.items() if disagrees(policy, default == 1)
            ),
        )


def _explained(scores: pd.DataFrame) -> int:
    return int(scores[REASONS[0]].notna().sum()) if REASONS[0] in scores else 0


def _rejected(chunk: Chunk, reasons: pd.Series) -> pd.DataFrame:
    """Return what could not be scored; the file may have columns of the names that go before its own."""
    rows = chunk.rows.loc[reasons.index]
    rows = rows.rename(columns=renamed_columns(rows.columns.tolist(), ("row_number", "reason")))
    rows.insert(0, "reason", reasons.astype(TEXT))
    rows.insert(1, MALFORMED, pd.Series("", index=rows.index, dtype=TEXT))
    if chunk.malformed:
        aside = pd.DataFrame("", index=pd.Index(list(chunk.malformed)), columns=rows.columns, dtype=TEXT)
        aside["reason"] = f"not {chunk.rows.shape[1]} fields, as the header has"
        aside[MALFORMED] = pd.Series(chunk.malformed, dtype=TEXT)
        rows = pd.concat([rows, aside]).sort_index()
    return rows.rename_axis("row_number").reset_index()


def _row_id(columns: list[str], wanted: str | None) -> str | None:
    if wanted is None or wanted in columns:
        return wanted
    return next((name for name in columns if snake_case(name) == snake_case(wanted)), None)
