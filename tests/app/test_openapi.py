"""The OpenAPI document shows the portfolio's own fields, and the service keeps to it."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from .conftest import EXAMPLE


@pytest.fixture(scope="module")
def document(client: TestClient) -> dict[str, Any]:
    return client.get("/openapi.json").json()  # type: ignore[no-any-return]


def test_an_application_has_the_portfolios_fields(document: dict[str, Any]) -> None:
    application = document["components"]["schemas"]["Application"]
    assert set(application["properties"]) == set(EXAMPLE)
    assert set(EXAMPLE) - set(application["required"]) == {"married", "house_ownership", "car_ownership"}
    age, married = application["properties"]["age"], application["properties"]["married"]
    assert (age["type"], age["minimum"], age["maximum"], age["title"]) == ("number", 21, 79, "Age (years)")
    assert married["type"] == ["string", "null"]
    assert married["enum"] == ["married", "single", None]


def test_it_says_what_to_act_on(document: dict[str, Any]) -> None:
    answer = document["components"]["schemas"]["Result"]["properties"]
    assert answer["policy"]["enum"] == ["accept", "refer", "decline"]
    assert "What to do" in answer["policy"]["description"]
    assert "does not say what to do" in answer["prediction"]["description"]
    assert "outcomes are joined by it" in answer["prediction_id"]["description"]
    assert len(answer["prediction_id"]["examples"][0]) == 32
    assert answer["policy_note"]["anyOf"][1] == {"type": "null"}


def test_the_examples_are_answered(client: TestClient, document: dict[str, Any]) -> None:
    body = document["paths"]["/api/predict"]["post"]["requestBody"]["content"]["application/json"]
    assert list(body["examples"]) == ["one", "several"]
    for example in body["examples"].values():
        answer = client.post("/api/predict", json=example["value"])
        assert answer.status_code == 200
        assert all(result["warnings"] == [] for result in answer.json()["results"])
