"""Nodes of the comparison of the field."""

from __future__ import annotations

import logging
import pickle
import time
from collections.abc import Callable
from typing import Any

import pandas as pd

from loan_default.evaluation.leaderboard import (
    Cost,
    in_words,
    leaderboard_markdown,
    plot_leaderboard,
    rank_models,
)
from loan_default.evaluation.settings import EvaluationSettings
from loan_default.features.derive import add_derived
from loan_default.features.transformer import FeatureTransformer
from loan_default.frames import ROW_ID, TRAIN, VALIDATION, feature_matrix, feature_names, in_part
from loan_default.models.field.contenders import CONTENDERS
from loan_default.models.field.woe_scorecard import points_table
from loan_default.models.predict_probability import library_of, predict_probability
from loan_default.models.predictions import score_rows
from loan_default.models.train_model import train_model
from loan_default.portfolio.description import Portfolio
from loan_default.scoring.settings import ServiceSettings
from loan_default.studies.experiment import bound_train_rows, judge
from loan_default.studies.field_settings import FieldSettings

logger = logging.getLogger(__name__)

RANKED = ("field_predictions", "field_metrics", "field_cost")
"""What `rank` is given of each model in turn."""


def entrants() -> list[str]:
    """Name the models whose packages are installed."""
    return [name for name, contender in CONTENDERS.items() if contender.installed]


def enter(name: str) -> Callable[..., tuple[Any, pd.DataFrame, dict[str, float], dict[str, Any]]]:
    """Return the node function that trains one model of the field and judges it as every model is judged.

    One node, so that what it found is on disk before the next model begins.
    """

    def enter(
        model_input: pd.DataFrame,
        settings: Any,
        field: FieldSettings,
        evaluation: EvaluationSettings,
        seed: int,
    ) -> tuple[Any, pd.DataFrame, dict[str, float], dict[str, Any]]:
        rows = bound_train_rows(model_input, field.train_rows.get(name), seed)
        train = in_part(rows, TRAIN)
        logger.info("%s: training on %s rows", CONTENDERS[name].label, f"{len(train):,}")
        started = time.perf_counter()
        model, rebalancing = train_model(settings, train, in_part(rows, VALIDATION), seed)
        trained = time.perf_counter()
        scores = score_rows(rows, lambda X: predict_probability(model, X))
        cost = Cost(
            train_rows=len(train),
            train_seconds=trained - started,
            microseconds_per_row=1e6 * (time.perf_counter() - trained) / len(rows),
            megabytes=_size(model) / 1e6,
        )
        predictions, metrics = judge(scores, rebalancing, settings, evaluation, seed)
        return model, predictions, metrics, vars(cost)

    enter.__annotations__["settings"] = CONTENDERS[name].settings
    return enter


# Any for a Figure: Kedro makes settings of parameters by type hints that can be resolved without matplotlib.
def rank(
    evaluation: EvaluationSettings, portfolio: Portfolio, *of_models: Any
) -> tuple[pd.DataFrame, Any, str]:
    """Order the field, and say who is level with the best; `of_models`: see `RANKED`."""
    predictions, metrics, costs = (
        dict(zip(entrants(), of_models[at :: len(RANKED)], strict=True)) for at in range(len(RANKED))
    )
    table = rank_models(
        predictions,
        metrics,
        {name: Cost(**cost) for name, cost in costs.items()},
        {name: contender.label for name, contender in CONTENDERS.items()},
        evaluation.confidence,
    )
    logger.info(in_words(table))
    left_out = [contender.label for contender in CONTENDERS.values() if not contender.installed]
    return table, plot_leaderboard(table), leaderboard_markdown(table, portfolio.title, left_out)


def write_points(
    scorecard: Any,
    model_input: pd.DataFrame,
    clean_applications: pd.DataFrame,
    feature_transformer: dict[str, Any],
    service: ServiceSettings,
) -> pd.DataFrame:
    """Write the scorecard's points, its bins described by the values of train rows as people know them."""
    train = in_part(model_input, TRAIN)
    transformer = FeatureTransformer.from_dict(feature_transformer)
    clean = clean_applications.set_index(ROW_ID).loc[train[ROW_ID]].reset_index()
    known = add_derived(clean, transformer.derived)
    features = feature_names(train)
    shown = {name: known[name] if name in known else train[name].reset_index(drop=True) for name in features}
    points = points_table(scorecard, *feature_matrix(train), features, shown, **service.scale.model_dump())
    return points.round({"event_rate": 4, "woe": 4, "points": 2})


def _size(model: Any) -> int:
    """Bytes of the trained model as its library stores it; a network's weights alone."""
    if library_of(model) == "keras":
        return sum(weight.nbytes for weight in model.get_weights())
    return len(pickle.dumps(model))
