"""Findings on the columns: drift, missing values, what is not used."""

from __future__ import annotations

from loan_default.evaluation.phrases import listed, percent, plural
from loan_default.evaluation.stability import SHIFT_TO_ACT_ON, SHIFT_TO_WATCH
from loan_default.portfolio.chapters.data_tables import MOVED, MOVING, SHOWN, STABLE, DataFacts
from loan_default.portfolio.description import Portfolio
from loan_default.report.section import Column, Finding, Table, Verdict, table_of

_GAP_IN_MISSING = 0.05


def on_drift(facts: DataFacts) -> Finding:
    """Say which inputs differ between train and test rows."""
    verdicts = set(facts.drift["verdict"]) if _beyond_chance(facts) else {STABLE}
    verdict: Verdict = "bad" if MOVED in verdicts else "attention" if MOVING in verdicts else "good"
    return Finding(
        title="Drift of the inputs from train to test rows",
        look_for=(
            f"A stability index (PSI) below {SHIFT_TO_WATCH:.2f} is stable, from {SHIFT_TO_ACT_ON:.2f} the "
            f"input has moved; with so many rows and inputs chance reaches about {facts.chance_psi:.3f}."
        ),
        found=drift_in_words(facts),
        verdict=verdict if len(facts.drift) else "none",
        figure="data_drift_plot",
        table=table_of(
            facts.drift.head(SHOWN),
            {
                "label": Column(name="Input"),
                "used_as": Column(name="Used as"),
                "psi": Column(name="PSI", format="number"),
                "verdict": Column(name="Verdict"),
            },
            "Rare labels count as one; labels that are target-encoded are judged by their encoding.",
        ),
    )


def drift_in_words(facts: DataFacts) -> str:
    """Say in a sentence how far the inputs have moved."""
    drift = facts.drift
    if drift.empty:
        return "No input has a stability index."
    greatest = drift.iloc[0]
    far = drift.loc[drift["verdict"] != STABLE]
    if far.empty:
        return (
            f"None of the {plural(len(drift), 'input')} has moved between train and test rows: the greatest "
            f"stability index is {greatest['psi']:.4f} ({greatest['label']})."
        )
    named = [f"{label} {psi:.2f}" for label, psi in zip(far["label"], far["psi"], strict=True)]
    moved = int((far["verdict"] == MOVED).sum())
    doubt = "" if _beyond_chance(facts) else "; with so few test rows that may be chance"
    return (
        f"{len(far)} of {plural(len(drift), 'input')} {'reaches' if len(far) == 1 else 'reach'} a stability "
        f"index of {SHIFT_TO_WATCH:.2f}, {moved or 'none'} of them {SHIFT_TO_ACT_ON:.2f}: "
        f"{listed(named)}{doubt}."
    )


def _beyond_chance(facts: DataFacts) -> bool:
    return bool(len(facts.drift)) and bool(facts.drift["psi"].max() > facts.chance_psi)


def on_missing(facts: DataFacts, portfolio: Portfolio) -> Finding:
    """Say which columns lack values, and whether the parts differ in that."""
    missing = facts.missing
    title = "Missing values"
    look_for = "Columns that are mostly empty, and columns that are emptier in one part than in another."
    if missing.empty:
        return Finding(title=title, look_for=look_for, found="No used column lacks a value.", verdict="good")
    apart = missing.loc[(missing["share_train"] - missing["share_elsewhere"]).abs() > _GAP_IN_MISSING]
    emptiest, points = missing.iloc[0], f"{100 * _GAP_IN_MISSING:.0f} points"
    agree = (
        f"Train and other rows agree to within {points}"
        if apart.empty
        else f"Train and other rows differ by more than {points} in "
        + listed([portfolio.label(name) for name in apart["name"]])
    )
    shown = missing.head(SHOWN)
    return Finding(
        title=title,
        look_for=look_for,
        found=(
            f"{plural(len(missing), 'column')} with missing values; the emptiest is "
            f"{portfolio.label(str(emptiest['name']))}, missing in {percent(emptiest['share_train'])} of the "
            f"train rows. {agree}."
        ),
        verdict="good" if apart.empty else "attention",
        table=table_of(
            shown.assign(
                name=shown["name"].map(portfolio.label), filled_with=shown["filled_with"].map(_written)
            ),
            {
                "name": Column(name="Column"),
                "share_train": Column(name="Missing in train", format="share"),
                "share_elsewhere": Column(name="Missing elsewhere", format="share"),
                "filled_with": Column(name="Filled with"),
                "flagged": Column(name="Flagged"),
            },
            "Fill values are learnt on train rows; a flagged column has a 0/1 feature beside it.",
        ),
    )


def _written(filling: object) -> object:
    """Write a number for people; from a file it is a text like any other."""
    try:
        return f"{float(str(filling)):,.6g}"
    except ValueError:
        return filling


def on_unused(facts: DataFacts) -> Finding:
    """Say what is no feature, and why."""
    title = "What is not used"
    look_for = "Whether each column that is left out is so for a reason that holds."
    if facts.unused.empty:
        return Finding(title=title, look_for=look_for, found="Every column is used.")
    reasons = [
        (reason, len(rows), listed(list(rows["name"]), at_most=6))
        for reason, rows in facts.unused.groupby("reason", sort=False)
    ]
    reasons.sort(key=lambda row: -row[1])
    commonest, count, _ = reasons[0]
    why = (
        f"the commonest reason ({count}) is: {commonest}" if len(reasons) > 1 else f"all because: {commonest}"
    )
    columns = Column(name="Reason"), Column(name="How many", format="count"), Column(name="Which")
    return Finding(
        title=title,
        look_for=look_for,
        found=(f"{plural(len(facts.unused), 'column')} and derived features are not used; {why}."),
        table=Table(columns=columns, rows=tuple(reasons[:SHOWN])),
    )
