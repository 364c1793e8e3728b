from __future__ import annotations

import pytest
from kedro.pipeline import Node, Pipeline

from loan_default import pipeline_registry


def one_node(name: str) -> Pipeline:
    return Pipeline([Node(lambda rows: rows, f"{name}_in", f"{name}_out", name=name)])


NAMES = [*pipeline_registry.DEFAULT_PIPELINES, "drift"]


def test_default_is_the_five_pipelines_whatever_else_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    found = {"__default__": Pipeline([]), **{name: one_node(name) for name in NAMES}}
    monkeypatch.setattr(pipeline_registry, "find_pipelines", lambda raise_errors: found)
    registered = pipeline_registry.register_pipelines()
    assert set(registered) == {"__default__", *NAMES}
    assert {node.name for node in registered["__default__"].nodes} == {
        "cleaning",
        "feature_engineering",
        "ann_training",
        "random_forest_comparison",
        "model_report",
    }


def test_one_pipeline_can_be_loaded_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        pipeline_registry, "find_pipelines", lambda raise_errors: {"cleaning": one_node("cleaning")}
    )
    assert set(pipeline_registry.register_pipelines()) == {"cleaning"}


def test_missing_pipeline_is_an_error_not_a_shorter_default(monkeypatch: pytest.MonkeyPatch) -> None:
    found = {"__default__": Pipeline([]), "cleaning": one_node("cleaning")}
    monkeypatch.setattr(pipeline_registry, "find_pipelines", lambda raise_errors: found)
    with pytest.raises(KeyError, match="feature_engineering"):
        pipeline_registry.register_pipelines()
