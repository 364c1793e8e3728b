"""What a model was made with, kept with it: each step adds its run and its settings to the record before.

A report can be made long after the training, by other code and with other settings; it names these facts and
not its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
from pydantic_core import to_jsonable_python

from loan_default.errors import InputError
from loan_default.evaluation.fairness.settings import FairnessSettings
from loan_default.evaluation.origin import Origin, Step
from loan_default.evaluation.settings import EvaluationSettings, ValidationCriteria
from loan_default.models.lineage import trained_on
from loan_default.scoring.settings import ServiceSettings
from loan_default.tracking.flatten import flatten

CLEANING = "cleaning"
FEATURES = "feature_engineering"
TRAINING = "training"
COMPARISON = "comparison"

GROUPS = {"min_rows", "max_groups", "bands"}
"""Settings of fairness by which the gates find their groups."""

Record = dict[str, Any]


def of_data(data_tags: Mapping[str, str]) -> Record:
    """Begin the record of what is made from a lender's file."""
    return {"data": dict(data_tags), "steps": {}}


def with_step(origin: Mapping[str, Any], step: str, run: Mapping[str, str], **settings: Any) -> Record:
    """Add a step to a record.

    Args:
        origin: The steps before.
        step: Its name.
        run: Which run took it: commit, command, user, versions, start, MLflow run.
        settings: What it was set to, by section of the parameters.

    Returns:
        A new record, plain data for JSON.
    """
    taken = {"run": dict(run), "settings": to_jsonable_python(settings)}
    return {**origin, "steps": {**origin["steps"], step: taken}}


def with_training(
    model_input: pd.DataFrame, origin: Mapping[str, Any], run: Mapping[str, str], **settings: Any
) -> Record:
    """Record what a model was trained on, and with what: the steps before, and the training."""
    return {**trained_on(model_input), **with_step(origin, TRAINING, run, **settings)}


def of_comparison(
    run: Mapping[str, str],
    evaluation: EvaluationSettings,
    validation_criteria: ValidationCriteria,
    fairness: FairnessSettings,
    service: ServiceSettings,
) -> Record:
    """Record by which run and settings the models were held against the gates."""
    settings = comparison_settings(evaluation, validation_criteria, fairness, service)
    return {"run": dict(run), "settings": to_jsonable_python(settings)}


def comparison_settings(
    evaluation: EvaluationSettings,
    validation_criteria: ValidationCriteria,
    fairness: FairnessSettings,
    service: ServiceSettings,
) -> dict[str, Any]:
    """Collect what metrics, gates and bundle depend on, by section; of fairness the groups of the gates."""
    return {
        "evaluation": evaluation,
        "validation_criteria": validation_criteria,
        "fairness": fairness.model_dump(include=GROUPS),
        "service": service,
    }


def read_origin(model: str, record: Mapping[str, Any], comparison: Mapping[str, Any]) -> Origin:
    """Read the record that a model carries, and that of the comparison.

    Args:
        model: Its name.
        record: As `with_training` gives it.
        comparison: As `of_comparison` gives it.

    Raises:
        InputError: It does not say what the model was made with.
    """
    if "steps" not in record:
        raise InputError(
            f"{model} was trained before models kept a record of the run that trained them: nobody can say "
            "what the report should name. Train it again: `kedro run`."
        )
    return Origin(
        data=record["data"],
        steps=tuple(
            Step(name, taken["run"], flatten(taken["settings"])) for name, taken in record["steps"].items()
        ),
        comparison=Step(COMPARISON, comparison["run"], flatten(comparison["settings"])),
    )
