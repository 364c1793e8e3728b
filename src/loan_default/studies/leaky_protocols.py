"""What leaky protocols would have pretended: each is run beside its honest twin, on the same rows.

All but the one leak is equal on both sides, so that the difference is what the leak alone is worth.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from loan_default.errors import InputError
from loan_default.evaluation.evaluate import part_scorecard
from loan_default.evaluation.intervals import bootstrap, interval, sampling_units
from loan_default.frames import (
    DEFAULT,
    KEYS,
    PART,
    PARTS,
    ROW_ID,
    TEST,
    TWIN_GROUP,
    feature_matrix,
    feature_names,
    in_part,
)
from loan_default.models.ann import AnnSettings
from loan_default.models.imbalance import ImbalanceSettings, rebalance
from loan_default.models.settings import ModelSettings
from loan_default.portfolio.description import Portfolio
from loan_default.portfolio.intake import take_in
from loan_default.studies.experiment import (
    Conditions,
    Measured,
    Prepared,
    make_model_input,
    measure,
    prepare,
    sample_rows,
)
from loan_default.studies.post_outcome import with_post_outcome
from loan_default.studies.settings import LeaksShownSettings, Protocol

logger = logging.getLogger(__name__)

METRICS = ("roc_auc", "average_precision", "f1", "brier")
COLUMNS = (
    "protocol",
    "model",
    "metric",
    *(f"{side}{end}" for side in ("honest", "leaky", "flattery") for end in ("", "_low", "_high")),
    *(f"{fact}_{side}" for fact in ("test_rows", "event_rate") for side in ("honest", "leaky")),
    "rows",
    "does_not_apply",
)


class DoesNotApplyError(Exception):
    """The file has nothing that this protocol could leak; the message says what is lacking."""


class _Pair(NamedTuple):
    honest: Measured
    leaky: Measured


def show_leaks(
    raw: pd.DataFrame, portfolio: Portfolio, conditions: Conditions, settings: LeaksShownSettings
) -> pd.DataFrame:
    """Measure each protocol asked for beside its honest twin.

    Args:
        raw: The file, every column as text.
        portfolio: Its description.
        conditions: The portfolio's own settings.
        settings: Which protocols, which models, how many rows.

    Returns:
        One row per protocol, model and metric: `honest`, `leaky` and `flattery` (leaky minus honest) with
        `_low` and `_high`, `test_rows_` and `event_rate_` of both sides, `rows` of the file that were used;
        or one row per protocol with the reason why it `does_not_apply`. No row if none is asked for.
    """
    table: list[dict[str, Any]] = []
    if settings.protocols:
        rows = sample_rows(raw, portfolio, conditions, settings.rows)
        for protocol in settings.protocols:
            table += _show(protocol, rows, portfolio, conditions, settings)
    return pd.DataFrame(table, columns=list(COLUMNS))


def _show(
    protocol: Protocol,
    rows: pd.DataFrame,
    portfolio: Portfolio,
    conditions: Conditions,
    settings: LeaksShownSettings,
) -> list[dict[str, Any]]:
    early = protocol == "early_stopping_on_test"
    try:
        run = _PROTOCOLS[protocol](rows, portfolio, conditions)
        table: list[dict[str, Any]] = []
        for model in settings.stopped_models if early else settings.models:
            logger.info("Leaks, shown: %s with %s.", protocol, model)
            pair = run(model)
            table += [
                {"protocol": protocol, "model": model, "rows": len(rows), **row}
                for row in _flattery(pair, conditions)
            ]
        return table
    except DoesNotApplyError as reason:
        return [{"protocol": protocol, "rows": len(rows), "does_not_apply": str(reason)}]


def _twins_apart(rows: pd.DataFrame, portfolio: Portfolio, conditions: Conditions) -> Callable[[str], _Pair]:
    """Deal twins, and exact repeats, like any other rows."""

    def prepared(twins: str) -> Prepared:
        dealing = conditions.cleaning.split.model_copy(update={"method": "random", "twins": twins})
        cleaning = conditions.cleaning.model_copy(update={"repeats": "keep", "split": dealing})
        return prepare(rows, portfolio, replace(conditions, cleaning=cleaning))

    together = prepared("together")
    if not together.dealt[TWIN_GROUP].duplicated().any():
        raise DoesNotApplyError("no two rows are twins")
    apart = prepared("apart")
    return lambda model: _Pair(
        measure(together.model_input, model, conditions), measure(apart.model_input, model, conditions)
    )


def _post_outcome_in(
    rows: pd.DataFrame, portfolio: Portfolio, conditions: Conditions
) -> Callable[[str], _Pair]:
    """Read the columns known only after the outcome as features; parts and all else stay as they are."""
    leaky = with_post_outcome(rows, portfolio)
    if leaky is portfolio:
        raise DoesNotApplyError("the file has none of the columns that are described as post-outcome")
    honest = prepare(rows, portfolio, conditions)
    intake = take_in(rows, leaky, conditions.cleaning.max_rejected_share)
    dealt = honest.dealt[list(KEYS)].join(intake.applications.drop(columns=[ROW_ID, DEFAULT]))
    model_input = make_model_input(intake, dealt, honest.leaks, conditions)
    return lambda model: _Pair(
        measure(honest.model_input, model, conditions), measure(model_input, model, conditions)
    )


def _resample_before_split(
    rows: pd.DataFrame, portfolio: Portfolio, conditions: Conditions
) -> Callable[[str], _Pair]:
    """Add synthetic defaults (SMOTE) made of rows of every part, and deal them at random.

    The honest twin balances its train rows only. Real rows stay in their parts, so that twins play no role.
    """
    model_input = prepare(rows, portfolio, conditions).model_input
    smote = ImbalanceSettings(method="smote")
    X, y = feature_matrix(model_input)
    try:
        resampled = rebalance(X, y, smote, conditions.seed)
    except InputError as error:
        raise DoesNotApplyError(f"the rows cannot be rebalanced: {error}") from error
    made = pd.DataFrame(resampled.X[len(y) :], columns=feature_names(model_input))
    added = _as_rows(made, resampled.y[len(y) :], model_input, conditions)
    leaky = pd.concat([model_input, added], ignore_index=True)

    def pair(model: str) -> _Pair:
        after, before = (
            _with_imbalance(model, conditions, settings) for settings in (smote, ImbalanceSettings())
        )
        return _Pair(measure(model_input, model, after), measure(leaky, model, before))

    return pair


def _early_stopping_on_test(
    rows: pd.DataFrame, portfolio: Portfolio, conditions: Conditions
) -> Callable[[str], _Pair]:
    """Keep the epoch, or the number of trees, that does best on the test rows.

    Of an ANN a single network is trained: those of a bag are stopped by train rows.
    """
    model_input = prepare(rows, portfolio, conditions).model_input

    def pair(model: str) -> _Pair:
        settings = conditions.models[model]
        if isinstance(settings, AnnSettings):
            settings = settings.model_copy(update={"bagging": 1})
        here = replace(conditions, models={model: settings})
        return _Pair(measure(model_input, model, here), measure(model_input, model, here, stopped_on=TEST))

    return pair


_PROTOCOLS: dict[Protocol, Callable[[pd.DataFrame, Portfolio, Conditions], Callable[[str], _Pair]]] = {
    "twins_apart": _twins_apart,
    "post_outcome_in": _post_outcome_in,
    "resample_before_split": _resample_before_split,
    "early_stopping_on_test": _early_stopping_on_test,
}


def _as_rows(
    features: pd.DataFrame, outcome: np.ndarray, model_input: pd.DataFrame, conditions: Conditions
) -> pd.DataFrame:
    """Give synthetic rows keys of their own, and deal each to the parts in their shares."""
    settings = conditions.cleaning.split
    shares = [1 - settings.validation - settings.test, settings.validation, settings.test]
    parts = np.random.default_rng(conditions.seed).choice(list(PARTS), len(features), p=shares)
    number = np.arange(len(features))
    keys = pd.DataFrame(
        {
            ROW_ID: [f"synthetic {row}" for row in number],
            PART: parts,
            DEFAULT: outcome,
            TWIN_GROUP: number + model_input[TWIN_GROUP].max() + 1,
        }
    )
    return pd.concat([keys, features], axis=1)


def _with_imbalance(model: str, conditions: Conditions, imbalance: ImbalanceSettings) -> Conditions:
    settings: ModelSettings = conditions.models[model]
    changed = settings.model_copy(update={"imbalance": imbalance})
    return replace(conditions, models={**conditions.models, model: changed})


def _flattery(pair: _Pair, conditions: Conditions) -> list[dict[str, Any]]:
    """Set both sides beside each other, metric by metric.

    The same seed draws the same rows on both sides where the test rows are the same: the difference is then
    paired.
    """
    draws = [_draws(side, conditions) for side in pair]
    facts = {
        f"{fact}_{name}": side.metrics[key]
        for fact, key in (("test_rows", "n"), ("event_rate", "event_rate"))
        for name, side in zip(pair._fields, pair, strict=True)
    }
    table = []
    for metric in METRICS:
        row: dict[str, Any] = {"metric": metric, **facts}
        for name, side in zip(pair._fields, pair, strict=True):
            row |= {f"{name}{end}": side.metrics[f"{metric}{end}"] for end in ("", "_low", "_high")}
        row["flattery"] = row["leaky"] - row["honest"]
        differences = (draws[1][metric] - draws[0][metric]).to_numpy()
        row["flattery_low"], row["flattery_high"] = interval(
            row["flattery"], differences, conditions.evaluation.confidence
        )
        table.append(row)
    return table


def _draws(side: Measured, conditions: Conditions) -> pd.DataFrame:
    evaluation, test = conditions.evaluation, in_part(side.predictions, TEST)
    card = part_scorecard(side.predictions, TEST, side.metrics["threshold"], evaluation)
    outcome, units = test[DEFAULT].to_numpy(), sampling_units(test)
    return bootstrap({TEST: card}, outcome, units, evaluation.resamples, conditions.seed)[TEST]
