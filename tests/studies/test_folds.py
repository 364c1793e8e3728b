"""Repeated folds: averages, and intervals that allow for overlapping train rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pydantic import BaseModel, ValidationError
from scipy.stats import t

from loan_default.models.field.contenders import CONTENDERS
from loan_default.portfolio.description import Portfolio
from loan_default.studies import folds as study
from loan_default.studies.experiment import Conditions
from loan_default.studies.field_settings import FieldSettings, FoldSettings
from loan_default.studies.finished_folds import FinishedFolds
from loan_default.studies.folds import MEASURED, measure_on_folds, summarise_folds


def results() -> pd.DataFrame:
    """Two repeats of two folds by hand."""
    rows = [
        {"repeat": repeat, "fold": fold, "model": model, "train_rows": 100, "test_rows": 50, "seconds": 2.0,
         **dict.fromkeys(MEASURED, value)}
        for model, values in {"ann": (0.70, 0.72, 0.74, 0.76), "line": (0.69, 0.72, 0.72, 0.75)}.items()
        for (repeat, fold), value in zip([(1, 1), (1, 2), (2, 1), (2, 2)], values, strict=True)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def test_means_and_corrected_intervals_by_hand() -> None:
    summary = summarise_folds(results(), "ann", 0.95).set_index("model")
    assert summary.index.tolist() == ["ann", "line"]
    assert summary.loc["ann", "roc_auc"] == pytest.approx(0.73)
    # s^2 (1/k + n_test / n_train) with k = 4 and a test part half as large as the train part.
    half = t.ppf(0.975, 3) * np.std([0.70, 0.72, 0.74, 0.76], ddof=1) * np.sqrt(1 / 4 + 1 / 2)
    assert summary.loc["ann", "roc_auc_high"] == pytest.approx(0.73 + half)
    assert np.isnan(summary.loc["ann", "difference"])
    assert summary.loc["line", "difference"] == pytest.approx(-0.01)
    paired = t.ppf(0.975, 3) * np.std([-0.01, 0, -0.02, -0.01], ddof=1) * np.sqrt(0.75)
    assert summary.loc["line", "difference_low"] == pytest.approx(-0.01 - paired)


def test_intervals_keep_to_what_is_possible() -> None:
    table = results()
    table["ks"] = table["fold"].map({1: 0.02, 2: 0.30})
    summary = summarise_folds(table, "ann", 0.95)
    assert summary["ks_low"].eq(0).all()
    assert summary["difference_low"].min() < 0, "a difference may be negative"


@pytest.mark.parametrize(
    ("model", "settings", "message"),
    [
        (FoldSettings, {"number": 1}, "greater than or equal to 2"),
        (FoldSettings, {"models": ["ann", "oracle"]}, "no such model: oracle"),
        (FoldSettings, {"models": "ann+ann"}, "a model is named twice: ann, ann"),
        (FieldSettings, {"train_rows": {"oracle": 5000}}, "no such model: oracle"),
        (FieldSettings, {"train_rows": {"kernel_svm": 10}}, "too few"),
    ],
)
def test_settings_that_make_no_sense_are_refused(
    model: type[BaseModel], settings: dict[str, object], message: str
) -> None:
    with pytest.raises(ValidationError, match=message):
        model.model_validate(settings)


def test_models_can_be_joined_on_the_command_line() -> None:
    assert FoldSettings.model_validate({"models": "ann+lightgbm"}).models == ("ann", "lightgbm")


def test_a_model_whose_package_is_lacking_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    lacking = replace(CONTENDERS["catboost"], package="no_such_package")
    monkeypatch.setitem(CONTENDERS, "catboost", lacking)
    with pytest.raises(ValidationError, match="catboost needs the package no_such_package, which is not"):
        FoldSettings.model_validate({"models": "ann+catboost"})
    # To bound its rows is no request to train it.
    FieldSettings.model_validate({"train_rows": {"catboost": 5000}})


def test_a_model_that_is_slow_on_many_rows_gets_a_sample_on_folds_too(
    lender: Callable[..., pd.DataFrame], portfolio: Portfolio, conditions: Conditions, tmp_path: Path
) -> None:
    models = {name: CONTENDERS[name].settings() for name in ("logistic_regression", "nearest_neighbours")}
    field = FieldSettings(train_rows={"nearest_neighbours": 1000})
    folds = FoldSettings(number=2, repeats=1, models=tuple(models))
    table = measure_on_folds(
        lender(3000), portfolio, replace(conditions, models=models), field, folds, FinishedFolds(tmp_path, "")
    )
    trained = table.groupby("model")["train_rows"]
    assert trained.get_group("nearest_neighbours").eq(1000).all()
    assert trained.get_group("logistic_regression").between(1190, 1210).all()
    assert table["test_rows"].between(1490, 1510).all()
    summary = summarise_folds(table, "logistic_regression", 0.95).set_index("model")
    # The wider of both: fewer train rows say less.
    auc = {model: rows.set_index("fold")["roc_auc"] for model, rows in table.groupby("model")}
    spread = (auc["nearest_neighbours"] - auc["logistic_regression"]).std()
    half = t.ppf(0.975, 1) * spread * np.sqrt(1 / 2 + (table["test_rows"] / 1000).mean())
    row = summary.loc["nearest_neighbours"]
    assert row["difference_high"] - row["difference"] == pytest.approx(half)


def test_an_interrupted_run_goes_on_and_ends_as_it_would_have(
    lender: Callable[..., pd.DataFrame],
    portfolio: Portfolio,
    conditions: Conditions,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    models = {name: CONTENDERS[name].settings() for name in ("logistic_regression", "decision_tree")}
    folds = FoldSettings(number=2, repeats=1, models=tuple(models))
    raw, conditions = lender(1500), replace(conditions, models=models)
    trained: list[str] = []
    measure = study.measure

    def measure_until(stop: int) -> Callable[..., Any]:
        def measured(rows: pd.DataFrame, model: str, given: Conditions) -> Any:
            if len(trained) == stop:
                raise KeyboardInterrupt
            trained.append(model)
            return measure(rows, model, given)

        return measured

    def run(kept_in: str) -> pd.DataFrame:
        finished = FinishedFolds(tmp_path / kept_in, "the same")
        return measure_on_folds(raw, portfolio, conditions, FieldSettings(), folds, finished)

    monkeypatch.setattr(study, "measure", measure_until(3))
    with pytest.raises(KeyboardInterrupt):
        run("stopped")
    monkeypatch.setattr(study, "measure", measure_until(99))
    resumed = run("stopped")
    assert trained == ["logistic_regression", "decision_tree"] * 2, "none of them twice"
    whole = run("whole")
    pd.testing.assert_frame_equal(resumed.drop(columns="seconds"), whole.drop(columns="seconds"))
    # Under other conditions nothing is finished; what is done is forgotten.
    finished = FinishedFolds(tmp_path / "stopped", "the same")
    assert finished.read("1-1-decision_tree") is not None
    assert FinishedFolds(tmp_path / "stopped", "others").read("1-1-decision_tree") is None
    finished.forget()
    assert finished.read("1-1-decision_tree") is None
