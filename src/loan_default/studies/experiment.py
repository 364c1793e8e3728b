"""From a raw file to evaluated predictions, by the very functions that the pipelines use.

rows = sample_rows(raw, portfolio, conditions, 30_000)
prepared = prepare(rows, portfolio, conditions)
measured = measure(prepared.model_input, "lightgbm", conditions)
"""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from loan_default.evaluation.evaluate import evaluate_predictions
from loan_default.evaluation.settings import EvaluationSettings
from loan_default.features.fit import fit_feature_transformer
from loan_default.features.model_input import build_model_input
from loan_default.features.settings import FeatureSettings
from loan_default.frames import DEFAULT, PART, TRAIN, TWIN_GROUP, VALIDATION, in_part
from loan_default.models.calibration import fit_calibrator
from loan_default.models.predict_probability import predict_probability
from loan_default.models.predictions import make_predictions, score_rows
from loan_default.models.settings import ModelSettings
from loan_default.models.threshold import choose_threshold
from loan_default.models.train_model import train_model
from loan_default.portfolio.cleaner_fit import fit_cleaner
from loan_default.portfolio.deal import deal
from loan_default.portfolio.description import Portfolio
from loan_default.portfolio.intake import Intake, take_in
from loan_default.portfolio.leaks import find_leaks, leaking_features
from loan_default.portfolio.settings import CleaningSettings
from loan_default.portfolio.twins import group_twins


@dataclass(frozen=True)
class Conditions:
    """What the measurements of a study have in common; `dataclasses.replace` changes one of them.

    Attributes:
        cleaning: As for the cleaning pipeline.
        features: As for feature engineering.
        models: Settings by model.
        evaluation: Confidence, resamples, bins.
        seed: Seed of every draw.
    """

    cleaning: CleaningSettings
    features: FeatureSettings
    models: Mapping[str, ModelSettings]
    evaluation: EvaluationSettings
    seed: int


@dataclass(frozen=True)
class Prepared:
    """A file made ready for models.

    Attributes:
        dealt: Typed applications with part and twin group; the index is that of the file.
        leaks: Columns that the leak scan took out of the features.
        model_input: Keys and float32 features.
    """

    dealt: pd.DataFrame
    leaks: tuple[str, ...]
    model_input: pd.DataFrame


@dataclass(frozen=True)
class Measured:
    """A model, trained and measured.

    Attributes:
        predictions: Keys, `probability` and `prediction` of every row.
        metrics: Of `evaluate_predictions`.
        seconds: Time of the training.
    """

    predictions: pd.DataFrame
    metrics: dict[str, float]
    seconds: float


def sample_rows(
    raw: pd.DataFrame, portfolio: Portfolio, conditions: Conditions, at_most: int
) -> pd.DataFrame:
    """Draw rows of a file at random, whole groups of twins at a time.

    Rows drawn one by one would lose most of their twins, and with them what twins do.

    Args:
        raw: The file, every column as text.
        portfolio: Its description.
        conditions: Share of rejects allowed; seed of the draw.
        at_most: Rows wanted.

    Returns:
        The file where it has no more rows than that; else usable rows only, in the file's order.
    """
    if len(raw) <= at_most:
        return raw
    intake = take_in(raw, portfolio, conditions.cleaning.max_rejected_share)
    groups = group_twins(intake.applications)[TWIN_GROUP]
    return raw.loc[groups.index[draw_groups(groups, at_most, conditions.seed)]]


def draw_groups(groups: pd.Series, at_most: int, seed: int) -> np.ndarray:
    """Draw rows at random, whole groups of twins at a time.

    Args:
        groups: Twin group of each row.
        at_most: Rows wanted.
        seed: Seed of the draw.

    Returns:
        Whether a row is drawn, bool of shape (rows,).
    """
    codes, _ = pd.factorize(groups, sort=True)
    sizes = np.bincount(codes)
    drawn = np.random.default_rng(seed).permutation(len(sizes))
    return np.isin(codes, drawn[np.cumsum(sizes[drawn]) <= at_most])


def prepare(raw: pd.DataFrame, portfolio: Portfolio, conditions: Conditions) -> Prepared:
    """Clean a file, deal its rows to parts, scan for leaks and make features.

    Args:
        raw: The file, every column as text.
        portfolio: Its description.
        conditions: Settings of cleaning and features, seed.

    Raises:
        InputError: Whatever the pipelines would refuse.
    """
    cleaning, seed = conditions.cleaning, conditions.seed
    intake = take_in(raw, portfolio, cleaning.max_rejected_share)
    dealt = deal(intake, cleaning, seed)
    findings = find_leaks(raw, in_part(dealt, TRAIN), intake.resolved, cleaning.leaks, seed)
    leaks = leaking_features(findings, cleaning.leaks)
    return Prepared(dealt, leaks, make_model_input(intake, dealt, leaks, conditions))


def make_model_input(
    intake: Intake, dealt: pd.DataFrame, leaks: Collection[str], conditions: Conditions
) -> pd.DataFrame:
    """Fit cleaner and features on train rows, and apply them to every part.

    Args:
        intake: The file, taken in.
        dealt: Its typed applications with part and twin group.
        leaks: Columns that may not be features.
        conditions: Settings of cleaning and features, seed.

    Returns:
        Keys and float32 features.
    """
    cleaning, seed = conditions.cleaning, conditions.seed
    train = in_part(dealt, TRAIN)
    cleaner = fit_cleaner(train, intake.resolved, intake.fractions, leaks, cleaning, seed)
    clean = cleaner.apply_to_parts(dealt)
    transformer, train_features = fit_feature_transformer(
        clean, cleaner.portfolio, cleaner.leaks, conditions.features, seed
    )
    return build_model_input(clean, transformer, train_features)


def bound_train_rows(model_input: pd.DataFrame, at_most: int | None, seed: int) -> pd.DataFrame:
    """Draw train rows for a model that is slow on more; keep the rows of all other parts.

    Args:
        model_input: Keys and float32 features.
        at_most: Train rows; None: all.
        seed: Seed of the draw.
    """
    train = np.flatnonzero(model_input[PART] == TRAIN)
    if at_most is None or len(train) <= at_most:
        return model_input
    kept = np.ones(len(model_input), dtype=bool)
    kept[np.random.default_rng(seed).permutation(train)[at_most:]] = False
    return model_input.loc[kept]


def measure(
    model_input: pd.DataFrame, model: str, conditions: Conditions, stopped_on: str = VALIDATION
) -> Measured:
    """Train a model, calibrate it, set its threshold and evaluate it.

    Args:
        model_input: Keys and float32 features.
        model: Name in `conditions.models`.
        conditions: The models' settings, how they are evaluated, seed.
        stopped_on: Part whose loss ends the training of models that stop early.
    """
    settings = conditions.models[model]
    train, watched = in_part(model_input, TRAIN), in_part(model_input, stopped_on)
    started = time.perf_counter()
    trained, rebalancing = train_model(settings, train, watched, conditions.seed)
    seconds = time.perf_counter() - started
    scores = score_rows(model_input, lambda X: predict_probability(trained, X))
    predictions, metrics = judge(scores, rebalancing, settings, conditions.evaluation, conditions.seed)
    return Measured(predictions, metrics, seconds)


def judge(
    scores: pd.DataFrame,
    rebalancing: Mapping[str, Any],
    settings: ModelSettings,
    evaluation: EvaluationSettings,
    seed: int,
) -> tuple[pd.DataFrame, dict[str, float]]:
    """Calibrate scores, set the threshold, and measure, as for every model.

    Args:
        scores: Of `score_rows`.
        rebalancing: The record of the training.
        settings: Calibration and threshold.
        evaluation: Confidence, resamples, bins.
        seed: Seed of the bootstrap.

    Returns:
        Predictions of every row, and the metrics of `evaluate_predictions`.
    """
    calibrator = fit_calibrator(scores, settings.calibration, rebalancing)
    validation = in_part(scores, VALIDATION)
    threshold = choose_threshold(
        calibrator.apply(validation["score"].to_numpy()), validation[DEFAULT].to_numpy(), settings.threshold
    )
    predictions = make_predictions(scores, calibrator, threshold)
    return predictions, evaluate_predictions(predictions, threshold["value"], evaluation, seed)
