"""What the explanation says, in sentences made of its numbers."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import pandas as pd

from loan_default.evaluation.explanation.cases import RIGHT_DEFAULT, RIGHT_GOOD, WRONG_DEFAULT, WRONG_GOOD
from loan_default.evaluation.explanation.contributions import CLEAR
from loan_default.evaluation.explanation.directions import AGAINST, UNCOMPARED
from loan_default.evaluation.phrases import listed, percent, with_interval


def compare_importances(
    importances: Mapping[str, pd.DataFrame], labels: Mapping[str, str], reported: str
) -> pd.DataFrame:
    """Put the importance tables of all models under one another, the reported one first.

    Args:
        importances: Of `permutation_importance`, by model.
        labels: Names of the inputs for people.
        reported: The reported model.

    Returns:
        `model`, `input`, `label`, `drop`, `low`, `high`; within a model the strongest first.
    """
    order = [reported, *(model for model in importances if model != reported)]
    tables = [importances[model].assign(model=model) for model in order]
    every = pd.concat(tables, ignore_index=True)
    every["label"] = every["input"].map(labels)
    return every[["model", "input", "label", "drop", "low", "high"]]


def found_importance(importances: pd.DataFrame, reported: str, lender_set: Collection[str]) -> str:
    """Say what the reported model ranks by, whether the others do too, and what of it is the lender's own."""
    own = importances.loc[importances["model"] == reported]
    strong = own.loc[own["low"] > 0]
    if strong.empty:
        return (
            f"Of the {len(own)} inputs of {reported}, none costs a detectable share of ROC AUC when shuffled."
        )
    first = strong.iloc[0]
    text = (
        f"{reported} ranks loans most by {first['label']}: shuffling it costs "
        f"{with_interval(first['drop'], first['low'], first['high'])} of ROC AUC"
    )
    level = [row["label"] for _, row in strong.iloc[1:3].iterrows() if row["high"] >= first["low"]]
    rest = [f"{row['label']} {row['drop']:.3f}" for _, row in strong.iloc[1:3].iterrows()]
    text += f", then {listed(rest)}" if rest else ""
    text += f"; {listed(level)} {_is(level)} level with it." if level else "."
    idle = len(own) - len(strong)
    text += f" {idle} of {len(own)} inputs cost nothing detectable." if idle else ""
    others = importances.loc[importances["model"] != reported]
    firsts = others.drop_duplicates("model")
    differ = firsts.loc[firsts["input"] != first["input"]]
    if len(differ):
        names = [f"{row['model']} ({row['label']})" for _, row in differ.iterrows()]
        text += f" Another input comes first for {listed(names)}."
    elif len(others):
        text += " It comes first for every model."
    leaning = strong.head(3).loc[strong.head(3)["input"].isin(lender_set), "label"].tolist()
    if leaning:
        text += f" {listed(leaning)} {_is(leaning)} the lender's own judgement: the model leans on it."
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
    if not against:
        return f"{text} The model goes the way of the data in all {len(compared)} inputs with a clear trend."
    return (
        f"{text} Of {len(compared)} inputs with a clear trend the model goes against that of the data in "
        f"{len(against)}: {listed(against)}. Other inputs may explain it; ask before relying on the reasons."
    )


def found_evidence(strengths: pd.DataFrame) -> str:
    """Say which inputs alone tell goods from events."""
    known = strengths.dropna(subset="information_value")
    if known.empty:
        return "No input has weight of evidence to show."
    first = known.iloc[0]
    strong = int((known["information_value"] >= 0.1).sum())
    nothing = int((known["information_value"] < 0.02).sum())
    text = (
        f"{first['label']} says most alone, with an information value of {first['information_value']:.2f}; "
    )
    text += f"{strong} of {len(known)} inputs reach 0.1 (medium), {nothing} stay below 0.02 (nothing)."
    if first["information_value"] > 0.5:
        text += " Above 0.5 is rare in honest data: look at the leak findings."
    return text


def found_cases(cases: pd.DataFrame) -> str:
    """Say what the surest right and wrong calls were."""
    by_case = {row["case"]: row for row in cases.to_dict("records")}

    def told(case: str, outcome: str) -> str:
        row = by_case[case]
        reason = str(row["reasons"]).split("; ", maxsplit=1)[0]
        given = percent(row["probability"])
        return f"row {row['row_number']} was given {given} and {outcome} ({reason or 'no reason'})"

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
