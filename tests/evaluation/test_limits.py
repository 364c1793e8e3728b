"""Each limit is said where it applies, and not where it does not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from loan_default.evaluation.gates import CRITERIA
from loan_default.evaluation.limits import Known, describe_limits

PASSED = {name: {"value": 0.7, "limit": 0.6, "passed": True, "note": ""} for name in CRITERIA}
FULL = Known(
    has_date=True,
    split="out_of_time",
    protected={"age": "Age"},
    has_amount=True,
    lender_set=(),
    running=0,
    resolved=20_000,
    metrics={"roc_auc": 0.70, "roc_auc_low": 0.69, "roc_auc_high": 0.71, "n": 5000.0, "events": 900.0},
    gates=PASSED,
    use=(),
)


ALWAYS = ["Fairness is known for Age only", "Refused applicants are unknown"]


def titles(**changes) -> list[str]:
    return [finding.title for finding in describe_limits(replace(FULL, **changes)).findings]


def found(**changes) -> str:
    section = describe_limits(replace(FULL, **changes))
    return next(finding.found for finding in section.findings if finding.title not in ALWAYS)


def test_of_a_full_portfolio_two_limits_remain():
    section = describe_limits(FULL)
    assert [finding.title for finding in section.findings] == ALWAYS
    assert (
        section.summary == "2 limits are known; none of them calls for a decision before the model is used."
    )
    assert section.verdict == "none"


@pytest.mark.parametrize(
    ("changes", "title"),
    [
        ({"has_date": False}, "Whether it holds over time is not known"),
        ({"split": "random"}, "The headline numbers are of loans from the same time"),
        ({"protected": {}}, "Whether it treats groups of people alike is not known"),
        ({"protected": {"zip_code": "Zip code"}}, "Fairness is known for Zip code only"),
        ({"has_amount": False}, "Money is counted per loan, not by its amount"),
        ({"lender_set": ("Grade",)}, "It leans on the lender's own judgement"),
        ({"running": 10}, "Loans still running are left out"),
        ({"use": ("A person decides.",)}, "How the model must not be used"),
    ],
)
def test_a_limit_is_said_where_it_applies(changes, title):
    assert set(titles(**changes)) - set(titles()) == {title}


def test_numbers_are_in_the_sentences():
    assert "5,000 loans (20.0 % of the file)" in found(running=5000)
    wide = {**FULL.metrics, "roc_auc_low": 0.66, "roc_auc_high": 0.74, "n": 400.0, "events": 80.0}
    assert "400 test rows with 80 defaults leave ROC AUC at 0.700 [0.660, 0.740]" in found(metrics=wide)
    assert "Grade and Rate are set by the lender" in found(lender_set=("Grade", "Rate"))


def test_gates_that_refused_or_stood_open_are_named():
    refused = {**PASSED, "min_roc_auc": {"value": 0.5, "limit": 0.6, "passed": False, "note": ""}}
    section = describe_limits(replace(FULL, gates=refused))
    assert (section.findings[0].verdict, section.verdict) == ("bad", "bad")
    assert "ROC AUC is 0.5000, below 0.6" in section.findings[0].found

    nothing = {"value": None, "limit": 0.8, "passed": True, "note": "There is no model in service."}
    stood_open = {
        **PASSED,
        "max_psi": {"value": 0.1, "limit": None, "passed": None, "note": ""},
        "min_gain_over_current": nothing,
    }
    words = found(gates=stood_open)
    assert "asked for nothing: PSI of the probability, train to test." in words
    assert "gained over the model in service could not be measured: There is no model in service." in words
