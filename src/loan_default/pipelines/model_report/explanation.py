"""The chapter on what the model rests on: importance, contributions, effects, single loans."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pandas as pd
from kedro.pipeline import Pipeline, node

from loan_default.evaluation.explanation.cases import choose_cases
from loan_default.evaluation.explanation.effect_table import Subject, measure_effects, tabulate
from loan_default.evaluation.explanation.findings import (
    compare_importances,
    found_effects,
    found_importance,
    found_weights,
)
from loan_default.evaluation.explanation.plots import (
    plot_effects,
    plot_importances,
    plot_weights,
)
from loan_default.evaluation.explanation.section import TREES, write_section
from loan_default.evaluation.explanation.settings import ExplanationSettings
from loan_default.evaluation.intervals import sampling_units
from loan_default.evaluation.settings import EvaluationSettings
from loan_default.frames import DEFAULT, ROW_ID, TEST, TRAIN, in_part
from loan_default.pipelines.model_report.explained_inputs import (
    Applications,
    cleaned_numbers,
    flagged,
    input_of,
    reasons_in_words,
    sampled,
    scored_with,
    to_numbers,
)
from loan_default.pipelines.model_report.explained_shares import share_out_by_scorer, share_out_by_trees
from loan_default.pipelines.model_report.reported import SCORED_BY
from loan_default.pipelines.random_forest_comparison.nodes import MODELS
from loan_default.portfolio.description import Portfolio
from loan_default.portfolio.raw_rows import raw_rows
from loan_default.scoring.scorer import Scorer

if TYPE_CHECKING:
    from matplotlib.figure import Figure

BY_SCORER = ("ann", "logistic_regression")

ROW_NUMBER = "row_number"
CHOSEN_FROM = [
    *("reported_predictions", "reported_scorer", "raw_applications"),
    *("params:portfolio", "params:explanation", "params:seed"),
]
COMPARED_WITH = ["reported_model", "feature_transformer", "reported_scorer"]
SHARED_BY_TREES = ["model_input", "feature_transformer", "reported_scorer"]
SHARED_BY_SCORER = [
    *("champion", "application_cleaner", "feature_transformer", "training_facts", "monitoring_reference"),
    "data_tags",
    "params:service",
]
EFFECTS_FROM = [
    *("reported_model", "reported_scorer", "clean_applications", "feature_transformer"),
    *("explanation_importance_table", "feature_report"),
]
TABLES = ("effects", "evidence", "directions", "strengths")
PLOTS = ("effects", "evidence")
WRITTEN_FROM = [
    *("reported_model", "reported_scorer", "feature_transformer"),
    *(f"explanation_{name}_table" for name in ("importance", "directions", "evidence", "strengths", "cases")),
]


def choose_applications(
    reported_predictions: pd.DataFrame,
    reported_scorer: Scorer,
    raw_applications: pd.DataFrame,
    portfolio: Portfolio,
    explanation: ExplanationSettings,
    seed: int,
) -> tuple[pd.DataFrame, Applications]:
    """Draw test rows, add the single cases, and read their applications from the lender's file."""
    test = in_part(reported_predictions, TEST)
    sample = test.sample(min(explanation.rows, len(test)), random_state=seed).assign(case="")
    rows = pd.concat([sample, choose_cases(test, reported_scorer.threshold)], ignore_index=True)
    numbered = raw_applications.assign(**{ROW_NUMBER: raw_applications.index})
    found = raw_rows(numbered, portfolio, rows[ROW_ID])
    rows[ROW_NUMBER] = found[ROW_NUMBER].to_numpy()
    return rows, reported_scorer.values(found)


def compare_importance(
    reported_model: str,
    feature_transformer: dict[str, Any],
    reported_scorer: Scorer,
    *importances: pd.DataFrame,
) -> tuple[pd.DataFrame, Figure]:
    """Put the permutation importance of all models side by side; `importances` in the order of `MODELS`."""
    labels = {field.name: field.label for field in reported_scorer.fields}
    table = compare_importances(dict(zip(MODELS, importances, strict=True)), labels, reported_model)
    finding = found_importance(table, reported_model, flagged(feature_transformer, "lender_set"))
    return table, plot_importances(table, table["model"].unique().tolist(), finding)


def show_effects(
    reported_model: str,
    reported_scorer: Scorer,
    clean_applications: pd.DataFrame,
    feature_transformer: dict[str, Any],
    importances: pd.DataFrame,
    feature_report: pd.DataFrame,
    explained_rows: pd.DataFrame,
    explained_applications: Applications,
    explanation: ExplanationSettings,
    evaluation: EvaluationSettings,
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, pd.DataFrame, Figure, Figure]:
    """Measure what the strongest inputs do to the probability, and hold it against train rows."""
    protected = flagged(feature_transformer, "protected")
    fields = {field.name: field for field in reported_scorer.fields}
    train = in_part(clean_applications, TRAIN)
    places = sampled(explained_rows)
    applications = [explained_applications[place] for place in places]

    def subjects() -> Iterator[Subject]:
        for name in importances.loc[importances["model"] == reported_model, "input"]:
            field, of = fields[name], input_of(fields[name])
            if of is not None and name not in protected:
                values = to_numbers(field, [application[name] for application in applications])
                probability = scored_with(reported_scorer, applications, field)
                yield Subject(of, probability, values, cleaned_numbers(field, train))

    panels = measure_effects(
        subjects(),
        explanation.inputs,
        float(explained_rows.loc[places, "probability"].mean()),
        train[DEFAULT].to_numpy(),
        sampling_units(train),
        explanation.bins,
        evaluation.confidence,
    )
    effects, evidence, directions = tabulate(panels)
    strengths = feature_report.loc[feature_report["name"].isin(fields), ["label", "information_value"]]
    return (
        effects,
        evidence,
        directions,
        strengths,
        plot_effects(panels, len(fields), found_effects(directions)),
        plot_weights([panel.observed for panel in panels], len(fields), found_weights(evidence)),
    )


def describe_cases(
    explained_rows: pd.DataFrame,
    explained_applications: Applications,
    reported_scorer: Scorer,
    feature_transformer: dict[str, Any],
) -> pd.DataFrame:
    """Give the reasons of the single cases, as the service would."""
    protected = flagged(feature_transformer, "protected")
    cases = explained_rows.loc[explained_rows["case"] != ""]
    reasons = [
        reasons_in_words(reported_scorer, explained_applications[place], protected) for place in cases.index
    ]
    wanted = cases["prediction"].map({0: "lowers", 1: "raises"})
    columns = ["case", ROW_NUMBER, "probability", "prediction", DEFAULT]
    return (
        cases[columns]
        .assign(
            reasons=["; ".join(told) for told in reasons],
            reason=[
                next((words for words, direction in told.items() if direction == way), "")
                for told, way in zip(reasons, wanted, strict=True)
            ],
        )
        .reset_index(drop=True)
    )


def write_chapter(
    reported_model: str,
    reported_scorer: Scorer,
    feature_transformer: dict[str, Any],
    importances: pd.DataFrame,
    directions: pd.DataFrame,
    evidence: pd.DataFrame,
    strengths: pd.DataFrame,
    cases: pd.DataFrame,
    *contributions: pd.DataFrame,
) -> dict[str, Any]:
    """Write the section; `contributions` in the order of `MODELS`."""
    protected = flagged(feature_transformer, "protected")
    section = write_section(
        reported_model,
        importances,
        dict(zip(MODELS, contributions, strict=True)),
        directions,
        evidence,
        strengths,
        cases,
        flagged(feature_transformer, "lender_set"),
        [field.label for field in reported_scorer.fields if field.name in protected],
    )
    return section.model_dump(mode="json")


def create_chapter() -> Pipeline:
    """Create the nodes of the chapter."""
    explained = ["explained_rows", "explained_applications"]
    scored_by = [f"{model}.{dataset}" for model in MODELS for dataset in SCORED_BY]
    steps: list[tuple[str, Callable[..., Any], list[str], list[str] | str]] = [
        ("choose_applications", choose_applications, CHOSEN_FROM, explained),
        (
            "compare_importance",
            compare_importance,
            [*COMPARED_WITH, *(f"{model}.importance" for model in MODELS)],
            ["explanation_importance_table", "explanation_importance_plot"],
        ),
        *(
            (
                f"share_out_{model}",
                share_out_by_trees(model),
                [f"{model}.model", f"{model}.trained_on", *SHARED_BY_TREES, *explained, "params:explanation"],
                [f"explanation_shap_{model}_table", f"explanation_shap_{model}_plot"],
            )
            for model in TREES
        ),
        *(
            (
                f"share_out_{model}",
                share_out_by_scorer(model),
                [*SHARED_BY_SCORER, *explained, "params:explanation", *scored_by],
                [f"explanation_shap_{model}_table", f"explanation_shap_{model}_plot"],
            )
            for model in BY_SCORER
        ),
        (
            "show_effects",
            show_effects,
            [*EFFECTS_FROM, *explained, "params:explanation", "params:evaluation"],
            [
                *(f"explanation_{name}_table" for name in TABLES),
                *(f"explanation_{name}_plot" for name in PLOTS),
            ],
        ),
        (
            "describe_cases",
            describe_cases,
            [*explained, "reported_scorer", "feature_transformer"],
            "explanation_cases_table",
        ),
        (
            "write_chapter",
            write_chapter,
            [*WRITTEN_FROM, *(f"explanation_shap_{model}_table" for model in MODELS)],
            "explanation_section",
        ),
    ]
    return Pipeline(
        [
            node(function, inputs=inputs, outputs=outputs, name=name, namespace="report.explanation")
            for name, function, inputs, outputs in steps
        ]
    )
