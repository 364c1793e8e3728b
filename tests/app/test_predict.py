"""`POST /api/predict`: answers, faults and limits."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from tests.scoring.conftest import write

from loan_default.app import Settings, body, create_app
from loan_default.app.predicting import rounded
from loan_default.scoring import Scorer

from .conftest import EXAMPLE

PREDICT = "/api/predict"


def _faults(client: TestClient, payload: Any) -> list[dict[str, Any]]:
    answer = client.post(PREDICT, json=payload)
    assert answer.status_code == 422
    detail: list[dict[str, Any]] = answer.json()["detail"]
    assert all(set(entry) == {"type", "loc", "msg"} for entry in detail)
    return detail


def _only_fault(client: TestClient, **changes: Any) -> dict[str, Any]:
    (fault,) = _faults(client, EXAMPLE | changes)
    return fault


def test_the_published_example_is_answered(client: TestClient, bundle: Path) -> None:
    answer = client.post(PREDICT, json=EXAMPLE)

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    body = answer.json()
    assert set(body) == {"n_predictions", "results", "model"}
    assert body["n_predictions"] == 1
    manifest = Scorer.load(bundle).manifest
    assert body["model"] == {"name": "logistic_regression", "version": manifest.version, "run_id": "run 1"}
    (result,) = body["results"]
    assert set(result) == {
        *("prediction_id", "prediction", "probabilities", "probability_of_default", "threshold", "score"),
        *("risk_band", "policy", "policy_note", "reasons", "warnings"),
    }
    probability = result["probability_of_default"]
    assert result["probabilities"] == rounded(probability)
    assert result["threshold"] == 0.3
    assert result["prediction"] == ("Default" if probability >= 0.3 else "No Default")
    policies = {"low": "accept", "medium": "refer", "high": "decline"}
    assert result["policy"] == policies[result["risk_band"]]
    assert result["policy_note"] is None
    assert isinstance(result["score"], int)
    assert result["warnings"] == []


def test_reasons_say_what_counts_most_first(client: TestClient) -> None:
    (result,) = client.post(PREDICT, json=EXAMPLE).json()["results"]
    reasons = result["reasons"]
    assert 1 <= len(reasons) <= 4
    assert set(reasons[0]) == {"field", "label", "value", "direction", "contribution", "text"}
    assert reasons[0]["field"] == "income", "the made-up defaults depend on income"
    assert reasons[0]["direction"] == "raises"
    sizes = [abs(reason["contribution"]) for reason in reasons]
    assert sizes == sorted(sizes, reverse=True)


def test_reasons_can_be_left_out(client: TestClient) -> None:
    with_reasons = client.post(PREDICT, json=EXAMPLE).json()
    without = client.post(f"{PREDICT}?reasons=false", json=EXAMPLE).json()
    assert without["results"][0]["reasons"] == []
    for name in ("reasons", "prediction_id"):
        del with_reasons["results"][0][name], without["results"][0][name]
    assert with_reasons == without


def test_http_answers_as_the_scorer_does(client: TestClient, bundle: Path) -> None:
    scorer = Scorer.load(bundle)
    applications = [EXAMPLE | {"income": income} for income in range(0, 9_000_000, 90_000)]
    expected = [scorer.decide(scorer.check(application))[0] for application in applications]

    results = client.post(PREDICT, json=applications).json()["results"]

    for result, decision in zip(results, expected, strict=True):
        assert result["probability_of_default"] == pytest.approx(decision.probability_of_default, abs=1e-6)
        assert result["score"] == decision.score
        assert result["risk_band"] == decision.risk_band
        assert result["policy"] == decision.policy
    assert len({result["policy"] for result in results}) > 1


def test_where_policy_and_prediction_disagree_the_answer_says_which_counts(
    settings: Callable[..., Settings], bundle_files: dict[str, bytes], tmp_path: Path
) -> None:
    manifest = json.loads(bundle_files["manifest.json"])
    bands = [band | {"policy": "accept"} for band in manifest["bands"]]
    files = bundle_files | {"manifest.json": json.dumps(manifest | {"bands": bands}).encode()}
    folder = write(files, tmp_path / "accepting")
    with TestClient(create_app(settings(bundle=str(folder)))) as client:
        poor, rich = client.post(
            PREDICT, json=[EXAMPLE | {"income": income} for income in (10_000, 9_900_000)]
        ).json()["results"]
    assert (poor["prediction"], poor["policy"]) == ("Default", "accept")
    assert "The policy says what to do" in poor["policy_note"]
    assert (rich["prediction"], rich["policy"], rich["policy_note"]) == ("No Default", "accept", None)


@pytest.mark.parametrize("rows", [1, 3, 200])
def test_an_array_is_answered_in_its_order(client: TestClient, rows: int) -> None:
    applications = [EXAMPLE | {"income": 10_000 + 40_000 * row} for row in range(rows)]
    body = client.post(PREDICT, json=applications).json()
    assert body["n_predictions"] == len(body["results"]) == rows
    backwards = client.post(PREDICT, json=applications[::-1]).json()["results"]
    names = [result.pop("prediction_id") for result in (*body["results"], *backwards)]
    assert len(set(names)) == 2 * rows, "the same application is another prediction when it comes again"
    assert body["results"] == backwards[::-1]
    (alone,) = client.post(PREDICT, json=applications[0]).json()["results"]
    assert body["results"][0] | {"prediction_id": alone["prediction_id"]} == alone


def test_no_application_has_no_result(client: TestClient) -> None:
    body = client.post(PREDICT, content=b" [ ]\n").json()
    assert (body["n_predictions"], body["results"]) == (0, [])


def test_probabilities_always_add_up_to_one() -> None:
    for step in range(0, 100_001, 7):
        both = rounded(step / 100_000)
        assert both["Default"] + both["No Default"] == 1
        assert both == {name: round(value, 3) for name, value in both.items()}
        assert math.isclose(both["Default"], step / 100_000, abs_tol=0.000501)


@pytest.mark.parametrize("field", ["married", "house_ownership", "car_ownership"])
def test_an_optional_field_may_be_missing_or_null(client: TestClient, field: str) -> None:
    absent = {name: value for name, value in EXAMPLE.items() if name != field}
    both = client.post(PREDICT, json=[absent, EXAMPLE | {field: None}])
    assert both.status_code == 200
    first, second = both.json()["results"]
    assert first | {"prediction_id": second["prediction_id"]} == second


@pytest.mark.parametrize("field", sorted(EXAMPLE.keys() - {"married", "house_ownership", "car_ownership"}))
def test_a_required_field_must_be_there(client: TestClient, field: str) -> None:
    absent = {name: value for name, value in EXAMPLE.items() if name != field}
    (fault,) = _faults(client, absent)
    assert (fault["type"], fault["loc"]) == ("missing", ["body", field])
    assert _only_fault(client, **{field: None})["loc"] == ["body", field]


@pytest.mark.parametrize(
    ("field", "low", "high"),
    [("age", 21, 79), ("experience", 0, 20), ("current_job_yrs", 0, 14), ("current_house_yrs", 10, 14)],
)
def test_numbers_lie_within_their_range(client: TestClient, field: str, low: int, high: int) -> None:
    for inside in (low, high, float(high), high + 0.4):
        assert client.post(PREDICT, json=EXAMPLE | {field: inside}).status_code == 200
    for outside in (low - 1, high + 1, -1e9, 1e300):
        fault = _only_fault(client, **{field: outside})
        assert fault["loc"] == ["body", field]
        assert f"from {low} to {high}" in fault["msg"]


@pytest.mark.parametrize("value", ["30", "", True, False, [30], {"years": 30}])
def test_numbers_are_strict(client: TestClient, value: Any) -> None:
    fault = _only_fault(client, age=value)
    assert (fault["type"], fault["loc"]) == ("value_error", ["body", "age"])


@pytest.mark.parametrize("value", [1, 1.5, True, ["single"], {"a": 1}, "divorced"])
def test_labels_are_strict(client: TestClient, value: Any) -> None:
    assert _only_fault(client, married=value)["loc"] == ["body", "married"]


@pytest.mark.parametrize("city", ["SIKAR", " sikar ", "Sikar[3]", "Delhi City", "delhi_CITY", "Jaipur"])
def test_labels_may_be_written_in_many_ways(client: TestClient, city: str) -> None:
    assert client.post(PREDICT, json=EXAMPLE | {"city": city}).status_code == 200


def test_a_float_is_rounded(client: TestClient) -> None:
    exact, near = client.post(PREDICT, json=[EXAMPLE, EXAMPLE | {"age": 30.4, "income": 299999.6}]).json()[
        "results"
    ]
    assert exact["probability_of_default"] == near["probability_of_default"]


def test_an_unknown_label_names_the_closest(client: TestClient) -> None:
    message = _only_fault(client, city="Sikkar")["msg"]
    assert "sikar" in message
    assert "kochi" not in message


def test_every_fault_is_named_with_its_place(client: TestClient) -> None:
    faulty = EXAMPLE | {"age": 5, "city": "nowhere land"}
    assert [fault["loc"] for fault in _faults(client, faulty)] == [["body", "age"], ["body", "city"]]
    in_array = _faults(client, [EXAMPLE, faulty, EXAMPLE, EXAMPLE | {"income": -1}])
    assert [fault["loc"] for fault in in_array] == [
        ["body", 1, "age"],
        ["body", 1, "city"],
        ["body", 3, "income"],
    ]


def test_the_input_is_never_echoed_whole(client: TestClient) -> None:
    secret = "Anna Applicant, 4 Privet Drive, " + "x" * 500
    answer = client.post(PREDICT, json=EXAMPLE | {"city": secret, "note": "the note"})
    assert answer.status_code == 422
    assert secret not in answer.text
    assert "rajasthan" not in answer.text
    assert len(answer.text) < 500


def test_a_batch_of_nothing_but_faults_has_a_bounded_answer(client: TestClient) -> None:
    detail = _faults(client, [{}] * 2_000)
    assert len(detail) == 1_001
    assert detail[-1]["type"] == "too_many_faults"


def test_unknown_fields_are_ignored_and_named(client: TestClient) -> None:
    plain, more = client.post(PREDICT, json=[EXAMPLE, EXAMPLE | {"shoe_size": 43}]).json()["results"]
    assert more["probability_of_default"] == plain["probability_of_default"]
    (warning,) = more["warnings"]
    assert "shoe_size" in warning


def test_oddities_are_scored_and_named(client: TestClient) -> None:
    odd = EXAMPLE | {"income": 50_000_000, "current_job_yrs": 9, "experience": 2}
    (result,) = client.post(PREDICT, json=odd).json()["results"]
    beyond, contradiction = result["warnings"]
    assert "income" in beyond
    assert "current_job_yrs" in contradiction
    assert "experience" in contradiction


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"", "missing"),
        (b"  \n", "missing"),
        (b"{", "json_invalid"),
        (b"income=3", "json_invalid"),
        (b'{"income": NaN}', "json_invalid"),
        (b'{"income": Infinity}', "json_invalid"),
        (b'{"income": -Infinity}', "json_invalid"),
        (b'{"income": 1e999}', "json_invalid"),
        (b'{"city": "\xff"}', "json_invalid"),
        (b'{"city": "\\ud800"}', "json_invalid"),
        (b"[" * 100_000, "json_invalid"),
        (b"null", "type_error"),
        (b"3", "type_error"),
        (b"true", "type_error"),
        (b'"text"', "type_error"),
    ],
)
def test_a_body_that_is_no_application_is_refused(client: TestClient, content: bytes, kind: str) -> None:
    answer = client.post(PREDICT, content=content)
    assert answer.status_code == 422
    (fault,) = answer.json()["detail"]
    assert (fault["type"], fault["loc"]) == (kind, ["body"])


def test_a_number_too_long_for_a_float_is_refused(client: TestClient) -> None:
    digits = b"9" * 300
    content = json.dumps(EXAMPLE).encode().replace(b"300000", digits)
    answer = client.post(PREDICT, content=content)
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"] == ["body", "income"]


def test_an_array_holds_objects_only(client: TestClient) -> None:
    detail = _faults(client, [EXAMPLE, 7, None, [EXAMPLE]])
    assert [fault["loc"] for fault in detail] == [["body", 1], ["body", 2], ["body", 3]]


def test_a_wrong_parameter_is_named_without_its_value(client: TestClient) -> None:
    answer = client.post(f"{PREDICT}?reasons=perhaps", json=EXAMPLE)
    assert answer.status_code == 422
    (fault,) = answer.json()["detail"]
    assert fault["loc"] == ["query", "reasons"]
    assert "perhaps" not in answer.text


def test_a_batch_above_the_limit_is_refused(service: Callable[..., Any]) -> None:
    with service(max_batch=3) as client:
        assert client.post(PREDICT, json=[EXAMPLE] * 3).status_code == 200
        answer = client.post(PREDICT, json=[EXAMPLE] * 4)
    assert answer.status_code == 413
    (fault,) = answer.json()["detail"]
    assert fault["msg"] == "4 applications are more than the 3 allowed in one request."


@pytest.mark.parametrize("content", [b"[{},{},{},{}]", b'{"x": [[], [], []]}'])
def test_a_body_of_more_objects_than_memory_is_meant_for_is_refused(
    service: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, content: bytes
) -> None:
    monkeypatch.setattr(body, "MAX_NESTED", 2)
    with service(max_batch=2) as client:
        assert client.post(PREDICT, json=[EXAMPLE] * 2).status_code == 200
        answer = client.post(PREDICT, content=content)
    assert answer.status_code == 413
    assert answer.json()["detail"][0]["type"] == "too_many_objects"


@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_above_the_limit_is_refused(service: Callable[..., Any], chunked: bool) -> None:
    content = json.dumps(EXAMPLE).encode()
    with service(max_body_bytes=len(content)) as client:
        assert client.post(PREDICT, content=content).status_code == 200
        longer = content + b" "
        answer = client.post(PREDICT, content=iter([longer[:9], longer[9:]]) if chunked else longer)
        assert answer.status_code == 413
        assert answer.json()["detail"][0]["type"] == "body_too_large"


def test_a_failure_is_told_without_its_inside(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("the inside of the service")

    monkeypatch.setattr(Scorer, "decide", fail)
    answer = client.post(PREDICT, json=EXAMPLE, headers={"X-Request-ID": "r-1"})

    assert answer.status_code == 500
    assert answer.headers["x-request-id"] == "r-1"
    (fault,) = answer.json()["detail"]
    assert fault["type"] == "internal_error"
    assert "r-1" in fault["msg"]
    assert "inside" not in answer.text
    monkeypatch.undo()
    assert client.post(PREDICT, json=EXAMPLE).status_code == 200, "the service goes on"


def test_many_callers_get_their_own_answers(client: TestClient) -> None:
    def income_matters(income: int) -> tuple[int, float]:
        rows = [EXAMPLE | {"income": income}] * (1 + income % 40)
        body = client.post(PREDICT, json=rows).json()
        (probability,) = {result["probability_of_default"] for result in body["results"]}
        return body["n_predictions"], probability

    incomes = list(range(10_000, 9_000_000, 150_001))
    alone = [income_matters(income) for income in incomes]
    with ThreadPoolExecutor(8) as callers:
        assert list(callers.map(income_matters, incomes)) == alone
