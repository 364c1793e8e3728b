"""What is said follows from the numbers."""

import numpy as np
import pandas as pd
import pytest

from loan_default.evaluation.explanation.cases import RIGHT_GOOD, WRONG_DEFAULT
from loan_default.evaluation.explanation.directions import AGAINST, AGREES, UNCOMPARED
from loan_default.evaluation.explanation.findings import (
    compare_importances,
    detectable,
    found_cases,
    found_contributions,
    found_effects,
    found_evidence,
    found_importance,
    found_weights,
)

LABELS = {"rate": "Rate", "income": "Income", "age": "Age"}


def importances(*, reach=0.012, **models):
    """Tables of drops with intervals of 0.01 either way; `reach` is that of their differences."""
    tables = {}
    for model, drops in models.items():
        rows = sorted(drops.items(), key=lambda item: -item[1])
        table = pd.DataFrame(rows, columns=["input", "drop"])
        drop, behind = table["drop"], table["drop"].max() - table["drop"]
        tables[model] = table.assign(
            low=drop - 0.01,
            high=drop + 0.01,
            behind=behind,
            behind_low=behind - reach,
            behind_high=behind + reach,
            confidence=0.95,
        )
    return compare_importances(tables, LABELS, "ann")


def test_the_reported_model_comes_first_and_inputs_have_names():
    table = importances(forest={"rate": 0.1}, ann={"rate": 0.05, "income": 0.2})
    assert table["model"].tolist() == ["ann", "ann", "forest"]
    assert table["label"].tolist() == ["Income", "Rate", "Rate"]


def test_importance_names_the_first_the_idle_and_the_lender_s_own():
    table = importances(ann={"rate": 0.1, "income": 0.05, "age": 0.0}, forest={"rate": 0.2})
    assert found_importance(table, "ann", {"rate"}) == (
        "ann ranks loans most by Rate: shuffling it costs 0.100 [0.090, 0.110] of ROC AUC, then Income "
        "0.050. 1 of 3 inputs costs nothing detectable. Rate comes first for every model. "
        "Rate is the lender's own judgement: the model leans on it."
    )


def test_an_interval_that_reads_as_from_0_costs_nothing_detectable():
    table = importances(ann={"rate": 0.1, "income": 0.0104, "age": 0.0106})
    assert (table["low"] > 0).all()
    found = found_importance(table, "ann", ())
    assert "then Age 0.011" in found
    assert "1 of 3 inputs costs nothing detectable." in found
    assert detectable(table).tolist() == [True, True, False]


def test_a_difference_that_reads_as_0_is_level():
    table = importances(reach=0.0046, ann={"rate": 0.1, "income": 0.095})
    assert table["behind_low"].iloc[1] > 0
    assert "Income is level with it" in found_importance(table, "ann", ())


def test_importance_says_what_is_level_and_where_models_differ():
    table = importances(ann={"rate": 0.1, "income": 0.095}, forest={"income": 0.2, "rate": 0.1})
    found = found_importance(table, "ann", ())
    assert "then Income 0.095; Income is level with it." in found
    assert "Another input comes first for forest (Income)." in found
    assert "lender" not in found
    # The intervals overlap all the same; the paired difference tells the two apart.
    apart = importances(reach=0.004, ann={"rate": 0.1, "income": 0.095})
    assert "then Income 0.095." in found_importance(apart, "ann", ())
    three = found_importance(importances(ann={"rate": 0.1, "income": 0.095, "age": 0.09}), "ann", ())
    assert "then Income 0.095 and Age 0.090; both are level with it." in three


def test_a_model_that_needs_nothing_is_said_to():
    found = found_importance(importances(ann={"rate": 0.0, "age": 0.005}), "ann", {"rate"})
    assert found == "Of the 2 inputs of ann, none costs a detectable share of ROC AUC when shuffled."


def test_contributions_name_size_and_direction():
    summary = pd.DataFrame(
        {
            "label": ["Rate", "Income", "Purpose"],
            "mean_absolute": [2.0, 1.0, 1.0],
            "share": [0.5, 0.25, 0.25],
            "direction": [0.9, -0.8, np.nan],
        }
    )
    assert found_contributions(summary, "ann") == (
        "Of all that moves the answers of ann, most comes from Rate (50 %, more is riskier), Income (25 %, "
        "more is safer) and Purpose (25 %); the first 3 of 3 inputs make up 100 %."
    )
    still = summary.assign(mean_absolute=0.0)
    assert found_contributions(still, "ann") == "ann gives every loan the same answer: no input contributes."


def directions(*agreements):
    names = list(LABELS.values())[: len(agreements)]
    return pd.DataFrame({"label": names, "span": [0.1, 0.2, 0.05][: len(names)], "agreement": agreements})


def test_effects_say_whether_the_model_goes_with_the_data():
    assert found_effects(directions(AGREES, AGREES, UNCOMPARED)).endswith(
        "Income 20.0 points and Rate 10.0 points. The model goes the way of the data in all 2 inputs with "
        "a clear trend."
    )
    assert "The model goes against the data in 1 of 2 inputs with a clear trend. Against it: Income." in (
        found_effects(directions(AGREES, AGAINST))
    )
    assert found_effects(directions(AGREES, UNCOMPARED)).endswith(
        "The model goes the way of the data in the one input with a clear trend."
    )
    assert "The model goes against the data in the one input with a clear trend. Against it: Rate." in (
        found_effects(directions(AGAINST))
    )
    assert found_effects(directions(UNCOMPARED)).endswith(
        "None has a clear trend in both the data and the model."
    )
    assert found_effects(directions()) == (
        "No input has an effect that can be drawn: all are protected, texts or long lists of labels."
    )


@pytest.mark.parametrize(("value", "warned"), [(0.3, False), (0.8, True)])
def test_evidence_counts_and_warns_of_what_is_too_good(value, warned):
    table = pd.DataFrame({"label": ["Rate", "Age", "Job"], "information_value": [value, 0.01, np.nan]})
    found = found_evidence(table)
    assert f"information value of {value:.2f}. Of 2 inputs, 1 is at 0.1 (medium) or more, 1 is below" in found
    assert ("ask whether Rate is known before the loan is granted" in found) == warned


def test_evidence_counts_none_in_words():
    table = pd.DataFrame({"label": ["Rate", "Age"], "information_value": [0.09, 0.05]})
    assert "Of 2 inputs, none is at 0.1 (medium) or more, none is below 0.02 (nothing)." in found_evidence(
        table
    )


def test_weights_name_the_riskiest_and_the_safest_bin():
    table = pd.DataFrame(
        {
            "label": "Rate",
            "bin": ["5 to 8", "9 to 20", "missing"],
            "n": [1200, 800, 3],
            "event_rate": [0.1, 0.3, 0.2],
            "woe": [0.7, -0.75, -2.0],
        }
    )
    assert found_weights(table) == (
        "Of the bins with 30 loans or more the riskiest is Rate: 9 to 20 (-0.75, 30.0 % of "
        "800 default), the safest Rate: 5 to 8 (+0.70, 10.0 % of 1,200 default)."
    )
    assert found_weights(table.head(0)) == "No bin of an input that can be shown has 30 loans."


def cases(*names):
    return pd.DataFrame(
        {"case": names, "row_number": 7, "probability": 0.031, "reason": "Rate 5 % lowers the risk"}
    )


def test_cases_tell_of_the_wrong_calls():
    assert found_cases(cases(WRONG_DEFAULT, RIGHT_GOOD)) == (
        "The surest wrong call was: row 7 was given 3.1 % and defaulted (Rate 5 % lowers the risk)."
    )
    assert "(nothing stands out)" in found_cases(cases(WRONG_DEFAULT).assign(reason=np.nan))
    assert found_cases(cases(RIGHT_GOOD)) == "No test row was called wrongly."
