"""Nodes of the batch scoring pipeline."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from loan_default.portfolio.description import Portfolio
from loan_default.progress import TrainingProgress
from loan_default.scoring.batch import BatchScorer, BatchSettings, BatchSummary, ScoredChunk
from loan_default.scoring.bundle import read_bundle

if TYPE_CHECKING:
    from loan_default.datasets.scored_file import ScoredFile

logger = logging.getLogger(__name__)

_COUNTED = ("probability_of_default", "prediction", "risk_band", "policy", "reason_1")


class WithProgress:
    """Scored chunks that show how far the file is read while they are taken.

    Kedro would save what an iterator gives one by one; this is iterable and no iterator, so that the dataset
    gets it whole and can replace the old files at the end.
    """

    def __init__(self, scorer: BatchScorer) -> None:
        self._scorer = scorer

    def __iter__(self) -> Iterator[ScoredChunk]:
        """Score the file."""
        with TrainingProgress("batch scoring", "per cent of the file", 100) as progress:
            for chunk in self._scorer:
                yield chunk
                progress.update(max(1, int(100 * chunk.share_read)))


def score_file(scoring_bundle: Path, portfolio: Portfolio, batch: BatchSettings) -> WithProgress:
    """Open the file and check its header; it is scored while it is saved, chunk by chunk."""
    return WithProgress(BatchScorer(scoring_bundle, portfolio.file, batch))


def summarise(
    batch_scores: ScoredFile, scoring_bundle: Path, batch: BatchSettings, run_id: str
) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """Count what was written, and say of which file and by which model."""
    manifest = read_bundle(scoring_bundle).manifest
    counted = [name for name in batch_scores.scores.schema_arrow.names if name in _COUNTED]
    parts = (part.to_pandas() for part in batch_scores.scores.iter_batches(columns=counted))
    bands = [band.name for band in manifest.bands]
    summary = BatchSummary.of(bands, parts, batch_scores.rejected.metadata.num_rows).model_dump()
    origin = {
        "file": batch.file.path,
        "model": manifest.model,
        "bundle_version": manifest.version,
        "threshold": manifest.threshold,
    }
    logger.info(
        "%s rows: %s scored, %s rejected (see batch_rejected); policy: %s accepted, %s referred, %s "
        "declined; %s predicted to default; %s with reasons.",
        *(f"{summary[name]:,}" for name in ("rows", "scored", "rejected")),
        *(f"{number:,}" for number in summary["policies"].values()),
        *(f"{summary[name]:,}" for name in ("predicted_default", "explained")),
    )
    return {"batch": summary}, {**summary, **origin, "run_id": run_id}, {"scored_with": origin}
