"""Which model a run packs for service."""

from __future__ import annotations

import json
from typing import Any

import pytest

from loan_default.frames import KEYS
from loan_default.models.calibrator import Calibrator
from loan_default.models.predictions import make_predictions
from loan_default.pipelines.random_forest_comparison.nodes import MODELS, PACKED, pack_bundle
from loan_default.scoring.onnx_model import OnnxModel

from .conftest import SERVICE, Fitted, logistic_regression

CHOSEN = {"champion": "ann", "challenger": "lightgbm", "reason": "made up"}
NONE = {"champion": None, "challenger": None, "reason": "made up"}


@pytest.fixture(scope="module")
def given(fitted: Fitted) -> tuple[list[Any], list[Any]]:
    """What a packing node is given before and after the settings; each model has a threshold of its own."""
    model, calibrator = logistic_regression(fitted), Calibrator("none", {"method": "none"}).to_dict()
    facts = fitted.facts.model_dump(mode="json")
    parts = [fitted.cleaner.to_dict(), fitted.transformer.to_dict()]
    reference = {"inputs": {}, "scores": {model: {"of": model} for model in MODELS}}
    before = [fitted.clean, *parts, facts, reference, {"data_fingerprint": "f"}, "run 1", "a report"]
    features = fitted.transformer.transform(fitted.clean).to_numpy()
    scores = fitted.clean[list(KEYS)].assign(score=OnnxModel(model).run(features))
    of_models: list[Any] = []
    for at in range(len(MODELS)):
        threshold = {"value": (1 + at) / 10}
        predictions = make_predictions(scores, Calibrator.from_dict(calibrator), threshold)
        of_models += [model, calibrator, threshold, {"roc_auc": 0.7}, predictions]
    assert len(of_models) == len(MODELS) * len(PACKED)
    return before, of_models


@pytest.mark.parametrize(
    ("role", "asked_for", "record", "packed", "as_what"),
    [
        ("champion", "champion", CHOSEN, "ann", "champion"),
        ("challenger", "champion", CHOSEN, "lightgbm", "challenger"),
        ("champion", "random_forest", CHOSEN, "random_forest", "requested"),
        ("champion", "lightgbm", CHOSEN, "lightgbm", "challenger"),
        ("challenger", "random_forest", CHOSEN, "lightgbm", "challenger"),
        ("champion", "random_forest", NONE, "random_forest", "requested"),
    ],
)
def test_the_champion_or_the_model_asked_for_is_packed(
    given: Any, role: str, asked_for: str, record: dict[str, Any], packed: str, as_what: str
) -> None:
    before, of_models = given
    files = pack_bundle(role)(record, *before, SERVICE.model_copy(update={"model": asked_for}), *of_models)
    manifest = json.loads(files["manifest.json"])
    assert (manifest["model"], manifest["role"]) == (packed, as_what)
    assert json.loads(files["reference.json"])["score"] == {"of": packed}
    assert manifest["threshold"] == (1 + MODELS.index(packed)) / 10
    assert (manifest["run_id"], manifest["data_fingerprint"]) == ("run 1", "f")


@pytest.mark.parametrize("role", ["champion", "challenger"])
def test_without_a_champion_nothing_is_packed(given: Any, role: str) -> None:
    before, of_models = given
    assert pack_bundle(role)(NONE, *before, SERVICE, *of_models) == {}
