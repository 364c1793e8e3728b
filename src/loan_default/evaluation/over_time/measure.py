"""Default rate, calibration, ranking and drift by period."""

from __future__ import annotations

import numpy as np
import pandas as pd

from loan_default.evaluation.binning import learn_bins
from loan_default.evaluation.delong import auc_covariance
from loan_default.evaluation.multiple_testing import holm
from loan_default.evaluation.rates import observed_and_expected
from loan_default.evaluation.stability import psi_of_counts, psi_without_drift

PSI_BINS = 10


def measure_periods(
    outcome: np.ndarray,
    probability: np.ndarray,
    units: np.ndarray,
    periods: np.ndarray,
    reference: np.ndarray,
    confidence: float,
    level: float,
) -> pd.DataFrame:
    """Measure the model in each period.

    Args:
        outcome: 0/1 of shape (rows,), 1 = default; both must occur in each period.
        probability: Probability of default of shape (rows,).
        units: Sampling unit of each row.
        periods: Period of each row, shape (rows,); they sort in order of time.
        reference: Probabilities of the train rows, to which the stability index compares.
        confidence: Coverage of the intervals, as a share.
        level: Chance of a false alarm of drift over all periods, as a share.

    Returns:
        One row per period, oldest first: `period`, the columns of `observed_and_expected`, `adjusted_p`
        (Holm, over the periods), `roc_auc` with `_low`, `_high` and `roc_auc_error` (DeLong), `psi` of the
        probability and `psi_by_chance` (what chance alone stays below, the level shared out over the
        periods).
    """
    names, groups = np.unique(periods, return_inverse=True)
    table = observed_and_expected(outcome, probability, groups, units, confidence)
    table.insert(0, "period", names)
    table["adjusted_p"] = holm(table["p_value"].to_numpy())
    to_bins, labels = learn_bins(pd.Series(reference), PSI_BINS)
    then = np.bincount(to_bins(pd.Series(reference)), minlength=len(labels))
    places = to_bins(pd.Series(probability))
    rows = []
    for group in range(len(names)):
        member = groups == group
        unit = pd.factorize(units[member])[0]
        auc, low, high, error = auc_interval(outcome[member], probability[member], unit, confidence)
        now = np.bincount(places[member], minlength=len(labels))
        _, by_chance = psi_without_drift(then, now, 1 - level / len(names), int(unit.max()) + 1)
        rows.append(
            {
                "roc_auc": auc,
                "roc_auc_low": low,
                "roc_auc_high": high,
                "roc_auc_error": error,
                "psi": psi_of_counts(then, now),
                "psi_by_chance": by_chance,
            }
        )
    return table.join(pd.DataFrame(rows))


def auc_interval(
    outcome: np.ndarray, probability: np.ndarray, units: np.ndarray, confidence: float
) -> tuple[float, float, float, float]:
    """Give ROC AUC with DeLong's interval and standard error.

    Args:
        outcome: 0/1 of shape (rows,), 1 = default; both must occur.
        probability: Probability of default of shape (rows,).
        units: Sampling unit of each row, int of shape (rows,) from 0.
        confidence: Coverage, as a share.

    Returns:
        ROC AUC, low, high, standard error.
    """
    from scipy.stats import norm

    auc, covariance = auc_covariance(outcome, probability[None], units)
    found, error = float(auc[0]), float(np.sqrt(max(covariance[0, 0], 0.0)))
    reach = float(norm.ppf((1 + confidence) / 2)) * error
    return found, max(found - reach, 0.0), min(found + reach, 1.0), error


def same_auc(table: pd.DataFrame) -> float:
    """Test whether the periods may all have one ROC AUC.

    Cochran's Q (1954, Biometrics 10, 101-129): squared distances from the weighted mean, in standard errors,
    are chi-square distributed.

    Args:
        table: `roc_auc` and `roc_auc_error` by period.

    Returns:
        The p value; 1 where fewer than two periods have an error.
    """
    from scipy.stats import chi2

    known = table.loc[table["roc_auc_error"] > 0]
    if len(known) < 2:
        return 1.0
    weight = 1 / known["roc_auc_error"] ** 2
    mean = (weight * known["roc_auc"]).sum() / weight.sum()
    return float(chi2.sf((weight * (known["roc_auc"] - mean) ** 2).sum(), len(known) - 1))
