"""From raw applications to probabilities, with a small bundle made of made-up loans."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from loan_default.errors import InputError
from loan_default.features.fit import fit_feature_transformer
from loan_default.features.settings import FeatureSettings
from loan_default.models.calibrator import Calibrator
from loan_default.models.logistic_regression import LogisticRegressionSettings, train_logistic_regression
from loan_default.models.onnx_export import to_onnx
from loan_default.portfolio.cleaner_fit import fit_cleaner
from loan_default.portfolio.description import Portfolio
from loan_default.portfolio.intake import take_in
from loan_default.portfolio.settings import CleaningSettings
from loan_default.portfolio.split import split
from loan_default.portfolio.twins import group_twins
from loan_default.scoring import Scorer
from loan_default.scoring.bundle import build_bundle

PORTFOLIO = Portfolio.model_validate(
    {
        "name": "made_up",
        "title": "Made-up loans",
        "file": {"path": "made_up.csv"},
        "row_id": "id",
        "outcome": {"column": "status", "default": ["bad"], "paid": ["good"]},
        "columns": {
            "loan_amount": {"kind": "amount", "minimum": 0, "aliases": ["Sum"]},
            "rate": {"kind": "percent"},
            "job": {"kind": "category"},
            "city": {"kind": "high_cardinality"},
            "remark": {"kind": "text", "required": False},
        },
        "derived": {"yearly": {"kind": "ratio", "numerator": "rate", "denominator": "loan_amount"}},
    }
)
CLEANING = CleaningSettings.model_validate(
    {
        "repeats": "drop",
        "max_rejected_share": 0.1,
        "split": {"method": "random", "validation": 0.2, "test": 0.1, "twins": "together"},
        "leaks": {"action": "drop", "max_roc_auc": 0.9, "significance": 1e-6},
        "missing": {"numeric": "median", "categorical": "unknown", "flags": True},
        "outliers": {"method": "fences", "factor": 3, "contamination": 0.01, "action": "cap"},
    }
)


@pytest.fixture(scope="module")
def raw() -> pd.DataFrame:
    """600 made-up applications as text; rates are written as fractions, some are missing."""
    rng = np.random.default_rng(5)
    n = 600
    rate = rng.uniform(0.02, 0.4, n)
    frame = pd.DataFrame(
        {
            "id": [f"loan {i}" for i in range(n)],
            "Sum": rng.integers(1_000, 20_000, n).astype(str),
            "RATE": [f"{value:.4f}" for value in rate],
            "Job": rng.choice(["Clerk", "Chef[1]", "Pilot"], n),
            "city": rng.choice([f"Town {i}" for i in range(30)], n),
            "remark": "none",
            "status": np.where(rng.uniform(size=n) < rate * 1.5, "bad", "good"),
        },
        dtype=pd.StringDtype(na_value=np.nan),
        index=pd.RangeIndex(1, n + 1, name="row_number"),
    )
    frame.loc[frame.index[:20], "RATE"] = ""
    return frame


@pytest.fixture(scope="module")
def folder(raw: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> Path:
    intake = take_in(raw, PORTFOLIO, CLEANING.max_rejected_share)
    dealt = split(group_twins(intake.applications), CLEANING.split, None, seed=1)
    cleaner = fit_cleaner(dealt[dealt["part"] == "train"], intake.resolved, intake.fractions, (), CLEANING, 1)
    clean = cleaner.apply(dealt).reset_index(drop=True)
    transformer, train = fit_feature_transformer(clean, cleaner.portfolio, (), FeatureSettings(), 1)
    outcome = clean.loc[train.index, "default"].to_numpy()
    model, _ = train_logistic_regression(train.to_numpy(), outcome, LogisticRegressionSettings(), 1)
    files = build_bundle(
        "logistic_regression",
        {"champion": "logistic_regression"},
        cleaner.to_dict(),
        transformer.to_dict(),
        to_onnx(model, train.shape[1]),
        Calibrator("none", {"method": "none"}, note="").to_dict(),
        {"value": 0.3},
    )
    folder = tmp_path_factory.mktemp("bundle")
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder


@pytest.fixture(scope="module")
def scorer(folder: Path) -> Scorer:
    return Scorer.load(folder)


def test_one_row_scores_as_it_does_among_many(scorer: Scorer, raw: pd.DataFrame) -> None:
    together = scorer.score(raw)
    assert together.index.equals(raw.index)
    for row in (1, 40, 600):
        alone = scorer.score(raw.loc[[row]])
        assert alone.loc[row, "probability_of_default"] == pytest.approx(
            together.loc[row, "probability_of_default"], abs=1e-6
        )


def test_a_higher_rate_is_riskier(scorer: Scorer, raw: pd.DataFrame) -> None:
    low, high = raw.assign(RATE="0.05"), raw.assign(RATE="0.35")
    probability = "probability_of_default"
    assert (scorer.score(high)[probability] > scorer.score(low)[probability]).all()


def test_decision_is_probability_against_threshold(scorer: Scorer, raw: pd.DataFrame) -> None:
    scored = scorer.score(raw)
    assert scorer.threshold == 0.3
    np.testing.assert_array_equal(scored["prediction"] == 1, scored["probability_of_default"] >= 0.3)


def test_dictionaries_with_numbers_score_as_text_does(scorer: Scorer) -> None:
    as_numbers = {"loan_amount": 5000, "rate": 0.1, "job": "clerk", "city": "town 3"}
    as_text = {"SUM": "5,000", "Rate": "0.10", "job": " CLERK ", "City": "Town_3"}
    first, second = scorer.score([as_numbers]), scorer.score([as_text])
    pd.testing.assert_frame_equal(first, second)


def test_a_missing_value_is_filled_as_in_training(scorer: Scorer) -> None:
    application = {"loan_amount": 5000, "rate": None, "job": "clerk", "city": "town 3"}
    (scored,) = scorer.score([application]).to_dict("records")
    assert 0 < scored["probability_of_default"] < 1


def test_labels_never_seen_are_scored(scorer: Scorer) -> None:
    application = {"loan_amount": 5000, "rate": 0.1, "job": "astronaut", "city": "Atlantis"}
    assert scorer.score([application])["probability_of_default"].between(0, 1).all()


def test_what_cannot_be_read_has_a_reason_and_no_probability(scorer: Scorer) -> None:
    good = {"loan_amount": 5000, "rate": 0.1, "job": "clerk", "city": "town 3"}
    scored = scorer.score([good, {**good, "loan_amount": "minus"}, {**good, "loan_amount": -5}])
    assert scored["reason"].isna().tolist() == [True, False, False]
    assert "'minus' is not a number" in scored.loc[1, "reason"]
    assert "below the plausible minimum" in scored.loc[2, "reason"]
    assert scored["probability_of_default"].isna().tolist() == [False, True, True]
    assert scored["prediction"].isna().tolist() == [False, True, True]


def test_a_missing_column_is_named(scorer: Scorer, raw: pd.DataFrame) -> None:
    with pytest.raises(InputError, match=r"lack rate, job, which the model needs"):
        scorer.score(raw.drop(columns=["RATE", "Job"]))


def test_only_fields_of_the_model_are_needed(scorer: Scorer, raw: pd.DataFrame) -> None:
    assert set(scorer.fields) == {"loan_amount", "rate", "job", "city"}
    needed = scorer.score(raw[["Sum", "RATE", "Job", "city"]])
    pd.testing.assert_frame_equal(needed, scorer.score(raw))


def test_the_example_is_typical_and_scores(folder: Path, scorer: Scorer) -> None:
    example = pd.read_json(folder / "input_example.json", typ="series", dtype=False)
    assert list(example.index) == ["Sum", "RATE", "Job", "city"]
    assert float(example["RATE"]) < 1, "rates are written as the training file writes them"
    assert scorer.score([example.to_dict()])["reason"].isna().all()


def test_an_incomplete_bundle_is_refused(tmp_path: Path, folder: Path) -> None:
    for file in folder.iterdir():
        if file.name != "model.onnx":
            (tmp_path / file.name).write_bytes(file.read_bytes())
    with pytest.raises(InputError, match=r"not a complete scoring bundle: model\.onnx missing"):
        Scorer.load(tmp_path)


def test_scoring_needs_no_training_library(folder: Path) -> None:
    script = """
import sys
from loan_default.scoring import Scorer
scorer = Scorer.load(sys.argv[1])
scorer.score([{"loan_amount": 5000, "rate": 0.1, "job": "clerk", "city": "town 3"}])
banned = {"sklearn", "tensorflow", "keras", "kedro", "mlflow", "lightgbm", "matplotlib", "imblearn"}
print(sorted(banned & {name.split(".")[0] for name in sys.modules}))
"""
    result = subprocess.run(
        [sys.executable, "-c", script, str(folder)], capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "[]"
