"""Nodes of the ANN training pipeline."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from loan_default.evaluation.plot_training import plot_learning_curve
from loan_default.frames import TRAIN, TWIN_GROUP, VALIDATION, feature_matrix, feature_names, in_part
from loan_default.models.ann import AnnSettings, train_ann
from loan_default.pipelines.origin import with_training

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def train(
    model_input: pd.DataFrame,
    ann: AnnSettings,
    checkpoints: Path,
    seed: int,
    model_input_origin: dict[str, Any],
    run_provenance: dict[str, str],
) -> tuple[Any, pd.DataFrame, dict[str, Any], dict[str, Any], dict[str, Any]]:
    """Train the network on train rows; validation rows, or folds of the train rows, stop it early."""
    X, y = feature_matrix(model_input, TRAIN)
    X_validation, y_validation = feature_matrix(model_input, VALIDATION)
    twins = in_part(model_input, TRAIN)[TWIN_GROUP].to_numpy()
    suited = ann.suited_to(y)
    model, history, rebalancing = train_ann(
        X, y, X_validation, y_validation, suited, seed, twins, checkpoints, feature_names(model_input)
    )
    origin = with_training(model_input, model_input_origin, run_provenance, ann=ann, seed=seed)
    return model, history, suited.chosen(), rebalancing, origin


def draw_learning_curve(history: pd.DataFrame) -> Figure:
    """Draw the loss over the epochs."""
    return plot_learning_curve(history, "ann")
