"""The metrics of a probability of default, for many sets of row weights at once.

Rows are sorted once; after that every metric is a few weighted sums, so that hundreds of bootstrap resamples
(weights = how often a row was drawn) cost about as much as reading the rows as often. The plain value of a
metric is the case of weights that are all 1: there is no second implementation.
"""

from __future__ import annotations

import numpy as np

from loan_default.errors import InputError
from loan_default.evaluation.binning import quantile_edges

PROBABILITY_FLOOR = 1e-6
"""Probabilities are kept this far from 0 and 1 where a logarithm is taken (log-loss, logit)."""

RIDGE = 1e-3
"""Penalty that pulls the calibration line towards slope 1, intercept 0.

Far too weak to be seen beside data, it keeps the fit finite where every probability is equal or the classes
are perfectly separated.
"""

METRICS = (
    "roc_auc",
    "gini",
    "ks",
    "average_precision",
    "brier",
    "log_loss",
    "calibration_error",
    "calibration_slope",
    "calibration_intercept",
    "accuracy",
    "precision",
    "recall",
    "f1",
)
"""Names of the metrics, as they stand in every table; precision, recall and F1 are of the event."""


def bin_starts(p: np.ndarray, bins: int) -> np.ndarray:
    """Find where the bins of the calibration error begin.

    Args:
        p: Probabilities of shape (rows,), highest first.
        bins: Bins of equal count wanted; fewer come out where probabilities repeat.
    """
    place = np.searchsorted(quantile_edges(p, bins), p)
    return np.append(0, np.flatnonzero(np.diff(place)) + 1)


class Scorecard:
    """Measure one model's probabilities under any weights.

    Args:
        outcome: 0/1 of shape (rows,), 1 = default; both must occur.
        probability: Probability of default, float of shape (rows,), in [0, 1].
        threshold: A row is called a default where its probability is at least this.
        calibration_bins: Equal-count bins of the calibration error.
        groups: Number of the sampling unit of each row, int of shape (rows,) from 0; each row is its own
            unit where it is None.

    Raises:
        InputError: If the outcome has one class or a probability is not in [0, 1].
    """

    def __init__(
        self,
        outcome: np.ndarray,
        probability: np.ndarray,
        *,
        threshold: float,
        calibration_bins: int,
        groups: np.ndarray | None = None,
    ) -> None:
        outcome, probability = np.asarray(outcome, dtype=float), np.asarray(probability, dtype=float)
        check_two_classes(outcome, "The evaluated rows")
        check_probabilities(probability)
        order = np.argsort(-probability, kind="stable")
        y, p = outcome[order], probability[order]
        self._y = y
        self._group = order if groups is None else np.asarray(groups)[order]
        self.groups = int(self._group.max()) + 1
        falls = np.flatnonzero(np.diff(p))
        self._tie_ends = np.append(falls, len(p) - 1)

        self._bin_starts = bin_starts(p, calibration_bins)
        self._surplus = y - p

        safe = np.clip(p, PROBABILITY_FLOOR, 1 - PROBABILITY_FLOOR)
        x = np.log(safe / (1 - safe))
        self._line = _fit_line(x, y)
        mu = _sigmoid(self._line[0] + self._line[1] * x)
        v = mu * (1 - mu)
        called = (p >= threshold).astype(float)
        # The weighted sums of these columns are all that the metrics below need beside the ranking.
        self._columns = np.column_stack(
            [
                np.ones_like(p),
                y,
                (p - y) ** 2,
                -(y * np.log(safe) + (1 - y) * np.log1p(-safe)),
                called,
                called * y,
                y - mu,
                (y - mu) * x,
                v,
                v * x,
                v * x**2,
            ]
        )

    def measure(self, weights: np.ndarray | None = None) -> dict[str, np.ndarray]:
        """Work out every metric for each set of weights.

        Args:
            weights: How often each sampling unit counts, of shape (sets, units); all once where it is None.
                Each set must leave both outcomes with weight.

        Returns:
            An array of shape (sets,) for each name in `METRICS`.
        """
        if weights is None:
            weights = np.ones((1, self.groups))
        w = weights[:, self._group].astype(float, copy=False)
        return {**self._ranking(w), **self._sums(w)}

    def _ranking(self, w: np.ndarray) -> dict[str, np.ndarray]:
        drawn = np.cumsum(w, axis=1)
        found = np.cumsum(w * self._y, axis=1)
        if len(self._tie_ends) < w.shape[1]:
            drawn, found = drawn[:, self._tie_ends], found[:, self._tie_ends]
        refused = drawn - found  # good loans at or above the cut
        events, goods = found[:, -1], refused[:, -1]
        step = np.diff(found, axis=1, prepend=0)
        above = refused - np.diff(refused, axis=1, prepend=0) / 2  # tied goods count half
        roc_auc = 1 - np.einsum("ij,ij->i", step, above) / (events * goods)
        precision = found / np.maximum(drawn, 1e-300)  # nothing drawn yet: no step either
        ks = np.max(found / events[:, None] - refused / goods[:, None], axis=1)
        return {
            "roc_auc": roc_auc,
            "gini": 2 * roc_auc - 1,
            "ks": np.maximum(ks, 0),
            "average_precision": np.einsum("ij,ij->i", step, precision) / events,
        }

    def _sums(self, w: np.ndarray) -> dict[str, np.ndarray]:
        n, events, squares, losses, called, hits, g0, g1, h00, h01, h11 = (w @ self._columns).T
        off = np.abs(np.add.reduceat(w * self._surplus, self._bin_starts, axis=1)).sum(axis=1)
        # One Newton step from the fit to all rows; with unit weights it stays there. Its error is of a lower
        # order than the sampling error.
        g0 = g0 - RIDGE * self._line[0]
        g1 = g1 - RIDGE * (self._line[1] - 1)
        h00, h11 = h00 + RIDGE, h11 + RIDGE
        determinant = h00 * h11 - h01**2
        return {
            "brier": squares / n,
            "log_loss": losses / n,
            "calibration_error": off / n,
            "calibration_slope": self._line[1] + (h00 * g1 - h01 * g0) / determinant,
            "calibration_intercept": self._line[0] + (h11 * g0 - h01 * g1) / determinant,
            "accuracy": (n - events - called + 2 * hits) / n,
            "precision": hits / np.maximum(called, 1),
            "recall": hits / events,
            "f1": 2 * hits / (called + events),
        }


def confusion_counts(outcome: np.ndarray, probability: np.ndarray, threshold: float) -> dict[str, int]:
    """Count rows by outcome and by what they were called.

    Args:
        outcome: 0/1 of shape (rows,), 1 = default.
        probability: Probability of default of shape (rows,).
        threshold: A row is called a default where its probability is at least this.

    Returns:
        `true_positives` (defaults called so), `false_positives`, `true_negatives`, `false_negatives`.
    """
    event, called = np.asarray(outcome) == 1, np.asarray(probability) >= threshold
    return {
        "true_positives": int(np.sum(event & called)),
        "false_positives": int(np.sum(~event & called)),
        "true_negatives": int(np.sum(~event & ~called)),
        "false_negatives": int(np.sum(event & ~called)),
    }


def check_two_classes(outcome: np.ndarray, where: str) -> None:
    """Refuse an outcome that does not hold both classes and nothing else.

    Args:
        outcome: The outcome of some rows.
        where: What rows these are, to begin the message with.

    Raises:
        InputError: If 0 or 1 is absent, or another value present.
    """
    found = np.unique(np.asarray(outcome))
    if not np.array_equal(found, [0, 1]):
        raise InputError(
            f"{where} have the outcomes {found.tolist()}: both 0 (repaid) and 1 (default) must occur, and "
            "nothing else. Use more rows or another split."
        )


def check_probabilities(probability: np.ndarray) -> None:
    """Refuse anything that is not a probability.

    Raises:
        InputError: If a value is missing or outside [0, 1].
    """
    wrong = ~((probability >= 0) & (probability <= 1))
    if wrong.any():
        raise InputError(
            f"{int(wrong.sum())} of {len(probability)} probabilities are missing or outside 0 to 1, the "
            f"first is {probability[wrong][0]}: train or calibrate this model again."
        )


def _fit_line(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Fit P(y = 1) = sigmoid(a + b x) by Newton steps, halved where they would not improve the fit."""
    design = np.column_stack([np.ones_like(x), x])
    centre = np.array([0.0, 1.0])

    def penalised_loss(line: np.ndarray) -> float:
        z = design @ line
        return float(np.sum(np.logaddexp(0, z) - y * z) + RIDGE / 2 * np.sum((line - centre) ** 2))

    line, loss = centre, penalised_loss(centre)
    for _ in range(100):
        mu = _sigmoid(design @ line)
        gradient = design.T @ (y - mu) - RIDGE * (line - centre)
        hessian = design.T @ (design * (mu * (1 - mu))[:, None]) + RIDGE * np.eye(2)
        step = np.linalg.solve(hessian, gradient)
        trial = penalised_loss(line + step)
        while trial > loss and np.abs(step).max() > 1e-9:
            step = step / 2
            trial = penalised_loss(line + step)
        if trial > loss or np.abs(step).max() < 1e-9:
            break
        line, loss = line + step, trial
    return line


def _sigmoid(z: np.ndarray) -> np.ndarray:
    return 0.5 * (1 + np.tanh(z / 2))
