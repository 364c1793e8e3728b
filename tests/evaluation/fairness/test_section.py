import numpy as np
import pandas as pd
import pytest

from loan_default.evaluation.fairness import blind, mitigation, proxies, rule_effects
from loan_default.evaluation.fairness.facts import FairnessFacts
from loan_default.evaluation.fairness.measures import COLUMNS, MEASURES
from loan_default.evaluation.fairness.plots import plot_approval, plot_calibration_by_group
from loan_default.evaluation.fairness.section import fairness_section
from loan_default.evaluation.fairness.settings import FairnessSettings

LABELS = {"sex": "Sex"}


def groups_table(**of_b):
    """Two made-up groups; a is approved most and right in every way."""
    a = {"column": "sex", "group": "a", "n": 600, "events": 120, "default_rate": 0.2, "mean_probability": 0.2}
    a |= {"approval_rate": 0.8, "referral_rate": 0.1, "decline_rate": 0.1, "ratio": 1.0}
    a |= {"predicted_default_rate": 0.2, "observed_to_expected": 1.0}
    a |= {"calibration_p": 1.0, "true_positive_rate": 0.6, "false_positive_rate": 0.1, "roc_auc": 0.8}
    b = a | {"group": "b", "n": 400, "approval_rate": 0.6, "referral_rate": 0.3, "ratio": 0.75} | of_b
    rows = []
    for row in (a, b):
        ends = {f"{name}_low": row[name] - 0.05 for name in MEASURES}
        ends |= {f"{name}_high": row[name] + 0.05 for name in MEASURES}
        rows.append(ends | row)
    return pd.DataFrame(rows, columns=list(COLUMNS))


def facts(groups=None, **changed):
    given = {
        "described": LABELS,
        "present": ["sex"],
        "used": [],
        "notes": {},
        "groups": groups_table() if groups is None else groups,
        "features": pd.DataFrame(columns=list(blind.COLUMNS)),
        "proxies": pd.DataFrame(columns=list(proxies.COLUMNS)),
        "mitigation": pd.DataFrame(columns=list(mitigation.COLUMNS)),
    }
    return FairnessFacts(**given | changed)


def write(settings=None, **changed):
    return fairness_section(facts(**changed), settings or FairnessSettings())


def found(section, title):
    return next(finding for finding in section.findings if finding.title == title)


@pytest.mark.parametrize(
    ("of_b", "verdict", "says"),
    [
        (
            {"ratio": 0.7, "ratio_high": 0.75},
            "bad",
            "1 of 2 groups has an approval ratio below 0.8, with the",
        ),
        ({"ratio": 0.78}, "attention", "below 0.8, none of them with its whole interval. Lowest is Sex 'b'"),
        (
            {"ratio": 0.82},
            "good",
            "None of 2 groups has an approval ratio below 0.8. Lowest is Sex 'b': the policy accepts 60.0 % "
            "of 400 loans (30.0 % referred, 10.0 % declined) against 80.0 % of 'a' (10.0 % referred, 10.0 % "
            "declined), a ratio of 0.820 [0.770, 0.870], which leaves doubt. In these groups",
        ),
        ({"ratio": 0.95}, "good", "None of 2 groups has an approval ratio below 0.8. Lowest is Sex 'b'"),
    ],
)
def test_approval_ratios_against_the_mark(of_b, verdict, says):
    section = write(groups=groups_table(**of_b))
    assert (found(section, "Approval by the policy").verdict, section.verdict) == (verdict, verdict)
    assert says in section.summary
    assert section.values["lowest_approval_ratio"] == of_b["ratio"]


@pytest.mark.parametrize(
    ("of_b", "verdict", "below"),
    [
        ({"ratio": 0.7996}, "good", 0),  # 0.800 is read
        ({"ratio": 0.7994}, "attention", 1),
        ({"ratio": 0.75, "ratio_high": 0.7996}, "attention", 1),
        ({"ratio": 0.75, "ratio_high": 0.7994}, "bad", 1),
    ],
)
def test_ratios_are_judged_as_they_are_read(of_b, verdict, below):
    section = write(groups=groups_table(**of_b))
    assert found(section, "Approval by the policy").verdict == verdict
    assert section.values["groups_below_mark"] == below
    assert section.summary.startswith(f"{below or 'None'} of 2 groups")


def test_the_lowest_is_told_with_its_risk():
    section = write(groups=groups_table(default_rate=0.3, mean_probability=0.31))
    assert section.summary.endswith(
        "(10.0 % referred, 10.0 % declined), a ratio of 0.750 [0.700, 0.800]. In these groups "
        "30.0 % and 20.0 % defaulted; 31.0 % and 20.0 % were expected."
    )


def test_what_the_referred_could_change_is_told():
    approval = found(
        write(groups=groups_table(decline_rate=0.28, referral_rate=0.12)), "Approval by the policy"
    )
    # By hand: 1 - 0.28 over 1 - 0.1.
    assert approval.found.endswith("all of them granted, the lowest ratio would be 0.800 (Sex 'b').")
    heads = [column.name for column in approval.table.columns]
    b = dict(zip(heads, approval.table.rows[1], strict=True))
    assert (b["Accepted"], b["Referred"], b["Declined"]) == (0.6, 0.12, 0.28)
    at = heads.index("Accepted")
    assert heads[at + 1 : at + 3] == ["from", "to"]
    assert approval.table.rows[1][at + 1 : at + 3] == pytest.approx((0.55, 0.65))
    nobody = groups_table(referral_rate=0.0).assign(referral_rate=0.0)
    assert "person's decision" not in found(write(groups=nobody), "Approval by the policy").found


def test_all_accepted_is_said_plainly_and_praises_nothing():
    table = groups_table().assign(approval_rate=1.0, ratio=1.0, referral_rate=0.0, decline_rate=0.0)
    section = write(groups=table)
    assert section.summary.startswith(
        "The policy accepts all test loans of all 2 groups: every approval ratio is 1, and nothing was put"
    )
    assert found(section, "Approval by the policy").verdict == "none"
    assert section.values["lowest_approval_ratio"] == 1.0


def test_nobody_accepted_is_not_called_too_few_rows():
    gone = dict.fromkeys(("ratio", "ratio_low", "ratio_high"), np.nan)
    section = write(groups=groups_table().assign(approval_rate=0.0, referral_rate=0.9, **gone))
    assert section.summary.startswith(
        "The policy accepts nobody in any group, so there is no approval ratio."
    )
    assert found(section, "Approval by the policy").verdict == "attention"
    assert found(section, "Groups").verdict == "none"


@pytest.mark.parametrize(
    ("p", "ends", "verdict", "says"),
    [
        (
            0.2,
            (0.9, 1.15),
            "good",
            "None of 2 groups differs from 1 beyond chance. Farthest is Sex 'b': 1.050 [0.900",
        ),
        (0.2, (1.02, 1.15), "good", "None of 2 groups differs from 1 beyond chance."),
        (0.01, (1.02, 1.15), "attention", "1 of 2 groups differs from 1 beyond chance (Holm's correction)."),
        (0.0, (1.25, 1.6), "bad", "1 of 2 groups differs from 1 beyond chance (Holm's correction)."),
    ],
)
def test_calibration_by_group(p, ends, verdict, says):
    of_b = {"observed_to_expected": 1.05 if ends[0] < 1.2 else 1.4, "calibration_p": p}
    of_b |= {"observed_to_expected_low": ends[0], "observed_to_expected_high": ends[1]}
    finding = found(write(groups=groups_table(**of_b)), "Calibration by group")
    assert finding.verdict == verdict
    assert finding.found.startswith(says)


def test_the_summary_names_what_the_verdict_rests_on():
    table = pd.DataFrame([("sex", "b", 400, 0.9, 0.88, 0.92)], columns=list(proxies.COLUMNS))
    section = write(groups=groups_table(ratio=0.95, calibration_p=0.01), proxies=table)
    assert section.verdict == "attention"
    assert section.summary.endswith(
        "1 group defaults more or less often than expected. The features in use give Sex away."
    )


def test_errors_apart_and_overlapping():
    text = found(
        write(groups=groups_table(false_positive_rate=0.3, true_positive_rate=0.64, roc_auc=0.78)),
        "Errors and ranking",
    ).found
    assert "Repaid loans are predicted Default most in Sex 'b', 30.0 % against 10.0 % in 'a'." in text
    assert (
        "Defaults are predicted Default least in Sex 'a', 60.0 % against 64.0 % in 'b' (the intervals "
        "overlap)." in text
    )
    assert "ROC AUC 0.780 [0.730, 0.830] against 0.800 in 'a' (the intervals overlap)." in text


@pytest.mark.parametrize(("low", "overlap"), [(0.1504, True), (0.1506, False)])
def test_intervals_that_read_as_touching_overlap(low, overlap):
    table = groups_table(false_positive_rate=0.2, false_positive_rate_low=low)
    assert table["false_positive_rate_high"].iloc[0] == pytest.approx(0.15)
    text = found(write(groups=table), "Errors and ranking").found
    assert ("'a' (the intervals overlap). Defaults" in text) == overlap


def worth(difference, reach, **changed):
    rows = [("roc_auc", 0.8, 0.8 + difference, difference, difference - reach, difference + reach)]
    table = pd.DataFrame(rows, columns=list(blind.COLUMNS))
    return found(write(features=table, **changed), "What protected columns are worth").found


def test_what_protected_columns_are_worth():
    assert "The model uses no protected column. ROC AUC is level: 0.799 without, 0.800 with" in worth(
        -0.001, 0.01
    )
    assert "ROC AUC would be better with them: 0.770 without" in worth(-0.03, 0.01)
    assert "uses Age and Sex. ROC AUC is worse without them" in worth(-0.03, 0.01, used=["Age", "Sex"])
    assert "ROC AUC is level: 0.790 without, 0.800 with" in worth(-0.01, 0.0096)
    assert "ROC AUC would be better with them" in worth(-0.01, 0.0094)
    nothing = found(write(), "What protected columns are worth").found
    assert nothing.startswith("None of the protected columns can be a feature here")


@pytest.mark.parametrize(
    ("auc", "verdict", "says"),
    [
        (0.9, "attention", "Leaving out Sex does not hide it."),
        (0.7996, "attention", "(ROC AUC 0.800 [0.780, 0.820]). Leaving out Sex does not hide it."),
        (0.6, "good", "None reaches 0.8."),
    ],
)
def test_proxies(auc, verdict, says):
    table = pd.DataFrame([("sex", "b", 400, auc, auc - 0.02, auc + 0.02)], columns=list(proxies.COLUMNS))
    finding = found(write(proxies=table), "Proxies")
    assert finding.verdict == verdict
    assert finding.found.endswith(says)


def test_group_thresholds_come_with_the_law():
    rules = (mitigation.BY_POLICY, mitigation.ONE_THRESHOLD, mitigation.GROUP_THRESHOLDS)
    rows = []
    for rule, *found_of_rule in zip(rules, (0.5, 0.7, 0.99), (0.3, 0.2, 0.01), (90, 92, 99), strict=True):
        ratio, gap, refused = found_of_rule
        measured = dict(zip(rule_effects.MEASURES, (ratio, 0.1, gap, 0.1, 60.0, refused), strict=True))
        before = dict(zip(rule_effects.MEASURES, (0.5, 0.1, 0.3, 0.1, 60.0, 90), strict=True))
        row = {"column": "sex", "rule": rule, "n": 1000, "approval_rate": 0.7}
        for name, value in measured.items():
            change = value - before[name]
            row |= {name: value, f"{name}_low": value - 0.01, f"{name}_high": value + 0.01}
            row |= {
                f"{name}_change{end}": change + add
                for end, add in (("", 0), ("_low", -0.02), ("_high", 0.02))
            }
        rows.append(row)
    table = pd.DataFrame(rows, columns=list(mitigation.COLUMNS))
    settings = FairnessSettings(mitigation="threshold_optimizer")
    finding = found(write(settings, mitigation=table), "A threshold for each group")
    assert (
        "Sex: from 'the policy' to 'a threshold for each group' the lowest approval ratio goes from 0.50 to "
        "0.99 (+0.49 [+0.47, +0.51]; 'one threshold for all': 0.70)" in finding.found
    )
    assert "in repaid loans not approved from 30.0 % to 1.0 % (-29.0 [-31.0, -27.0] points)" in finding.found
    assert "with +0 [+0, +0] defaults approved and +9 [+9, +9] repaid loans not" in finding.found
    assert "Equal Credit Opportunity Act" in finding.found
    assert "2004/113/EC" in finding.found
    assert len(finding.table.rows) == 3


def test_no_mitigation_is_not_mentioned():
    assert len(write().findings) == 6


@pytest.mark.parametrize(
    ("described", "says"),
    [
        ({}, "The portfolio describes no protected column"),
        (
            {"zip": "Zip code", "state": "State"},
            "protected is Zip code and State; this file has none of them.",
        ),
        ({"state": "State"}, "protected is State; this file has no such column."),
    ],
)
def test_nothing_to_measure_is_said(described, says):
    section = write(described=described, present=[], groups=pd.DataFrame(columns=list(COLUMNS)))
    assert says in section.summary
    assert section.verdict == "attention"
    assert "no sign of fairness" in section.findings[0].found
    assert section.findings[0].figure is None
    assert section.values == {"protected_columns": 0.0}


def test_a_column_with_one_group_compares_nothing():
    section = write(
        groups=groups_table().head(1), notes={"sex": "b left out: 9 rows together, fewer than 100."}
    )
    assert section.summary == "No two groups are large enough to be compared."
    assert "Sex in 1 group (b left out: 9 rows" in found(section, "Groups").found
    assert section.verdict == "attention"


def test_values_are_finite():
    table = groups_table(roc_auc=np.nan, roc_auc_low=np.nan, roc_auc_high=np.nan)
    assert np.isfinite(list(write(groups=table).values.values())).all()


def test_pictures_say_what_was_found():
    approval = plot_approval(groups_table(), 0.8, LABELS)
    axes = approval.axes[0]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["a (600)", "b (400)"]
    assert axes.lines[0].get_xdata().tolist() == [0.8, 0.6]
    assert [line.get_xdata()[0] for line in axes.lines if line.get_linestyle() == "--"] == pytest.approx(
        [0.64]
    )
    assert "Lowest is Sex 'b'" in approval._supxlabel.get_text().replace("\n", " ")
    calibration = plot_calibration_by_group(groups_table(), LABELS)
    assert "None of 2 groups differs" in calibration._supxlabel.get_text()


def test_an_empty_picture_says_so():
    empty = pd.DataFrame(columns=list(COLUMNS))
    for figure in (plot_approval(empty, 0.8, {}), plot_calibration_by_group(empty, {})):
        assert "no group to show" in figure._supxlabel.get_text()
        assert not figure.axes
