"""The documentation page: the portfolio's own fields, and nothing from elsewhere."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable
from html import unescape
from typing import Any

from fastapi.testclient import TestClient

from .conftest import EXAMPLE

KEY = "a key of the service"


def test_it_shows_every_field_and_every_address(client: TestClient) -> None:
    answer = client.get("/docs")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")
    for name in EXAMPLE:
        assert f"<code>{name}</code>" in answer.text
    for path in client.get("/openapi.json").json()["paths"]:
        assert f"<code>{path}</code>" in answer.text
    age = re.search("<tr><td><code>age</code>.*?</tr>", answer.text)
    assert age is not None
    assert "number, from 21, up to 79" in age[0]
    assert "refused" in age[0]


def test_it_fetches_nothing(client: TestClient) -> None:
    answer = client.get("/docs")
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert "<script" not in answer.text
    assert re.findall(r'(?:src|href)="([^"]*)"', answer.text) == ["openapi.json"]


def test_the_request_it_shows_is_answered(client: TestClient) -> None:
    shown = re.search("<pre>(curl .*?)</pre>", client.get("/docs").text, re.DOTALL)
    assert shown is not None
    *_, option, body = shlex.split(unescape(shown[1]))
    assert option == "-d"
    answer = client.post("/api/predict", content=body)
    assert answer.json()["n_predictions"] == 1
    assert json.loads(body).keys() == EXAMPLE.keys()


def test_it_tells_of_the_key_but_not_the_key(service: Callable[..., Any], client: TestClient) -> None:
    with service(api_key=KEY) as guarded:
        page = guarded.get("/docs").text
    assert "-H 'X-API-Key: ...'" in page
    assert KEY not in page
    assert "X-API-Key: ..." not in client.get("/docs").text
