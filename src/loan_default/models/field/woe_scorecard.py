"""The classic scorecard: bins, their weight of evidence, a logistic regression, points."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from pydantic import Field

from loan_default.evaluation.binning import quantile_edges
from loan_default.evaluation.information_value import evidence_of_bins, information_value
from loan_default.models.imbalance import rebalance
from loan_default.models.settings import ModelSettings


class WoeScorecardSettings(ModelSettings):
    """Bins and which features enter."""

    bins: int = Field(default=8, ge=2, description="Quantile bins of each feature.")
    min_bin_share: float = Field(
        default=0.05,
        ge=0,
        lt=0.5,
        description="Share of the train rows that a bin has at least; smaller ones join the neighbour whose "
        "default rate is closer.",
    )
    min_information_value: float = Field(
        default=0.02, ge=0, description="Features that say less of the outcome on train rows are left out."
    )
    C: float = Field(default=1.0, gt=0, description="Inverse strength of the ridge (L2) penalty.")
    max_iter: int = Field(default=1000, ge=1, description="Iterations of the solver at most.")


class WoeScorecard:
    """A logistic regression on weights of evidence, every one of which makes risk fall.

    WoE = ln(share of goods / share of events): higher is safer, so a coefficient on it must lower the
    log-odds of default. A feature whose coefficient does not, beside the others, is left out.

    Args:
        settings: Bins, features, penalty.
    """

    def __init__(self, settings: WoeScorecardSettings) -> None:
        self.settings = settings

    def fit(self, X: np.ndarray, y: np.ndarray, sample_weight: np.ndarray | None = None) -> WoeScorecard:
        """Learn bins, weights of evidence and coefficients.

        Args:
            X: Features of shape (rows, features).
            y: 0/1 of shape (rows,), 1 = default.
            sample_weight: For the regression; the weights of evidence count rows.
        """
        from sklearn.linear_model import LogisticRegression

        self.classes_ = np.array([0, 1])
        self.edges_: dict[int, np.ndarray] = {}
        self.woe_: dict[int, np.ndarray] = {}
        for column in range(X.shape[1]):
            values = X[:, column].astype(np.float64)
            edges = _joined(
                quantile_edges(values, self.settings.bins), values, y, self.settings.min_bin_share * len(y)
            )
            codes = np.searchsorted(edges, values)
            table = evidence_of_bins(codes, y, [str(code) for code in range(len(edges) + 1)])
            if information_value(table) < self.settings.min_information_value:
                continue
            self.edges_[column] = edges
            self.woe_[column] = np.zeros(len(edges) + 1)
            self.woe_[column][np.unique(codes)] = table["woe"]
        self.columns_ = list(self.woe_)
        while True:
            self.regression_ = LogisticRegression(C=self.settings.C, max_iter=self.settings.max_iter)
            woe = self._weights(X) if self.columns_ else np.zeros((len(X), 1))
            self.regression_.fit(woe, y, sample_weight=sample_weight)
            kept = [
                column
                for column, slope in zip(self.columns_, self.regression_.coef_[0], strict=False)
                if slope < 0
            ]
            if kept == self.columns_:
                return self
            self.columns_ = kept

    def predict_proba(self, X: np.ndarray) -> np.ndarray:
        """Return float64 of shape (rows, 2)."""
        return self.regression_.predict_proba(self._weights(X) if self.columns_ else np.zeros((len(X), 1)))

    def binned(self, X: np.ndarray, column: int) -> np.ndarray:
        """Return the bin of each row in a column, int of shape (rows,)."""
        return np.searchsorted(self.edges_[column], X[:, column].astype(np.float64))

    def _weights(self, X: np.ndarray) -> np.ndarray:
        return np.column_stack([self.woe_[column][self.binned(X, column)] for column in self.columns_])


def _joined(edges: np.ndarray, values: np.ndarray, y: np.ndarray, least_rows: float) -> np.ndarray:
    """Take edges away until every bin has enough rows; the smallest bin joins first."""
    while len(edges):
        codes = np.searchsorted(edges, values)
        n = np.bincount(codes, minlength=len(edges) + 1)
        smallest = int(n.argmin())
        # A bin without rows goes too: nothing is known of it.
        if n[smallest] >= max(least_rows, 1):
            break
        rate = np.bincount(codes, weights=y, minlength=len(n)) / np.maximum(n, 1)
        neighbours = [bin_ for bin_ in (smallest - 1, smallest + 1) if 0 <= bin_ < len(n)]
        nearest = min(neighbours, key=lambda bin_: abs(rate[bin_] - rate[smallest]))
        edges = np.delete(edges, min(nearest, smallest))
    return edges


def train_woe_scorecard(
    X: np.ndarray, y: np.ndarray, settings: WoeScorecardSettings, seed: int
) -> tuple[WoeScorecard, dict[str, Any]]:
    """Train the scorecard.

    Args:
        X: float32 features, shape (rows, features).
        y: Outcome, shape (rows,), 1 = default.
        settings: Bins, features, penalty, rebalancing.
        seed: Of the rebalancing.

    Returns:
        The scorecard and the rebalancing record.
    """
    rows = rebalance(X, y, settings.imbalance, seed)
    return WoeScorecard(settings).fit(rows.X, rows.y, rows.sample_weight), rows.record


def points_table(
    scorecard: WoeScorecard,
    X: np.ndarray,
    y: np.ndarray,
    features: list[str],
    shown: dict[str, pd.Series],
    *,
    base_score: float,
    base_odds: float,
    points_to_double_odds: float,
) -> pd.DataFrame:
    """Write the scorecard down as points; an application's score is the sum over its bins.

    Points = factor * (log-odds of being paid, this bin's share of it) + offset / features, with factor =
    points_to_double_odds / ln 2 and offset = base_score - factor * ln(base_odds); the intercept is shared
    out evenly. Siddiqi (2006), Credit Risk Scorecards, chapter 6.

    Args:
        scorecard: Fitted.
        X: Features of the training rows, shape (rows, features).
        y: Their outcome.
        features: Names of the columns of X.
        shown: For each feature the values that people know, of the same rows: bins are described by them.
        base_score: Points at the base odds.
        base_odds: Loans paid for each default at the base score.
        points_to_double_odds: Points that double the odds.

    Returns:
        One row per feature and bin: `feature`, `bin` (values as people know them), `n`, `event_rate`, `woe`,
        `points`.
    """
    factor = points_to_double_odds / np.log(2)
    offset = base_score - factor * np.log(base_odds)
    count = max(len(scorecard.columns_), 1)
    shared = (offset - factor * scorecard.regression_.intercept_[0]) / count
    rows = []
    for column, slope in zip(scorecard.columns_, scorecard.regression_.coef_[0], strict=False):
        bins = scorecard.binned(X, column)
        for number in np.unique(bins):
            within = bins == number
            woe = scorecard.woe_[column][number]
            rows.append(
                {
                    "feature": features[column],
                    "bin": _in_words(shown[features[column]][within]),
                    "n": int(within.sum()),
                    "event_rate": float(y[within].mean()),
                    "woe": float(woe),
                    "points": float(shared - factor * slope * woe),
                }
            )
    return pd.DataFrame(rows, columns=["feature", "bin", "n", "event_rate", "woe", "points"])


SHOWN_LABELS = 4


def _in_words(values: pd.Series) -> str:
    known = values.dropna()
    if known.empty:
        return "missing"
    if pd.api.types.is_numeric_dtype(known.dtype) and not pd.api.types.is_bool_dtype(known.dtype):
        low, high = known.min(), known.max()
        return f"{low:g}" if low == high else f"{low:g} to {high:g}"
    labels = known.astype(str).value_counts().index.tolist()
    more = f" and {len(labels) - SHOWN_LABELS} more" if len(labels) > SHOWN_LABELS else ""
    return ", ".join(labels[:SHOWN_LABELS]) + more
