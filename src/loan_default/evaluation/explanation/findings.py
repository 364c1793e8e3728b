"""What the explanation says, in sentences made of its numbers."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import pandas as pd

from loan_default.evaluation.explanation.cases import RIGHT_DEFAULT, RIGHT_GOOD, WRONG_DEFAULT, WRONG_GOOD
from loan_default.evaluation.explanation.contributions import CLEAR
from loan_default.evaluation.explanation.directions import AGAINST, UNCOMPARED
from loan_default.evaluation.phrases import listed, percent, plural, sentence, with_interval
from loan_default.evaluation.printed import as_printed
from loan_default.evaluation.records import highest, lowest

ENOUGH = 30
"""Loans of a bin that is named; the weight of a handful is chance."""
NUMBERS = ("drop", "low", "high", "behind", "behind_low", "behind_high", "confidence")
"""Columns of `permutation_importance`."""
TOO_GOOD = 0.5
"""Information value from which an input is suspected of knowing the outcome."""


def compare_importances(
    importances: Mapping[str, pd.DataFrame], labels: Mapping[str, str], reported: str
) -> pd.DataFrame:
    """Put the importance tables of all models under one another, the reported one first.

    Args:
        importances: Of `permutation_importance`, by model.
        labels: Names of the inputs for people.
        reported: The reported model.

    Returns:
        `model`, `input`, `label` and the numbers of `permutation_importance`; within a model the strongest
        first.
    """
    order = [reported, *(model for model in importances if model != reported)]
    tables = [importances[model].assign(model=model) for model in order]
    every = pd.concat(tables, ignore_index=True)
    every["label"] = every["input"].map(labels)
    return every[["model", "input", "label", *NUMBERS]]


def detectable(importances: pd.DataFrame) -> pd.Series:
    """Tell of each drop whether its interval, as it is printed, lies above 0."""
    return importances["low"].map(as_printed) > 0


def found_importance(importances: pd.DataFrame, reported: str, lender_set: Collection[str]) -> str:
    """Say what the reported model ranks by, whether the others do too, and what of it is the lender's own."""
    own = importances.loc[importances["model"] == reported]
    strong = own.loc[detectable(own)]
    if strong.empty:
        return (
            f"Of the {len(own)} inputs of {reported}, none costs a detectable share of ROC AUC when shuffled."
        )
    first = strong.iloc[0]
    text = (
        f"{reported} ranks loans most by {first['label']}: shuffling it costs "
        f"{with_interval(first['drop'], first['low'], first['high'])} of ROC AUC"
    )
    level = [row["label"] for _, row in strong.iloc[1:3].iterrows() if as_printed(row["behind_low"]) <= 0]
    rest = [f"{row['label']} {row['drop']:.3f}" for _, row in strong.iloc[1:3].iterrows()]
    text += f", then {listed(rest)}" if rest else ""
    both = "both are" if len(level) == len(rest) == 2 else f"{listed(level)} is" if level else ""
    text += f"; {both} level with it." if level else "."
    idle = len(own) - len(strong)
    costs = "costs" if idle == 1 else "cost"
    text += f" {idle} of {len(own)} inputs {costs} nothing detectable." if idle else ""
    others = importances.loc[importances["model"] != reported]
    firsts = others.drop_duplicates("model")
    differ = firsts.loc[firsts["input"] != first["input"]]
    if len(differ):
        names = [f"{row['model']} ({row['label']})" for _, row in differ.iterrows()]
        text += f" Another input comes first for {listed(names)}."
    elif len(others):
        text += f" {sentence(first['label'])} comes first for every model."
    leaning = strong.head(3).loc[strong.head(3)["input"].isin(lender_set), "label"].tolist()
    if leaning:
        it = "it" if len(leaning) == 1 else "them"
        text += f" {listed(leaning)} {_is(leaning)} the lender's own judgement: the model leans on {it}."
    return text


def found_contributions(summary: pd.DataFrame, model: str) -> str:
    """Say which inputs move one model's predictions most, and which way."""
    top = summary.head(3)
    if top["mean_absolute"].iloc[0] == 0:
        return f"{model} gives every loan the same answer: no input contributes."
    parts = [
        f"{row['label']} ({percent(row['share'], 0)}{_way(row['direction'])})" for _, row in top.iterrows()
    ]
    return (
        f"Of all that moves the answers of {model}, most comes from {listed(parts)}; "
        f"the first {len(top)} of {len(summary)} inputs make up {percent(top['share'].sum(), 0)}."
    )


def found_effects(directions: pd.DataFrame) -> str:
    """Say how far the strongest inputs move the probability, and whether the model goes with the data."""
    if directions.empty:
        return "No input has an effect that can be drawn: all are protected, texts or long lists of labels."
    widest = directions.reindex(directions["span"].sort_values(ascending=False, kind="stable").index).head(2)
    spans = [f"{row['label']} {100 * row['span']:.1f} points" for _, row in widest.iterrows()]
    text = f"Alone, the inputs move the mean probability by up to: {listed(spans)}."
    compared = directions.loc[directions["agreement"] != UNCOMPARED]
    against = compared.loc[compared["agreement"] == AGAINST, "label"].tolist()
    if compared.empty:
        return f"{text} None has a clear trend in both the data and the model."
    text += f" {way_of_the_data(len(compared) - len(against), len(against))}"
    if against:
        text += (
            f" Against it: {listed(against)}. Other inputs may explain it; ask before relying on the reasons."
        )
    return text


def way_of_the_data(agrees: int, against: int) -> str:
    """Say in how many inputs the model goes with the trend of the data, and in how many against it."""
    compared = agrees + against
    if not compared:
        return "No strong input has a clear trend to hold it against."
    if compared == 1:
        way = "against" if against else "the way of"
        return f"The model goes {way} the data in the one input with a clear trend."
    if against:
        return f"The model goes against the data in {against} of {compared} inputs with a clear trend."
    return f"The model goes the way of the data in all {compared} inputs with a clear trend."


def found_evidence(strengths: pd.DataFrame) -> str:
    """Say which inputs alone tell goods from events."""
    known = strengths.dropna(subset="information_value")
    if known.empty:
        return "No input has an information value."
    first = known.iloc[0]
    values = known["information_value"]
    text = (
        f"{first['label']} says most alone, with an information value of {first['information_value']:.2f}. "
        f"Of {plural(len(known), 'input')}, {_some(values >= 0.1)} at 0.1 (medium) or more, "
        f"{_some(values < 0.02)} below 0.02 (nothing)."
    )
    suspect = known.loc[values > TOO_GOOD, "label"].tolist()
    if suspect:
        text += (
            f" Above {TOO_GOOD:g} is rare in honest data: ask whether {listed(suspect)} "
            f"{_is(suspect)} known before the loan is granted; the chapter on leaks has its own test."
        )
    return text


def found_weights(evidence: pd.DataFrame) -> str:
    """Name the riskiest and the safest bin of the inputs shown."""
    enough = evidence[evidence["n"] >= ENOUGH]
    if enough.empty:
        return f"No bin of an input that can be shown has {ENOUGH} loans."
    riskiest, safest = (
        f"{row['label']}: {row['bin']} ({row['woe']:+.2f}, {percent(row['event_rate'])} of {row['n']:,} "
        "default)"
        for row in (lowest(enough, "woe"), highest(enough, "woe"))
    )
    return f"Of the bins with {ENOUGH} loans or more the riskiest is {riskiest}, the safest {safest}."


def found_cases(cases: pd.DataFrame) -> str:
    """Say what the surest wrong calls were, each with its largest reason for the call that was made."""
    by_case = {row["case"]: row for row in cases.to_dict("records")}

    def told(case: str, outcome: str) -> str:
        row = by_case[case]
        reason = row["reason"] if isinstance(row["reason"], str) and row["reason"] else "nothing stands out"
        return f"row {row['row_number']} was given {percent(row['probability'])} and {outcome} ({reason})"

    wrong = [
        told(case, outcome)
        for case, outcome in ((WRONG_DEFAULT, "defaulted"), (WRONG_GOOD, "was repaid"))
        if case in by_case
    ]
    right = [case for case in (RIGHT_DEFAULT, RIGHT_GOOD) if case in by_case]
    if not wrong:
        return "No test row was called wrongly."
    text = f"The surest wrong {'calls were' if len(wrong) > 1 else 'call was'}: {listed(wrong)}."
    return text if right else f"{text} No test row was called rightly."


def _way(direction: float) -> str:
    if pd.isna(direction) or abs(direction) < CLEAR:
        return ""
    return ", more is riskier" if direction > 0 else ", more is safer"


def _is(names: Collection[str]) -> str:
    return "is" if len(names) == 1 else "are"


def _some(which: pd.Series) -> str:
    count = int(which.sum())
    return f"{count or 'none'} {'is' if count < 2 else 'are'}"
