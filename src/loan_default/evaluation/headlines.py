"""The five numbers of a model that its owner should know, and what they mean in words of the business."""

from __future__ import annotations

from collections.abc import Mapping

from loan_default.evaluation.phrases import chance_in_calibration, percent
from loan_default.evaluation.words import LABELS
from loan_default.report.content import Headline


def headlines(metrics: Mapping[str, float]) -> tuple[Headline, ...]:
    """Choose and explain five metrics.

    Args:
        metrics: Flat metrics of one model, as `evaluate_predictions` gives them.
    """
    rate = metrics["event_rate"]
    by_rate_alone = rate * (1 - rate)
    saved = 1 - metrics["brier"] / by_rate_alone
    against = f"{percent(saved)} less than" if saved >= 0 else f"{percent(-saved)} more than"
    meanings = {
        "roc_auc": f"Of a loan that defaults and one that is paid, it calls the defaulting one riskier in "
        f"{100 * metrics['roc_auc']:.0f} of 100 pairs; 50 is a coin.",
        "ks": f"At the best single cut, the share of defaults refused is {100 * metrics['ks']:.0f} points "
        "above the share of good loans refused.",
        "calibration_error": f"Probability and default rate are {100 * metrics['calibration_error']:.1f} "
        f"points apart on average. {chance_in_calibration(metrics)}",
        "brier": f"Mean squared error of the probability: {against} if every loan were given the default "
        f"rate of {percent(rate)}.",
        "recall": f"At the threshold of {percent(metrics['threshold'])} it calls "
        f"{percent(metrics['recall'], 0)} of the defaults; of the loans it calls, "
        f"{percent(metrics['precision'], 0)} default.",
    }
    return tuple(
        Headline(
            key=key,
            label=LABELS[key][0].upper() + LABELS[key][1:],
            value=metrics[key],
            low=metrics[f"{key}_low"],
            high=metrics[f"{key}_high"],
            meaning=meaning,
        )
        for key, meaning in meanings.items()
    )
