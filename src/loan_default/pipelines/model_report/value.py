"""Chapter: what the model's decisions are worth in money."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
from kedro.pipeline import Pipeline, node

from loan_default.evaluation.settings import EvaluationSettings
from loan_default.evaluation.value.book import has_rates
from loan_default.evaluation.value.measure import Value, join_loans, measure_value
from loan_default.evaluation.value.naming import Naming
from loan_default.evaluation.value.plots import plot_acceptance, plot_cutoffs, plot_prices, plot_swaps
from loan_default.evaluation.value.section import write_section
from loan_default.evaluation.value.settings import ValueSettings
from loan_default.evaluation.words import LOWER_IS_BETTER, MODEL_TITLES
from loan_default.features.settings import FeatureSettings
from loan_default.pipelines.random_forest_comparison.nodes import MODELS
from loan_default.portfolio.description import Portfolio
from loan_default.portfolio.loan_terms import loan_terms
from loan_default.scoring.settings import ServiceSettings, bands_of

if TYPE_CHECKING:
    from matplotlib.figure import Figure

OF_MODELS = ("predictions", "threshold")
TABLES = ("cutoffs", "rules", "acceptance", "same_rate", "swaps", "prices", "policies")


def measure(
    reported_model: str,
    champion: dict[str, Any],
    clean_applications: pd.DataFrame,
    portfolio: Portfolio,
    features: FeatureSettings,
    service: ServiceSettings,
    value: ValueSettings,
    evaluation: EvaluationSettings,
    seed: int,
    *of_models: Any,
) -> tuple[Any, ...]:
    """Measure what decisions are worth, and name what is compared; `of_models`: see `OF_MODELS`."""
    predictions, thresholds = (dict(zip(MODELS, of_models[at::2], strict=True)) for at in (0, 1))
    other = compared_model(reported_model, champion)
    terms = loan_terms(clean_applications, portfolio)
    measured = measure_value(
        join_loans(predictions[reported_model], predictions[other], terms),
        thresholds[reported_model]["value"],
        bands_of(service),
        value,
        evaluation,
        seed,
    )
    names = Naming(
        model=MODEL_TITLES[reported_model],
        other=MODEL_TITLES[other],
        lender=_in_a_sentence(portfolio.label(str(portfolio.loan.grade)))
        if "lender_grade" in terms
        else None,
        currency=portfolio.currency,
        amounts="amount" in terms,
        terms="term_months" in terms,
        rates=has_rates(terms),
        sees_grade=features.use_lender_set,
    )
    return measured, names, *(getattr(measured, table) for table in TABLES)


def compared_model(reported: str, champion: dict[str, Any]) -> str:
    """Name the challenger, or where none is admitted the best other model on validation rows."""
    others = {name: found for name, found in champion["validation"].items() if name != reported}
    best = min if champion["metric"] in LOWER_IS_BETTER else max
    return champion["challenger"] or best(others, key=lambda name: others[name])


def write(
    measured: Value, names: Naming, value: ValueSettings, evaluation: EvaluationSettings
) -> dict[str, Any]:
    """Write the chapter."""
    return write_section(measured, value, evaluation, names).model_dump(mode="json")


def draw(
    measured: Value, names: Naming, value: ValueSettings, evaluation: EvaluationSettings
) -> tuple[Figure, Figure, Figure, Figure]:
    """Draw profit by cut-off, acceptance against default rate, swap sets, and prices."""
    return (
        plot_cutoffs(measured, value, evaluation.confidence, names),
        plot_acceptance(measured, names),
        plot_swaps(measured, names),
        plot_prices(measured, value, names),
    )


def create_chapter() -> Pipeline:
    """Create the nodes of the chapter."""
    measured = ["measured_value", "value_names", "params:value", "params:evaluation"]
    return Pipeline(
        [
            node(
                measure,
                inputs=[
                    "reported_model",
                    "champion",
                    "clean_applications",
                    "params:portfolio",
                    "params:features",
                    "params:service",
                    "params:value",
                    "params:evaluation",
                    "params:seed",
                    *(f"{model}.{dataset}" for model in MODELS for dataset in OF_MODELS),
                ],
                outputs=["measured_value", "value_names", *(f"value_{table}_table" for table in TABLES)],
                name="measure_value",
                namespace="report.value",
            ),
            node(
                write,
                inputs=measured,
                outputs="value_section",
                name="write_value_section",
                namespace="report.value",
            ),
            node(
                draw,
                inputs=measured,
                outputs=[
                    "value_cutoffs_plot",
                    "value_acceptance_plot",
                    "value_swaps_plot",
                    "value_prices_plot",
                ],
                name="draw_value",
                namespace="report.value",
            ),
        ]
    )


def _in_a_sentence(label: str) -> str:
    """Write a label with a small first letter, unless it is an abbreviation."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]
