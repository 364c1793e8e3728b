"""The chapter on limits: what this report does not know, and how the model must not be used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from loan_default.evaluation.gates import CRITERIA, refusals
from loan_default.evaluation.phrases import listed, percent, with_interval
from loan_default.report.section import Column, Finding, Section, Table, worst

WIDE = 0.05
"""Width of the ROC AUC interval from which few rows are a limit of their own."""


@dataclass(frozen=True)
class Known:
    """What there is to know of portfolio, split, model and gates.

    Attributes:
        has_date: The portfolio has an application date.
        split: random or out_of_time.
        protected: Protected columns of the file, label by name.
        has_amount: The portfolio names the column of the amount lent.
        lender_set: Inputs of the model that the lender itself set.
        running: Loans of the file that were still running.
        resolved: Loans with an outcome.
        metrics: Flat metrics of the reported model.
        gates: Of the reported model, as `check_gates` gives them.
        use: How not to use the model, in words.
    """

    has_date: bool
    split: str
    protected: Mapping[str, str]
    has_amount: bool
    lender_set: tuple[str, ...]
    running: int
    resolved: int
    metrics: Mapping[str, float]
    gates: Mapping[str, Mapping[str, Any]]
    use: tuple[str, ...]


def describe_limits(known: Known) -> Section:
    """Write the chapter: one finding per limit, the gravest first."""
    limits = [
        _refused(known),
        _time(known),
        _fairness(known),
        _money(known),
        _lender_set(known),
        _running(known),
        _few_rows(known),
        _not_asked(known),
        _only_granted(),
        _use(known),
    ]
    findings = tuple(limit for limit in limits if limit is not None)
    grave = [finding for finding in findings if finding.verdict in ("attention", "bad")]
    known_limits = "One limit is" if len(findings) == 1 else f"{len(findings)} limits are"
    calling = "one of them calls" if len(grave) == 1 else f"{len(grave)} of them call"
    return Section(
        key="limits",
        title="Known limits",
        summary=(
            f"{known_limits} known; {calling if grave else 'none of them calls'} for a decision before the "
            "model is used."
        ),
        verdict=worst(finding.verdict for finding in findings),
        findings=findings,
        values={"limits": float(len(findings)), "grave_limits": float(len(grave))},
    )


def _refused(known: Known) -> Finding | None:
    missed = refusals(known.gates)
    if not missed:
        return None
    return Finding(
        title="The model does not meet what is asked of it",
        look_for="A model that misses a gate is for trying out only.",
        found=f"It misses {len(missed)} of the gates: {'; '.join(missed)}.",
        verdict="bad",
    )


def _time(known: Known) -> Finding | None:
    if not known.has_date:
        return Finding(
            title="Whether it holds over time is not known",
            look_for="Without an application date, nobody can test on loans newer than those it learnt from.",
            found="The portfolio has no application date: train and test rows come from the same time, and a "
            "change of economy or of applicants between them and tomorrow's loans stays unseen.",
            verdict="attention",
        )
    if known.split == "out_of_time":
        return None
    return Finding(
        title="The headline numbers are of loans from the same time",
        look_for="A random split tests on loans as old as those the model learnt from.",
        found="Test rows were drawn at random from the whole period, so the numbers of the first page speak "
        "of loans of that period; the chapter on stability says what is known of newer ones.",
        verdict="none",
    )


def _fairness(known: Known) -> Finding | None:
    if not known.protected:
        return Finding(
            title="Whether it treats groups of people alike is not known",
            look_for="Fairness can be measured only over columns that the file has.",
            found="The portfolio has no protected column: neither age nor sex nor origin can be audited, and "
            "other columns may stand in for them.",
            verdict="attention",
        )
    columns = listed(list(known.protected.values()))
    return Finding(
        title=f"Fairness is known for {columns} only",
        look_for="The law asks about age, sex, marital status and origin first; a file seldom has them all.",
        found=f"Protected in the portfolio: {columns}. How the model treats people by what is not "
        "among them cannot be measured.",
        verdict="none",
    )


def _money(known: Known) -> Finding | None:
    if known.has_amount:
        return None
    return Finding(
        title="Money is counted per loan, not by its amount",
        look_for="Without amounts, a large loan that fails counts as much as a small one.",
        found="The portfolio names no column with the amount lent: what the model is worth rests on the "
        "costs per loan in the parameters.",
    )


def _lender_set(known: Known) -> Finding | None:
    if not known.lender_set:
        return None
    return Finding(
        title="It leans on the lender's own judgement",
        look_for="Columns that the lender sets are known only after the lender has judged the application.",
        found=f"{listed(known.lender_set)} {'is' if len(known.lender_set) == 1 else 'are'} set by the lender "
        "and used as input: the model cannot come before that judgement nor replace it. "
        "`features.use_lender_set: false` trains without.",
    )


def _running(known: Known) -> Finding | None:
    if not known.running:
        return None
    share = known.running / (known.running + known.resolved)
    return Finding(
        title="Loans still running are left out",
        look_for="Loans that ended early are not a fair draw of all loans of their time.",
        found=f"{known.running:,} loans ({percent(share)} of the file) were still running and are neither "
        "good nor bad; in the newest months those that ended already are the quickest to fail or to be "
        "repaid.",
        verdict="attention" if share > 0.1 else "none",
    )


def _few_rows(known: Known) -> Finding | None:
    low, high = known.metrics["roc_auc_low"], known.metrics["roc_auc_high"]
    if high - low < WIDE:
        return None
    return Finding(
        title="The test rows are few",
        look_for="Wide intervals: models and groups that differ by less cannot be told apart.",
        found=f"{known.metrics['n']:,.0f} test rows with {known.metrics['events']:,.0f} defaults leave ROC "
        f"AUC at {with_interval(known.metrics['roc_auc'], low, high)}; every group within them is less "
        "certain.",
        verdict="attention",
    )


def _not_asked(known: Known) -> Finding | None:
    not_asked = [CRITERIA[name].title for name, gate in known.gates.items() if gate["passed"] is None]
    unmeasured = {
        name: gate["note"]
        for name, gate in known.gates.items()
        if gate["limit"] is not None and gate["value"] is None
    }
    if not not_asked and not unmeasured:
        return None
    parts = []
    if not_asked:
        parts.append(f"Reported, but asked for nothing: {listed(not_asked)}.")
    parts += [
        f"The {CRITERIA[name].title} could not be measured: {note}" for name, note in unmeasured.items()
    ]
    return Finding(
        title="Some gates stood open",
        look_for="A criterion that is not asked, or cannot be measured, refuses no model.",
        found=" ".join(parts),
    )


def _only_granted() -> Finding:
    return Finding(
        title="Refused applicants are unknown",
        look_for="Outcomes exist only for loans that were granted.",
        found="What would have become of applicants whom the lender refused is not in the file; the model's "
        "numbers hold for applicants like those who were accepted.",
    )


def _use(known: Known) -> Finding | None:
    if not known.use:
        return None
    return Finding(
        title="How the model must not be used",
        look_for="The portfolio's own words, which also go into service with the model.",
        found=f"{len(known.use)} rules go with the model wherever it is served.",
        table=Table(columns=(Column(name="Rule"),), rows=tuple((rule,) for rule in known.use)),
    )
