"""The search for better settings: seeded, resumable, and blind to test rows."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from optuna.trial import TrialState
from pydantic import ValidationError

from loan_default.errors import InputError
from loan_default.evaluation.plot_tuning import plot_tuning_history
from loan_default.models.field.contenders import CONTENDERS
from loan_default.models.field.decision_tree import DecisionTreeSettings
from loan_default.models.field.search_space import SEARCH_SPACES
from loan_default.studies.tuning import _bounded, _folds, tune
from loan_default.studies.tuning_settings import TuningSettings
from loan_default.studies.tuning_study import (
    begin_as_set,
    best_settings,
    importance,
    open_study,
    outcome_in_words,
    study_name,
    trials_table,
)

SETTINGS = TuningSettings(model="decision_tree", folds=2, trials=6, prune=False)
BASE = DecisionTreeSettings()


def made_up(seed: int = 0, rows: int = 900) -> pd.DataFrame:
    """Made-up model input: one feature that matters; twins in pairs."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(rows, 3)).astype(np.float32)
    frame = pd.DataFrame(X, columns=["a", "b", "c"])
    frame.insert(0, "row_id", np.arange(rows).astype(str))
    frame.insert(1, "part", np.where(np.arange(rows) % 3 == 0, "test", "train"))
    frame.insert(2, "default", (rng.random(rows) < 1 / (1 + np.exp(1 - 2 * X[:, 0]))).astype(np.int8))
    frame.insert(3, "twin_group", np.arange(rows) // 2)
    return frame


def store(folder: Path) -> str:
    return f"sqlite:///{folder / 'studies.db'}"


def without_time(table: pd.DataFrame) -> pd.DataFrame:
    return table.drop(columns=["seconds", "earlier"])


def test_every_model_of_the_field_has_a_space_of_its_own_settings() -> None:
    assert set(SEARCH_SPACES) == set(CONTENDERS)
    for name, space in SEARCH_SPACES.items():
        fields = CONTENDERS[name].settings.model_fields
        for key, bounds in space.items():
            assert key.partition(".")[0] in fields, f"{name}.{key}"
            assert bounds.low < bounds.high


def test_a_killed_search_goes_on_as_if_nothing_had_happened(tmp_path: Path) -> None:
    frame = made_up()
    whole = tune(frame, open_study(store(tmp_path), "whole", "roc_auc"), BASE, SETTINGS, 5)
    assert whole["state"].eq("complete").all()
    assert len(whole) == 6

    some = SETTINGS.model_copy(update={"trials": 3})
    tune(frame, open_study(store(tmp_path), "killed", "roc_auc"), BASE, some, 5)
    resumed = tune(frame, open_study(store(tmp_path), "killed", "roc_auc"), BASE, SETTINGS, 5)
    pd.testing.assert_frame_equal(without_time(resumed), without_time(whole))
    # Nothing is left to do.
    again = tune(frame, open_study(store(tmp_path), "killed", "roc_auc"), BASE, SETTINGS, 5)
    pd.testing.assert_frame_equal(again.drop(columns="earlier"), resumed.drop(columns="earlier"))
    assert resumed["earlier"].tolist() == [True] * 3 + [False] * 3
    assert again["earlier"].all()


def test_a_trial_that_was_killed_is_closed_and_does_not_count(tmp_path: Path) -> None:
    study = open_study(store(tmp_path), "killed", "roc_auc")
    study.ask()
    table = tune(made_up(), study, BASE, SETTINGS.model_copy(update={"trials": 2}), 5)
    assert table["state"].tolist() == ["fail", "complete", "complete"]
    assert study.trials[0].state == TrialState.FAIL


def test_test_rows_are_never_looked_at(tmp_path: Path) -> None:
    frame = made_up()
    other = frame.copy()
    on_test = other["part"] == "test"
    other.loc[on_test, ["a", "b", "c"]] = 99
    other.loc[on_test, "default"] = 1 - other.loc[on_test, "default"]
    tables = [
        tune(rows, open_study(store(tmp_path), name, "log_loss"), BASE,
             SETTINGS.model_copy(update={"metric": "log_loss", "trials": 3}), 5)
        for name, rows in (("a", frame), ("b", other))
    ]  # fmt: skip
    pd.testing.assert_frame_equal(*map(without_time, tables))


def test_the_best_settings_are_of_the_best_trial(tmp_path: Path) -> None:
    study = open_study(store(tmp_path), "best", "log_loss")
    table = tune(made_up(), study, BASE, SETTINGS.model_copy(update={"metric": "log_loss"}), 5)
    best = table.loc[table["value"].idxmin()]
    assert best_settings(study) == {
        "max_depth": best["max_depth"],
        "min_leaf_share": pytest.approx(best["min_leaf_share"]),
    }
    DecisionTreeSettings.model_validate(best_settings(study))
    shares = importance(study, 1)
    assert sum(shares.values()) == pytest.approx(1)


def test_without_enough_trials_nothing_is_said_of_what_mattered(tmp_path: Path) -> None:
    study = open_study(store(tmp_path), "few", "roc_auc")
    tune(made_up(), study, BASE, SETTINGS.model_copy(update={"trials": 2}), 5)
    assert importance(study, 1) == {}


def test_time_that_runs_out_at_once_is_said(tmp_path: Path) -> None:
    study = open_study(store(tmp_path), "none", "roc_auc")
    with pytest.raises(InputError, match="no trial came to an end in 1e-09 minutes"):
        tune(made_up(), study, BASE, SETTINGS.model_copy(update={"minutes": 1e-9}), 5)
    assert trials_table(study).empty


def test_another_study_for_other_rows_features_or_settings() -> None:
    frame = made_up()
    base = BASE.model_dump(mode="json")
    name = study_name(frame, SETTINGS, base, 1)
    assert name == study_name(frame.copy(), SETTINGS.model_copy(update={"trials": 99}), base, 1)
    assert name.startswith("decision_tree-roc_auc-")
    others = [
        study_name(made_up(1), SETTINGS, base, 1),
        study_name(frame.drop(columns="c"), SETTINGS, base, 1),
        study_name(frame, SETTINGS.model_copy(update={"folds": 3}), base, 1),
        study_name(frame, SETTINGS, {**base, "max_depth": 3}, 1),
        study_name(frame, SETTINGS, base, 2),
    ]
    assert len({name, *others}) == 6


def test_the_settings_as_they_are_come_first(tmp_path: Path) -> None:
    study = open_study(store(tmp_path), "first", "roc_auc")
    base = DecisionTreeSettings(max_depth=3, min_leaf_share=0.03)
    table = tune(made_up(), study, base, SETTINGS.model_copy(update={"trials": 2}), 5)
    assert table["as_set"].tolist() == [True, False]
    assert table.loc[0, ["max_depth", "min_leaf_share"]].tolist() == [3, 0.03]
    best = max(table["value"])
    assert outcome_in_words(table, "roc_auc") == (
        f"Best of 2 trials, 0 of them given up early: roc_auc {best:.5f}; the settings as they were had "
        f"{table['value'][0]:.5f}"
    )
    # Beyond the bounds of the search they cannot be a trial of it.
    study = open_study(store(tmp_path), "beyond", "roc_auc")
    beyond = DecisionTreeSettings(max_depth=30)
    table = tune(made_up(), study, beyond, SETTINGS.model_copy(update={"trials": 1}), 5)
    assert not table["as_set"].any()
    assert "as they were" not in outcome_in_words(table, "roc_auc")


def test_settings_as_they_are_that_were_killed_are_tried_again(tmp_path: Path) -> None:
    study = open_study(store(tmp_path), "killed", "roc_auc")
    begin_as_set(study, BASE, SEARCH_SPACES["decision_tree"])
    study.ask()
    table = tune(made_up(), study, BASE, SETTINGS.model_copy(update={"trials": 1}), 5)
    assert table[["state", "as_set"]].to_numpy().tolist() == [["fail", True], ["complete", True]]


def test_a_trial_given_up_early_has_no_value(tmp_path: Path) -> None:
    """Its mean is over other folds than that of the others, and could lie above the best."""
    study = open_study(store(tmp_path), "pruned", "roc_auc")
    table = tune(made_up(), study, BASE, SETTINGS.model_copy(update={"trials": 14, "prune": True}), 5)
    pruned = table[table["state"] == "pruned"]
    assert len(pruned)
    assert (pruned["folds_measured"] == 1).all()
    assert pruned["value"].isna().all()
    assert table.loc[table["state"] == "complete", "value"].notna().all()
    # Drawn all the same, at the foot of the picture.
    figure = plot_tuning_history(table, "roc_auc", "Decision tree")
    marks = {line.get_label(): line for line in figure.axes[0].get_lines()}
    assert len(marks["given up early"].get_xdata()) == len(pruned)


def test_folds_keep_twins_together_and_hold_rows_that_stop_the_training() -> None:
    frame = made_up()
    folds = _folds(frame, 3, 1)
    for fold in folds:
        assert not fold[["twin_group", "part"]].drop_duplicates()["twin_group"].duplicated().any()
        shares = fold["part"].value_counts(normalize=True)
        assert shares["test"] == pytest.approx(1 / 3, abs=0.02)
        assert shares["validation"] == pytest.approx(2 / 15, abs=0.02)
    # Every row judges once.
    assert (sum((fold["part"] == "test").to_numpy().astype(int) for fold in folds) == 1).all()


def test_a_sample_keeps_twins_together() -> None:
    frame = made_up(rows=3000)
    sample = _bounded(frame, 1001, 1)
    assert len(sample) == 1000, "pairs"
    assert sample["twin_group"].value_counts().eq(2).all()
    assert _bounded(frame, 3000, 1) is frame


def test_folds_of_many_rows_are_dealt_quickly() -> None:
    frame = made_up(rows=200_000)
    started = time.perf_counter()
    _folds(frame, 3, 1)
    assert time.perf_counter() - started < 10


def test_too_few_defaults_for_the_folds_are_said(tmp_path: Path) -> None:
    frame = made_up()
    frame["default"] = (np.arange(len(frame)) < 3).astype(np.int8)
    with pytest.raises(InputError, match=r"tuning\.folds is 2, which leaves a fold without defaults"):
        tune(frame, open_study(store(tmp_path), "few", "roc_auc"), BASE, SETTINGS, 5)


def test_an_unknown_model_is_refused() -> None:
    with pytest.raises(ValidationError, match="no such model: oracle"):
        TuningSettings(model="oracle")


def test_a_model_whose_package_is_lacking_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    lacking = replace(CONTENDERS["catboost"], package="no_such_package")
    monkeypatch.setitem(CONTENDERS, "catboost", lacking)
    with pytest.raises(ValidationError, match="catboost needs the package no_such_package, which is not"):
        TuningSettings(model="catboost")
