"""The routes beside the prediction, request ids, the API key and the metrics."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from loan_default.app import create_app
from loan_default.scoring import Scorer

from .conftest import EXAMPLE

KEY = "a key of the service"


def test_the_process_is_alive_and_ready(client: TestClient, bundle: Path) -> None:
    assert client.get("/health").json() == {"status": "ok"}
    ready = client.get("/ready")
    assert ready.status_code == 200
    assert ready.json()["model"]["version"] == Scorer.load(bundle).manifest.version


def test_before_the_bundle_is_loaded_it_is_alive_but_not_ready(settings: Callable[..., Any]) -> None:
    client = TestClient(create_app(settings()))  # not entered: it has not started
    assert client.get("/health").status_code == 200
    ready = client.get("/ready")
    assert ready.status_code == 503
    assert ready.json()["detail"][0]["type"] == "not_ready"


def test_the_model_card_is_the_manifest(client: TestClient, bundle: Path) -> None:
    card = client.get("/api/model").json()
    assert card == Scorer.load(bundle).manifest.model_dump(mode="json")
    assert card["metrics"]["roc_auc"] == 0.7
    assert card["limits"][-1] == "For tests only."


def test_the_schema_tells_kinds_units_ranges_and_labels(client: TestClient) -> None:
    schema = client.get("/api/schema").json()
    assert schema["portfolio"]["name"] == "customer_behavior"
    fields = {field["name"]: field for field in schema["fields"]}
    assert set(fields) == set(EXAMPLE)
    age = fields["age"]
    assert (age["kind"], age["unit"], age["minimum"], age["maximum"]) == ("number", "years", 21, 79)
    assert 21 <= age["training_low"] < age["training_high"] <= 79
    assert fields["city"]["labels"] == ["delhi_city", "jaipur", "kochi", "pune", "sikar"]
    assert [name for name, field in fields.items() if not field["required"]] == [
        *("married", "house_ownership", "car_ownership"),
    ]


def test_home_leads_to_the_documentation_and_to_the_form_if_there_is_one(client: TestClient) -> None:
    home = client.get("/")
    assert (home.status_code, home.headers["location"]) == (307, "/docs")
    assert client.get("/docs").status_code == 200
    app = create_app(client.app.state.service.settings)
    app.mount("/gradio", lambda *_: None)
    assert TestClient(app, follow_redirects=False).get("/").headers["location"] == "/gradio"


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "/nothing", 404), ("GET", "/api/predict", 405)]
)
def test_what_is_not_there_is_said_in_json(client: TestClient, method: str, path: str, status: int) -> None:
    answer = client.request(method, path)
    assert answer.status_code == status
    assert "detail" in answer.json()
    assert answer.headers["x-request-id"]


@pytest.mark.parametrize("given", ["abc-1", "A.b_c:d/e+f=g", "x" * 128])
def test_a_request_id_comes_back(client: TestClient, given: str) -> None:
    assert client.get("/health", headers={"X-Request-ID": given}).headers["x-request-id"] == given


@pytest.mark.parametrize("given", ["", "x" * 129, "two words", 'quote"', "<script>", "é".encode()])
def test_a_strange_request_id_is_replaced(client: TestClient, given: str | bytes) -> None:
    answer = client.get("/health", headers={"X-Request-ID": given})
    assert re.fullmatch("[0-9a-f]{32}", answer.headers["x-request-id"])


def test_without_an_id_each_request_gets_its_own(client: TestClient) -> None:
    ids = {client.get("/health").headers["x-request-id"] for _ in range(5)}
    assert len(ids) == 5


def test_the_api_key_guards_all_but_the_probes(service: Callable[..., Any]) -> None:
    with service(api_key=KEY) as client:
        for path in ("/health", "/ready", "/docs", "/openapi.json"):
            assert client.get(path).status_code == 200
        for path in ("/api/model", "/api/schema", "/metrics"):
            for wrong in ({}, {"X-API-Key": ""}, {"X-API-Key": KEY[:-1]}, {"X-API-Key": "é".encode()}):
                refused = client.get(path, headers=wrong)
                assert refused.status_code == 401
                assert refused.json()["detail"][0]["loc"] == ["header", "X-API-Key"]
            assert client.get(path, headers={"X-API-Key": KEY}).status_code == 200
        assert client.post("/api/predict", json=EXAMPLE).status_code == 401
        assert client.post("/api/predict", json=EXAMPLE, headers={"X-API-Key": KEY}).status_code == 200
        assert KEY not in client.get("/openapi.json").text


def test_metrics_count_requests_decisions_and_probabilities(
    service: Callable[..., Any], bundle: Path
) -> None:
    with service() as client:
        results = client.post("/api/predict", json=[EXAMPLE, EXAMPLE | {"income": 9_900_000}]).json()[
            "results"
        ]
        client.post("/api/predict", json={})
        client.get("/made/up/by/the/caller")
        client.request("BREW", "/health")
        answer = client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain")
    lines = dict(line.rsplit(" ", 1) for line in answer.text.splitlines() if not line.startswith("#"))
    requests = "loan_default_requests_total"
    assert lines[f'{requests}{{method="POST",path="/api/predict",status="200"}}'] == "1.0"
    assert lines[f'{requests}{{method="POST",path="/api/predict",status="422"}}'] == "1.0"
    assert lines[f'{requests}{{method="GET",path="other",status="404"}}'] == "1.0"
    assert lines[f'{requests}{{method="other",path="/health",status="405"}}'] == "1.0"
    assert lines['loan_default_request_seconds_count{path="/api/predict"}'] == "2.0"
    version = Scorer.load(bundle).manifest.version
    for result in results:
        policy, prediction = result["policy"], result["prediction"]
        labels = f'model_version="{version}",policy="{policy}",prediction="{prediction}"'
        assert lines[f"loan_default_predictions_total{{{labels}}}"] == "1.0"
    assert len({result["policy"] for result in results}) == 2
    assert lines["loan_default_probability_of_default_count"] == "2.0"
    total = sum(result["probability_of_default"] for result in results)
    assert float(lines["loan_default_probability_of_default_sum"]) == pytest.approx(total)
    assert lines['loan_default_bundle_loads_total{outcome="loaded"}'] == "1.0"
    assert "caller" not in answer.text
    assert "BREW" not in answer.text
