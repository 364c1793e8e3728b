"""A made-up portfolio with every kind of column, derived feature and encoder, and bundles made of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from loan_default.features.fit import fit_feature_transformer
from loan_default.features.settings import FeatureSettings
from loan_default.features.transformer import FeatureTransformer
from loan_default.models.calibrator import Calibrator
from loan_default.models.logistic_regression import LogisticRegressionSettings, train_logistic_regression
from loan_default.models.onnx_export import to_onnx
from loan_default.portfolio.cleaner import ApplicationCleaner
from loan_default.portfolio.cleaner_fit import fit_cleaner
from loan_default.portfolio.description import Portfolio
from loan_default.portfolio.intake import take_in
from loan_default.portfolio.parsing import write_number
from loan_default.portfolio.settings import CleaningSettings
from loan_default.portfolio.split import split
from loan_default.portfolio.twins import group_twins
from loan_default.scoring import Scorer
from loan_default.scoring.bundle import build_bundle
from loan_default.scoring.reference import describe_reference
from loan_default.scoring.settings import ServiceSettings
from loan_default.scoring.training_facts import TrainingFacts, describe_training

DESCRIPTION: dict[str, Any] = {
    "name": "made_up",
    "title": "Made-up loans",
    "currency": "EUR",
    "file": {"path": "made_up.csv"},
    "row_id": "id",
    "application_date": "applied",
    "outcome": {"column": "status", "default": ["bad"], "paid": ["good"]},
    "columns": {
        "amount": {
            "kind": "amount",
            "label": "Loan amount",
            "minimum": 1,
            "maximum": 1e6,
            "aliases": ["Sum"],
        },
        "rate": {"kind": "percent", "unit": "%", "label": "Interest rate", "written_as": "percent"},
        "months": {"kind": "duration", "unit": "months", "label": "Term"},
        "income": {"kind": "amount", "label": "Yearly income", "minimum": 0},
        "debts": {"kind": "number", "label": "Debts"},
        "grade": {"kind": "ordinal", "as_written": True, "order": ["A", "B", "C"], "label": "Grade"},
        "purpose": {"kind": "category", "label": "Purpose", "spellings": {"automobile": "car"}},
        "housing": {"kind": "category", "label": "Housing", "missing": "mode"},
        "city": {"kind": "high_cardinality", "label": "City"},
        "job_title": {"kind": "high_cardinality", "label": "Job title"},
        "owner": {"kind": "boolean", "label": "Owns a car"},
        "applied": {"kind": "date", "label": "Applied", "minimum": "2010-01-01"},
        "first_credit": {"kind": "date", "label": "First credit"},
        "note": {"kind": "text", "label": "Note"},
    },
    "derived": {
        "instalment": {"kind": "annuity", "amount": "amount", "annual_rate": "rate", "months": "months"},
        "burden": {"kind": "ratio", "numerator": "instalment", "denominator": "income", "times": 1200},
        "history": {"kind": "elapsed", "since": "first_credit", "until": "applied"},
        "history_days": {"kind": "elapsed", "since": "first_credit", "until": "applied", "unit": "days"},
        "left": {"kind": "sum", "weights": {"income": 1, "amount": -0.5}},
        "size_of_city": {
            "kind": "mapping",
            "column": "city",
            "values": {"town_1": 3, "town_2": 2},
            "otherwise": 1,
        },
        "job_rank": {"kind": "mapping", "column": "purpose", "values": {"car": 1, "house": 2}},
        "is_tenant": {"kind": "is_one_of", "column": "housing", "values": ["rent"]},
        "note_length": {"kind": "text_length", "column": "note"},
    },
}

SERVICE = ServiceSettings.model_validate(
    {
        "bands": [
            {"name": "low", "up_to": 0.2, "policy": "accept"},
            {"name": "medium", "up_to": 0.5, "policy": "refer"},
            {"name": "high", "up_to": 1, "policy": "decline"},
        ],
        "consistency": [{"not_above": ["amount", "income"]}, {"not_above": ["first_credit", "applied"]}],
        "limits": ["For tests only."],
    }
)


def cleaning(**outliers: Any) -> CleaningSettings:
    """Settings of cleaning, with another treatment of outliers if given."""
    return CleaningSettings.model_validate(
        {
            "repeats": "drop",
            "max_rejected_share": 0.1,
            "split": {"method": "random", "validation": 0.2, "test": 0.1, "twins": "together"},
            "leaks": {"action": "drop", "max_roc_auc": 0.9, "significance": 1e-6},
            "missing": {"numeric": "median", "categorical": "unknown", "flags": True},
            "outliers": {"method": "fences", "factor": 1, "contamination": 0.05, "action": "cap"} | outliers,
        }
    )


def make_up(rows: int, seed: int) -> pd.DataFrame:
    """Made-up loans as text, as a lender's file would hold them; some fields are empty."""
    rng = np.random.default_rng(seed)
    rate = rng.choice(np.round(np.linspace(0, 30, 40), 2), rows)
    income = np.round(rng.lognormal(10, 0.7, rows))
    applied = pd.Timestamp("2015-01-01") + pd.to_timedelta(rng.integers(0, 700, rows), unit="D")
    first = applied - pd.to_timedelta(rng.integers(30, 9000, rows), unit="D")
    risk = 0.05 + rate / 60 + (income < 15_000) * 0.3
    frame = pd.DataFrame(
        {
            "id": [f"loan {i}" for i in range(rows)],
            "Sum": [f"{value:,}" for value in rng.integers(1, 60, rows) * 500],
            "RATE": [f"{value:g} %" for value in rate],
            "months": rng.choice(["36 months", "60 months"], rows),
            "income": [f"{value:.0f}" for value in income],
            "debts": rng.poisson(1, rows).astype(str),
            "grade": rng.choice(["A", "B", "C"], rows),
            "purpose": rng.choice(
                ["Car", "automobile", "House[1]", "Boat trip"], rows, p=[0.4, 0.3, 0.29, 0.01]
            ),
            "housing": rng.choice(["rent", "own"], rows, p=[0.6, 0.4]),
            "city": [f"Town {i}" for i in rng.integers(0, 15, rows)],
            "job title": [f"Job {i}" for i in rng.integers(0, 3 * rows, rows)],
            "owner": rng.choice(["yes", "no"], rows),
            "applied": applied.strftime("%Y-%m-%d"),
            "first_credit": first.strftime("%d %b %Y"),
            "note": rng.choice(["", "please", "a longer note"], rows),
            "status": np.where(rng.uniform(size=rows) < risk, "bad", "good"),
        },
        dtype=pd.StringDtype(na_value=np.nan),
        index=pd.RangeIndex(1, rows + 1, name="row_number"),
    )
    for column, share in {
        "income": 0.1,
        "debts": 0.05,
        "first_credit": 0.1,
        "grade": 0.05,
        "owner": 0.03,
    }.items():
        frame.loc[rng.uniform(size=rows) < share, column] = ""
    return frame


@dataclass(frozen=True)
class Fitted:
    """What cleaning and feature engineering leave of a file."""

    raw: pd.DataFrame
    portfolio: Portfolio
    clean: pd.DataFrame
    cleaner: ApplicationCleaner
    transformer: FeatureTransformer
    train: pd.DataFrame

    @property
    def facts(self) -> TrainingFacts:
        return describe_training(self.raw, self.clean, self.portfolio, self.cleaner, self.transformer)

    @property
    def reference(self) -> dict[str, Any]:
        """The reference for monitoring, with made-up predictions."""
        probability = np.random.default_rng(2).beta(2, 6, len(self.clean))
        predictions = pd.DataFrame(
            {
                "part": self.clean["part"],
                "probability": probability,
                "prediction": (probability >= 0.3).astype(np.int8),
            }
        )
        return describe_reference(
            self.raw,
            self.clean,
            self.portfolio,
            self.cleaner,
            self.facts.fields,
            dict.fromkeys(("logistic_regression", "random_forest"), predictions),
            SERVICE,
        )


def fit(
    raw: pd.DataFrame,
    portfolio: Portfolio,
    settings: CleaningSettings | None = None,
    features: FeatureSettings | None = None,
) -> Fitted:
    """Clean a file and make its features, as the pipelines do."""
    settings = settings or cleaning()
    intake = take_in(raw, portfolio, settings.max_rejected_share)
    dealt = split(group_twins(intake.applications), settings.split, portfolio.application_date, seed=1)
    train_rows = dealt[dealt["part"] == "train"]
    cleaner = fit_cleaner(train_rows, intake.resolved, intake.fractions, (), settings, 1)
    clean = cleaner.apply(dealt).reset_index(drop=True)
    transformer, train = fit_feature_transformer(
        clean, cleaner.portfolio, (), features or FeatureSettings(use_protected=True), 1
    )
    return Fitted(raw, portfolio, clean, cleaner, transformer, train)


def logistic_regression(fitted: Fitted) -> bytes:
    """Train a model on what was fitted, as ONNX."""
    outcome = fitted.clean.loc[fitted.train.index, "default"].to_numpy()
    model, _ = train_logistic_regression(fitted.train.to_numpy(), outcome, LogisticRegressionSettings(), 1)
    return to_onnx(model, fitted.train.shape[1])


def linear_model(weights: Mapping[str, float], fitted: Fitted, bias: float = -1.0) -> bytes:
    """Plant a model: the log-odds are a weighted sum of features, 0 for those not named."""
    from onnx import TensorProto, helper

    features = fitted.transformer.features
    column = [weights.get(feature, 0.0) for feature in features]
    graph = helper.make_graph(
        [
            helper.make_node("MatMul", ["features", "w"], ["sum"]),
            helper.make_node("Add", ["sum", "b"], ["odds"]),
            helper.make_node("Sigmoid", ["odds"], ["chance"]),
            helper.make_node("Squeeze", ["chance", "axis"], ["probability"]),
        ],
        "planted",
        [helper.make_tensor_value_info("features", TensorProto.FLOAT, ["rows", len(features)])],
        [helper.make_tensor_value_info("probability", TensorProto.FLOAT, ["rows"])],
        [
            helper.make_tensor("w", TensorProto.FLOAT, [len(features), 1], column),
            helper.make_tensor("b", TensorProto.FLOAT, [1], [bias]),
            helper.make_tensor("axis", TensorProto.INT64, [1], [1]),
        ],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    return model.SerializeToString()


def pack(fitted: Fitted, model: bytes, **changes: Any) -> dict[str, bytes]:
    """Pack a bundle; `changes` replace arguments of `build_bundle`."""
    arguments: dict[str, Any] = {
        "name": "logistic_regression",
        "champion": {"champion": "logistic_regression", "challenger": "ann", "reason": "made up"},
        "application_cleaner": fitted.cleaner.to_dict(),
        "feature_transformer": fitted.transformer.to_dict(),
        "model": model,
        "calibrator": Calibrator("platt", {"method": "none"}, slope=1.1, intercept=0.1).to_dict(),
        "threshold": {"value": 0.3, "reason": "Fixed at 0.3."},
        "metrics": {"roc_auc": 0.7, "roc_auc_low": 0.6, "roc_auc_high": 0.8},
        "facts": fitted.facts,
        "reference": fitted.reference,
        "service": SERVICE,
        "data_fingerprint": "0123456789abcdef",
        "run_id": "run 1",
    }
    return build_bundle(**arguments | changes)


def write(files: Mapping[str, bytes], folder: Path) -> Path:
    """Write a bundle into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder


@pytest.fixture(scope="session")
def portfolio() -> Portfolio:
    return Portfolio.model_validate(DESCRIPTION)


@pytest.fixture(scope="session")
def raw() -> pd.DataFrame:
    """800 made-up applications as text."""
    return make_up(800, seed=5)


@pytest.fixture(scope="session")
def fitted(raw: pd.DataFrame, portfolio: Portfolio) -> Fitted:
    return fit(raw, portfolio)


@pytest.fixture(scope="session")
def files(fitted: Fitted) -> dict[str, bytes]:
    """The files of a bundle with a logistic regression."""
    return pack(fitted, logistic_regression(fitted))


@pytest.fixture(scope="session")
def folder(files: dict[str, bytes], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bundle; tests only read it."""
    return write(files, tmp_path_factory.mktemp("bundle"))


@pytest.fixture(scope="session")
def scorer(folder: Path) -> Scorer:
    return Scorer.load(folder)


@pytest.fixture
def plant(fitted: Fitted, tmp_path: Path) -> Callable[..., Scorer]:
    """Make a scorer with a planted linear model: `plant(feature=weight, ...)`."""

    def plant(**weights: float) -> Scorer:
        return Scorer.load(write(pack(fitted, linear_model(weights, fitted)), tmp_path / "planted"))

    return plant


@pytest.fixture(scope="session")
def typical(scorer: Scorer) -> dict[str, Any]:
    """A typical application, as JSON would hold it."""
    return {field.name: field.typical for field in scorer.fields if field.typical is not None}


def as_text(values: Mapping[str, Any]) -> dict[str, str]:
    """Write canonical values as a lender's file would."""
    return {name: _text(value) for name, value in values.items()}


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return write_number(value) if isinstance(value, float) else str(value)


def canonical(typed: pd.DataFrame, scorer: Scorer) -> list[dict[str, Any]]:
    """Turn typed rows into canonical values by field."""
    kinds = {field.name: field.kind for field in scorer.fields}
    return [
        {name: _canonical(row[name], kind) for name, kind in kinds.items()}
        for row in typed.to_dict("records")
    ]


def _canonical(value: Any, kind: str) -> Any:
    if pd.isna(value):
        return None
    if kind == "boolean":
        return bool(value)
    return str(value.date()) if kind == "date" else value
