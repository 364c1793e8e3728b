"""A made-up lender: a signal, planted twins, and a column that is known only after the outcome."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml

from loan_default.evaluation.settings import EvaluationSettings
from loan_default.features.settings import FeatureSettings
from loan_default.models.lightgbm import LightGbmSettings
from loan_default.models.random_forest import RandomForestSettings
from loan_default.portfolio.description import Portfolio
from loan_default.portfolio.settings import CleaningSettings
from loan_default.studies.experiment import Conditions

BASE = Path(__file__).resolve().parents[2] / "conf" / "base"
SEED = 5


@pytest.fixture(scope="session")
def portfolio() -> Portfolio:
    return Portfolio.model_validate(
        {
            "name": "made_up",
            "title": "Made up",
            "file": {"path": "made_up.csv"},
            "row_id": "loan",
            "outcome": {"column": "outcome", "default": ["bad"], "paid": ["good"]},
            "columns": {
                "income": {"kind": "amount"},
                "debt": {"kind": "amount"},
                "job": {"kind": "category"},
            },
            "post_outcome": ["recovered", "collector", "not_in_the_file"],
        }
    )


@pytest.fixture(scope="session")
def lender() -> Callable[..., pd.DataFrame]:
    """A made-up file as text; `twins` rows of each profile, all with the outcome of the profile."""

    def make(rows: int, twins: int = 1, after_outcome: bool = False) -> pd.DataFrame:
        rng = np.random.default_rng(SEED)
        profiles = rows // twins
        debt = rng.normal(size=profiles)
        bad = rng.random(profiles) < 1 / (1 + np.exp(1.2 - 0.6 * debt))
        profile = pd.DataFrame(
            {
                "income": np.exp(8 + 0.5 * rng.normal(size=profiles)).round(2),
                "debt": (1000 + 100 * debt).round(3),
                "job": rng.choice(["clerk", "farmer", "nurse"], profiles),
                "outcome": np.where(bad, "bad", "good"),
            }
        )
        file = profile.loc[np.repeat(np.arange(profiles), twins)].reset_index(drop=True)
        if after_outcome:
            defaulted = (file["outcome"] == "bad").to_numpy()
            file["recovered"] = np.where(defaulted, rng.gamma(2, 500, len(file)).round(2), 0)
            file["collector"] = np.where(defaulted & (rng.random(len(file)) < 0.5), "north", "")
        file.insert(0, "loan", np.arange(len(file)))
        text = file.astype(str).astype(pd.StringDtype(na_value=np.nan))
        text.index = pd.RangeIndex(1, len(text) + 1, name="row_number")
        return text

    return make


@pytest.fixture(scope="session")
def conditions() -> Conditions:
    """The settings of conf/base with small models; the forest remembers whatever it can."""
    cleaning: dict[str, Any] = yaml.safe_load((BASE / "parameters_cleaning.yml").read_text())["cleaning"]
    return Conditions(
        cleaning=CleaningSettings.model_validate(cleaning),
        features=FeatureSettings(),
        models={
            "random_forest": RandomForestSettings(
                n_estimators=40, max_depth=None, min_samples_leaf=1, max_samples=1.0
            ),
            "lightgbm": LightGbmSettings(max_rounds=200, patience=200, min_data_in_leaf=5),
        },
        evaluation=EvaluationSettings(resamples=200),
        seed=SEED,
    )
