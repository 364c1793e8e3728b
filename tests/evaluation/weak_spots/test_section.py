"""What is said of slices follows from their numbers; the slices here are made up."""

import pandas as pd
import pytest

from loan_default.evaluation.weak_spots.measure import _COLUMNS
from loan_default.evaluation.weak_spots.section import describe_weak_spots
from loan_default.evaluation.weak_spots.settings import WeakSpotSettings

SETTINGS = WeakSpotSettings(
    bins=2, pair_inputs=2, pair_bins=2, min_rows=20, min_events=5, level=0.05, shown=10
)


def slices(*changes):
    """Slices in which all is well, but for what each changes."""
    well = {"n": 400, "events": 80, "effective_n": 400.0, "event_rate": 0.2, "event_rate_low": 0.16}
    well |= {"event_rate_high": 0.24, "mean_probability": 0.2, "ratio": 1.0, "ratio_low": 0.8}
    well |= {"ratio_high": 1.2, "p_value": 0.9, "roc_auc": 0.7, "roc_auc_low": 0.64, "roc_auc_high": 0.76}
    well |= {"expected_roc_auc": 0.7, "ranking_p": 0.5, "adjusted_p": 1.0, "adjusted_ranking_p": 1.0}
    rows = [{"slice": f"Income: {place}"} | well | change for place, change in enumerate(changes)]
    return pd.DataFrame(rows, columns=[*_COLUMNS, "adjusted_p", "adjusted_ranking_p"])


UNDERSTATED = {"ratio": 1.5, "event_rate": 0.3, "p_value": 1e-6, "adjusted_p": 1e-4}
OVERSTATED = {"ratio": 0.5, "event_rate": 0.1, "p_value": 1e-5, "adjusted_p": 1e-3}
BADLY_RANKED = {"roc_auc": 0.55, "ranking_p": 1e-6, "adjusted_ranking_p": 1e-4}


def write(*changes):
    return describe_weak_spots(slices(*changes), 9, 1000, SETTINGS)


def test_all_is_well():
    section = write({}, {"p_value": 0.04})
    assert section.verdict == "good"
    assert section.summary.startswith(
        "Among the 1,000 test rows none of 2 slices is off by more than chance explains. What could have"
    )
    assert section.findings[0].found.endswith(
        "fits worst is Income: 1: 20.0 % expected, 20.0 % [16.0, 24.0] observed on 400 loans (p 0.040 alone, "
        "1.00 among so many)."
    )


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ((UNDERSTATED, {}), "the risk is understated in 1 of 2 slices."),
        ((UNDERSTATED, OVERSTATED, {}), "the risk is understated in 1 and overstated in 1 of 3 slices."),
    ],
)
def test_miscalibrated_slices_are_counted_and_the_clearest_is_named(changes, says):
    section = write(*changes)
    assert section.verdict == "attention"
    found = section.findings[0].found
    assert says in found
    assert found.endswith(
        "The clearest is Income: 0: 20.0 % expected, 30.0 % [16.0, 24.0] observed on 400 loans."
    )


def test_one_badly_ranked_slice_and_two():
    one = write({}, BADLY_RANKED)
    assert one.findings[1].found.startswith(
        "1 of 2 slices is ranked worse than its own probabilities promise, beyond chance; clearest is "
        "Income: 1: ROC AUC 0.550 [0.640, 0.760] where 0.700 is promised."
    )
    assert "of 2 slices none is miscalibrated and 1 is ranked worse than promised" in one.summary
    two = write(BADLY_RANKED, BADLY_RANKED)
    assert "2 of 2 slices are ranked worse than their own" in two.findings[1].found
    assert two.values["badly_ranked_slices"] == 2


def test_the_fault_that_could_have_been_seen():
    # 2 tests of each of 2 slices, both sides: 0.05 / 8 in each tail, 80 % power; of 400 rows at 20 %.
    reach = (2.4977 + 0.8416) * (0.2 * 0.8 / 400) ** 0.5
    assert f"off by {100 * reach:.1f} points is found in 80 % of cases." in write({}, {}).summary


def test_too_few_loans_are_said_to_be():
    section = write()
    assert section.summary == (
        "None of the 9 slices of the 1,000 test rows has 20 rows with 5 defaults and as many good loans: "
        "too few to look for weak spots."
    )
    assert section.verdict == "none"
