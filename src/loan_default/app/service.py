"""What the routes work with: the model in service, its log and its counters."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import orjson
import pandas as pd

from loan_default.app.body import parse_applications
from loan_default.app.faults import RefusedError
from loan_default.app.live_bundle import LiveBundle
from loan_default.app.log_entries import LogEntries
from loan_default.app.metrics import Metrics
from loan_default.app.predicting import PREDICTION_ID, PREDICTIONS, new_id, predict, response
from loan_default.app.prediction_log import PredictionLog
from loan_default.app.settings import Settings
from loan_default.scoring import Scorer

# Large requests that are worked on at the same time; the others wait, so that memory is bounded.
LARGE_AT_ONCE = 2


@dataclass(frozen=True, slots=True)
class Call:
    """One request for predictions: its id, when it came (`time.perf_counter`), and whether to explain."""

    request_id: str
    started: float
    with_reasons: bool


class Service:
    """Answers requests for predictions, counts and logs them.

    Args:
        settings: How the service runs.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.metrics = Metrics()
        self.bundle = LiveBundle(settings.bundle, self.metrics)
        self.large_requests = asyncio.Semaphore(LARGE_AT_ONCE)
        self.log = None
        if settings.log_path is not None:
            self.log = PredictionLog(
                settings.log_path, settings.log_max_bytes, settings.log_files, self.metrics.log_lost
            )

    def predict(self, call: Call, body: bytes) -> bytes:
        """Turn the body of a request into that of its answer, both JSON.

        Raises:
            RefusedError: The request has faults.
        """
        scorer = self.bundle.scorer  # one and the same model for the whole request
        applications: list[dict[str, Any]] = []
        try:
            applications, is_array = parse_applications(body, self.settings.max_batch)
            predictions = predict(scorer, applications, is_array, call.with_reasons)
            content = orjson.dumps(response(predictions, scorer.manifest))
        except RefusedError as refusal:
            self._write(self._entries(call, scorer).refused(refusal, applications))
            raise
        except Exception:
            self._write(self._entries(call, scorer).failed(applications))
            raise
        answers = ((one.prediction, one.policy, one.probability_of_default) for one in predictions.decisions)
        self._count(answers, scorer.manifest.version)
        self._write(self._entries(call, scorer).decided(predictions))
        return content

    def score_rows(self, call: Call, scorer: Scorer, rows: pd.DataFrame) -> pd.DataFrame:
        """Score rows of a file as `Scorer.score` does; count and log them as applications of a request.

        Args:
            call: The file they are of.
            scorer: One and the same for the whole file.
            rows: As the lender's file has them, every column as text; the index holds their numbers.

        Returns:
            What `Scorer.score` gives, with a `prediction_id` for each row that was decided.
        """
        scored = scorer.score(rows)
        is_decided = scored["reason"].isna()
        ids = pd.Series([new_id() for _ in rows.index], rows.index, dtype="str")
        scored.insert(0, PREDICTION_ID, ids.where(is_decided))
        decided = scored[is_decided]
        answers = zip(
            decided["prediction"].map(PREDICTIONS),
            decided["policy"],
            decided["probability_of_default"],
            strict=True,
        )
        self._count(answers, scorer.manifest.version)
        if self.log is not None:
            self.log.add(self._entries(call, scorer).of_rows(rows, scored))
        return scored

    def log_refusal(self, call: Call, refusal: RefusedError) -> None:
        """Log a request whose body could not be taken in."""
        self._write(self._entries(call, self.bundle.scorer).refused(refusal, ()))

    def _write(self, entries: list[dict[str, Any]]) -> None:
        if self.log is not None:
            self.log.add(entries)

    def _entries(self, call: Call, scorer: Scorer) -> LogEntries:
        latency_ms = 1_000 * (time.perf_counter() - call.started)
        return LogEntries(call.request_id, latency_ms, scorer, self.settings.log_inputs)

    def _count(self, answers: Iterable[tuple[str, str, float]], version: str) -> None:
        """Count predictions, policies and probabilities."""
        counts: Counter[tuple[str, str]] = Counter()
        for prediction, policy, probability in answers:
            counts[prediction, policy] += 1
            self.metrics.probability.observe(probability)
        for (prediction, policy), number in counts.items():
            self.metrics.predictions.labels(prediction, policy, version).inc(number)
