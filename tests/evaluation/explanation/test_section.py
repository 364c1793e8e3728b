"""The chapter holds what was measured, and its verdict follows the directions."""

import numpy as np
import pandas as pd
import pytest

from loan_default.evaluation.explanation.directions import AGAINST, AGREES, UNCOMPARED
from loan_default.evaluation.explanation.findings import compare_importances
from loan_default.evaluation.explanation.section import UNITS, write_section

LABELS = {"rate": "Rate", "income": "Income"}


def bins(name, count):
    """Rows of a table of weights."""
    return pd.DataFrame(
        {
            "input": name,
            "label": LABELS[name],
            "bin": [f"bin {i}" for i in range(count)],
            "n": 100,
            "events": 20,
            "event_rate": 0.2,
            "low": 0.1,
            "high": 0.3,
            "woe": 0.1,
            "iv": 0.01,
        }
    )


DROPS = pd.DataFrame(
    {"input": ["rate", "income"], "drop": [0.1, 0.0004], "low": [0.09, 0.0002], "high": [0.11, 0.01]}
    | {name: [0.0, 0.1] for name in ("behind", "behind_low", "behind_high")}
    | {"confidence": 0.95}
)
STRENGTHS = pd.DataFrame({"label": ["Rate"], "information_value": [0.3]})


def write(
    agreements=(AGREES, AGREES),
    protected=(),
    evidence=None,
    forest_rows=30,
    drops=DROPS,
    labels=LABELS,
    strengths=STRENGTHS,
):
    summary = pd.DataFrame(
        {"label": ["Rate"], "mean_absolute": [1.0], "share": [1.0], "direction": [0.9], "rows": [30]}
    )
    directions = pd.DataFrame(
        {
            "label": ["Rate", "Income"],
            "method": "ALE",
            "span": [0.1, 0.2],
            "data": "higher is riskier",
            "model": "higher is riskier",
            "agreement": agreements,
        }
    )
    cases = pd.DataFrame(
        {
            "case": ["typical loan"],
            "row_number": [12],
            "probability": [0.2],
            "prediction": [0],
            "default": [1],
            "reasons": [np.nan],
            "reason": [np.nan],
        }
    )
    return write_section(
        "lightgbm",
        compare_importances(dict.fromkeys(UNITS, drops), labels, "lightgbm"),
        dict.fromkeys(UNITS, summary) | {"random_forest": summary.assign(rows=forest_rows)},
        directions,
        bins("rate", 3) if evidence is None else evidence,
        strengths,
        cases,
        {"rate"},
        protected,
    )


def test_the_reported_model_is_shown_before_the_others():
    figures = [finding.figure for finding in write().findings]
    assert figures[:2] == ["explanation_importance_plot", "explanation_shap_lightgbm_plot"]
    assert {f"explanation_shap_{model}_plot" for model in UNITS} <= set(figures)


@pytest.mark.parametrize(
    ("agreements", "verdict", "words"),
    [
        ((AGREES, AGREES), "good", "goes the way of the data in all 2 inputs"),
        (
            (AGREES, AGAINST),
            "attention",
            "The model goes against the data in 1 of 2 inputs with a clear trend.",
        ),
        ((UNCOMPARED, UNCOMPARED), "none", "No strong input has a clear trend"),
    ],
)
def test_the_verdict_follows_the_directions(agreements, verdict, words):
    section = write(agreements)
    assert section.verdict == verdict
    assert words in section.summary


def test_numbers_for_machines():
    values = write((AGREES, AGAINST)).values
    assert values["inputs"] == 2
    assert values["inputs_without_importance"] == 1
    assert values["strongest_drop"] == pytest.approx(0.1)
    assert values["directions_against_the_data"] == 1


def test_every_bin_of_the_inputs_is_in_the_table_of_weights():
    def table(evidence):
        finding = next(f for f in write(evidence=evidence).findings if f.title == "Weight of evidence")
        return finding.table

    few = table(pd.concat([bins("rate", 10), bins("income", 11)]))
    assert len(few.rows) == 21
    assert "dataset" not in few.caption
    many = table(pd.concat([bins("rate", 58), bins("income", 3)]))
    assert {row[0] for row in many.rows} == {"Rate"}
    assert many.caption.endswith("1 more input in the dataset `explanation_evidence_table`.")
    assert len(table(bins("rate", 80)).rows) == 80


def test_tables_of_all_inputs_say_what_they_leave_out():
    def chapter(count):
        names = [f"input {i}" for i in range(count)]
        drops = pd.DataFrame({"input": names, "confidence": 0.95})
        drops[["drop", "low", "high", "behind", "behind_low", "behind_high"]] = 0.1
        strengths = pd.DataFrame({"label": names, "information_value": 0.3})
        labels = dict(zip(names, names, strict=True))
        return write(drops=drops, labels=labels, strengths=strengths)

    cut, whole = chapter(22), chapter(20)
    for title, dataset in (
        ("Which inputs the ranking rests on", "explanation_importance_table"),
        ("What each input says alone", "explanation_strengths_table"),
    ):
        short, full = (next(f.table for f in one.findings if f.title == title) for one in (cut, whole))
        assert len(short.rows) == len(full.rows) == 20
        assert short.caption.endswith(f" 2 more inputs in the dataset `{dataset}`.")
        assert "dataset" not in full.caption
    directions = next(f.table for f in cut.findings if f.figure == "explanation_effects_plot")
    assert directions.caption.endswith("The strongest that can be drawn, 2 of 22 (`explanation.inputs`).")
    assert "The strongest" not in next(f for f in write().findings if f.verdict == "good").table.caption


def test_importance_is_written_with_its_interval():
    table = write().findings[0].table
    assert table.rows[0][:2] == ("Rate", "0.100 [0.090, 0.110]")


def test_a_model_that_was_looked_at_on_fewer_rows_says_so():
    def said(model, **given):
        findings = write(**given).findings
        return next(f.found for f in findings if f.figure == f"explanation_shap_{model}_plot")

    assert "Measured on 12 test rows, not 30 as for other models" in said("random_forest", forest_rows=12)
    assert "Measured on 30 test rows. The unit is the log-odds" in said("lightgbm", forest_rows=12)
    assert "shared alike among them" in said("lightgbm")
    assert "shared alike among them" not in said("ann")


def test_protected_inputs_are_named_as_left_out():
    effects = next(f for f in write(protected=["Age"]).findings if f.figure == "explanation_effects_plot")
    assert "Protected inputs (Age) are not drawn; see fairness." in effects.found


def test_cases_are_told_in_words():
    table = write().findings[-1].table
    assert table is not None
    assert table.rows == (("typical loan", 12, 0.2, "repaid", "default", None),)
