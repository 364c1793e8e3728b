"""The five numbers and their meaning, by hand."""

from __future__ import annotations

from loan_default.evaluation.headlines import headlines

METRICS = {
    **dict.fromkeys(("roc_auc_low", "ks_low", "calibration_error_low", "brier_low", "recall_low"), 0.1),
    **dict.fromkeys(("roc_auc_high", "ks_high", "calibration_error_high", "brier_high", "recall_high"), 0.9),
    "roc_auc": 0.706,
    "ks": 0.301,
    "calibration_error": 0.012,
    "calibration_error_by_chance": 0.008,
    "brier": 0.144,
    "recall": 0.62,
    "precision": 0.31,
    "threshold": 0.21,
    "event_rate": 0.2,
}


def test_meanings_are_written_from_the_numbers():
    found = {headline.key: headline for headline in headlines(METRICS)}
    assert list(found) == ["roc_auc", "ks", "calibration_error", "brier", "recall"]
    assert "in 71 of 100 pairs" in found["roc_auc"].meaning
    assert "30 points above" in found["ks"].meaning
    assert "1.2 points apart" in found["calibration_error"].meaning
    # 0.144 against 0.2 * 0.8 = 0.16: a tenth less.
    assert "10.0 % less than if every loan were given the default rate of 20.0 %" in found["brier"].meaning
    assert "At the threshold of 21.0 % it calls 62 % of the defaults" in found["recall"].meaning
    assert "31 % default" in found["recall"].meaning
    assert (found["ks"].label, found["brier"].label) == ("KS", "Brier score")
    assert (found["ks"].low, found["ks"].high) == (0.1, 0.9)


def test_worse_than_the_rate_alone_is_said():
    brier = headlines({**METRICS, "brier": 0.176})[3]
    assert "10.0 % more than if every loan" in brier.meaning
