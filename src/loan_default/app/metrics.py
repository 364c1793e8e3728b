"""What Prometheus is told."""

from __future__ import annotations

import os

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

# With several workers prometheus_client shares its numbers by files in this folder. The library looks for the
# variable when it is imported, so it is set before the workers start.
SHARED_FOLDER = "PROMETHEUS_MULTIPROC_DIR"

SECONDS = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30)
PROBABILITIES = tuple(round(step * 0.05, 2) for step in range(1, 21))


class Metrics:
    """The counters of one service."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self.requests = Counter(
            "loan_default_requests",
            "Requests answered.",
            ("method", "path", "status"),
            registry=self._registry,
        )
        self.latency = Histogram(
            "loan_default_request_seconds",
            "Time from a request's head to the end of its answer.",
            ("path",),
            buckets=SECONDS,
            registry=self._registry,
        )
        self.predictions = Counter(
            "loan_default_predictions",
            "Applications decided.",
            ("prediction", "policy", "model_version"),
            registry=self._registry,
        )
        self.probability = Histogram(
            "loan_default_probability_of_default",
            "Calibrated probability of default of the applications decided.",
            buckets=PROBABILITIES,
            registry=self._registry,
        )
        self.log_lost = Counter(
            "loan_default_prediction_log_lost",
            "Lines of the prediction log that could not be kept.",
            ("reason",),
            registry=self._registry,
        )
        self.bundle_loads = Counter(
            "loan_default_bundle_loads",
            "Scoring bundles taken into service or refused.",
            ("outcome",),
            registry=self._registry,
        )
        # An alert needs the series to exist before the first failure.
        for reason in ("write", "overflow"):
            self.log_lost.labels(reason)
        for outcome in ("loaded", "refused"):
            self.bundle_loads.labels(outcome)
        if SHARED_FOLDER not in os.environ:
            ProcessCollector(registry=self._registry)

    def exposition(self) -> bytes:
        """Return every number in Prometheus' text format, those of the other workers included."""
        if SHARED_FOLDER not in os.environ:
            return generate_latest(self._registry)
        every_worker = CollectorRegistry()
        MultiProcessCollector(every_worker)
        return generate_latest(every_worker)
