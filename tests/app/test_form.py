"""The web form: its widgets and examples, files, and all of it in a browser."""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import orjson
import pandas as pd
import pytest

from loan_default.app import Settings, create_app
from loan_default.app.form.examples import make_examples
from loan_default.app.form.file_scoring import score_file
from loan_default.app.form.file_view import file_card, histogram
from loan_default.app.form.model_view import model_card
from loan_default.app.form.result_view import POLICY_NAMES, decision_card
from loan_default.app.form.widgets import application, entries
from loan_default.app.service import Call, Service
from loan_default.errors import InputError
from loan_default.scoring import Scorer

from .conftest import EXAMPLE, Server


@pytest.fixture(scope="module")
def scorer(bundle: Path) -> Scorer:
    return Scorer.load(bundle)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("300000", 300_000),
        (" 300,000.50 ", 300_000.5),
        ("-1", -1),
        ("12,5", "12,5"),
        ("a lot", "a lot"),
        ("nan", "nan"),
        ("", None),
        (None, None),
    ],
)
def test_a_typed_number_is_read_or_left_to_the_check(scorer: Scorer, typed: Any, meant: Any) -> None:
    (income,) = (field for field in scorer.fields if field.name == "income")
    assert application([income], [typed]) == ({} if meant is None else {"income": meant})


def test_examples_survive_the_widgets_and_differ_in_risk_as_named(scorer: Scorer) -> None:
    risk = {}
    for example in make_examples(scorer):
        read = application(scorer.fields, entries(scorer.fields, example.values))
        checked = scorer.check(read)
        assert not checked.faults
        assert checked.values == scorer.check(example.values).values
        risk[example.name] = scorer.decide(checked)[0].probability_of_default
    assert risk["Lower risk"] < risk["Typical"] < risk["Higher risk"]
    assert "Only what is required" in risk


def test_a_file_is_scored_row_by_row_or_rejected_with_the_reason(scorer: Scorer, tmp_path: Path) -> None:
    path = tmp_path / "applications.csv"
    good = [str(value) for value in EXAMPLE.values()]
    lines = [list(EXAMPLE), good, ["a lot", *good[1:]], good[:-1], good]
    path.write_text("\ufeff" + "\n".join(";".join(line) for line in lines), encoding="utf-8")
    told: list[float] = []
    file = score_file(path, scorer.score, lambda share, words: told.append(share))
    expected = scorer.decide(scorer.check(EXAMPLE))[0]
    assert file.scored["row"].tolist() == [1, 4]
    assert file.scored["probability_of_default"].tolist() == pytest.approx(
        [expected.probability_of_default] * 2, abs=1e-6
    )
    assert file.scored["prediction"].tolist() == [expected.prediction] * 2
    assert file.rejected["row"].tolist() == [2, 3]
    assert "'a lot' is not a number" in file.rejected["reason"][0]
    assert file.rejected["reason"][1] == "10 values instead of 11"
    assert told[0] == 0


def test_a_mended_file_of_rejected_rows_may_be_sent_again(scorer: Scorer, tmp_path: Path) -> None:
    path = tmp_path / "applications.csv"
    header, good = ["row", "reason", "score", *EXAMPLE], ["7", "why", "9", *map(str, EXAMPLE.values())]
    bad = [*good[:3], "a lot", *good[4:]]
    path.write_text("\n".join(",".join(line) for line in (header, good, bad, good[:-1])), encoding="utf-8")
    file = score_file(path, scorer.score, lambda share, words: None)
    assert file.scored["row"].tolist() == [1]
    assert file.scored[["row_in_file", "reason_in_file", "score_in_file"]].to_numpy().tolist() == [good[:3]]
    assert file.rejected["row"].tolist() == [2, 3]
    assert "'a lot' is not a number" in file.rejected["reason"][0]
    assert file.rejected["reason"][1] == "13 values instead of 14"
    assert file.rejected["reason_in_file"].tolist() == ["why", "why"]
    assert file.scored.columns.is_unique
    assert file.rejected.columns.is_unique


def test_half_a_character_is_replaced(scorer: Scorer) -> None:
    entered = [str(value) for value in EXAMPLE.values()]
    entered[list(EXAMPLE).index("profession")] = "\ud800"
    by_name = dict(zip(EXAMPLE, entered, strict=True))
    given = application(scorer.fields, [by_name[field.name] for field in scorer.fields])
    assert given["profession"] == "?"
    orjson.dumps(given)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "holds no applications"),
        (b"income,income\n1,2\n", "same name in the file: 'income'"),
        (b"income\n1\n", "missing|lacks|age"),
        (b"income\n\xff\xfe\n", "not UTF-8"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused(
    scorer: Scorer, tmp_path: Path, content: bytes, message: str
) -> None:
    path = tmp_path / "bad.csv"
    path.write_bytes(content)
    with pytest.raises(InputError, match=message):
        score_file(path, scorer.score, lambda share, words: None)


@pytest.mark.parametrize(
    ("threshold", "words"),
    [
        (0.1, "from 10.0% to 20.0% applications are predicted to default, and accepted all the same"),
        (0.3, "nobody is accepted against it, and nobody declined"),
        (0.7, "from 50.0% to 70.0% applications are predicted to pay, and declined all the same"),
    ],
)
def test_the_model_card_says_where_policy_and_prediction_disagree(
    scorer: Scorer, threshold: float, words: str
) -> None:
    assert words in model_card(scorer.manifest.model_copy(update={"threshold": threshold}))


@pytest.mark.parametrize("policy", ["accept", "refer", "decline"])
def test_the_decision_card_leads_with_the_policy(scorer: Scorer, policy: str) -> None:
    result = {
        "prediction_id": "a1b2",
        "prediction": "Default",
        "probability_of_default": 0.4,
        "threshold": 0.3,
        "score": 500,
        "risk_band": "<odd>",
        "policy": policy,
        "policy_note": "The policy counts." if policy == "accept" else None,
        "reasons": [],
        "warnings": [],
    }
    card = decision_card(result, scorer.manifest, scorer.fields)
    assert f"<h3>{POLICY_NAMES[policy]}</h3>" in card
    assert "&lt;odd&gt;" in card
    assert "prediction a1b2." in card
    assert ("The policy counts." in card) == (policy == "accept")
    shares = re.findall(r'<span class="(\w+)" style="width:([\d.]+)%">', card)
    assert [(name, float(share)) for name, share in shares] == [
        ("accept", 20.0),
        ("refer", 30.0),
        ("decline", 50.0),
    ]


def test_the_histogram_parts_the_bar_at_the_threshold() -> None:
    import numpy as np

    drawn = histogram(np.array([0.21, 0.22, 0.24, 0.60]), 0.215)
    heights = {
        kind: re.findall(rf'class="{kind}"[^>]* height="([1-9][0-9.]*)"', drawn) for kind in ("over", "under")
    }
    assert heights == {"over": ["120.0", "40.0"], "under": ["40.0"]}


def test_the_axis_ends_where_the_probabilities_do() -> None:
    import numpy as np

    for probability, end in ((0.1, "20%"), (0.3, "40%"), (0.5, "100%")):
        assert f'left:100%">{end}</span>' in histogram(np.array([0.01, probability]), 0.05)


def test_rows_of_a_file_are_counted_and_logged_as_those_of_a_request(
    settings: Callable[..., Settings], tmp_path: Path
) -> None:
    from fastapi.testclient import TestClient

    path = tmp_path / "applications.csv"
    rows = [EXAMPLE, EXAMPLE | {"income": "a lot"}, EXAMPLE | {"city": "Delhi_city"}]
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, EXAMPLE)
        writer.writeheader()
        writer.writerows(rows)
    app = create_app(settings())
    service: Service = app.state.service
    with TestClient(app) as client:
        scorer = service.bundle.scorer
        call = Call("a file", time.perf_counter(), with_reasons=False)
        file = score_file(path, partial(service.score_rows, call, scorer), lambda share, words: None)
        client.post("/api/predict?reasons=false", json=[rows[0], rows[2]])
        metrics = client.get("/metrics").text
    assert "loan_default_probability_of_default_count 4.0" in metrics
    lines = [json.loads(line) for line in service.settings.log_path.read_text().splitlines()]
    first, third, second, *of_request = lines
    assert file.scored["prediction_id"].tolist() == [first["prediction_id"], third["prediction_id"]]
    assert file.scored.columns[:3].tolist() == ["row", "prediction_id", "probability_of_default"]
    assert "prediction_id" not in file.rejected
    assert first["prediction_id"] not in file_card(file, scorer.manifest)
    assert len({line["prediction_id"] for line in lines} - {None}) == 4
    own = {"time", "request_id", "prediction_id", "index", "latency_ms"}
    for row, one in zip((first, third), of_request, strict=True):
        assert row.keys() == one.keys()
        for key in row.keys() - own - {"probability_of_default"}:
            assert row[key] == one[key], key
        assert row["probability_of_default"] == pytest.approx(one["probability_of_default"], abs=1e-6)
    assert [one["index"] for one in (first, second, third)] == [1, 2, 3]
    assert {one["request_id"] for one in (first, second, third)} == {"a file"}
    assert second["status"] == 422
    assert second["faults"] == [
        {"type": "value_error", "loc": ["file", 2], "msg": "income: 'a lot' is not a number"}
    ]


def test_inputs_of_a_file_stay_out_of_the_log_where_inputs_do(
    settings: Callable[..., Settings],
) -> None:
    from fastapi.testclient import TestClient

    app = create_app(settings(log_inputs=False))
    service: Service = app.state.service
    with TestClient(app):
        rows = pd.DataFrame([EXAMPLE, EXAMPLE | {"age": "a secret"}]).astype(str)
        service.score_rows(Call("a file", 0.0, False), service.bundle.scorer, rows)
    text = service.settings.log_path.read_text()
    assert text.count("\n") == 2
    assert "secret" not in text
    assert "sikar" not in text


@pytest.fixture(scope="module", params=[1, 2], ids=["one worker", "two workers"])
def page(
    request: pytest.FixtureRequest, bundle: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Any]:
    """A page of a browser, and what it asked for beyond the service."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("no chromium found: install Debian's chromium for the browser tests")
    from playwright.sync_api import sync_playwright

    # Two workers do not share Gradio's queue, nor with it the way from an upload to its result.
    server = Server(tmp_path_factory.mktemp("form"), bundle, form=True, workers=request.param)
    try:
        server.wait_until_ready()
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
            )
            page = browser.new_page(viewport={"width": 390, "height": 844})
            page.set_default_timeout(15_000)
            page.strangers = []
            page.on(
                "request",
                lambda request: (
                    None
                    if request.url.startswith((server.url, "data:", "blob:"))
                    else page.strangers.append(request.url)
                ),
            )
            page.goto(server.url)
            page.log = server.log
            yield page
            browser.close()
    finally:
        server.stop()


def test_a_valid_application_is_decided(page: Any, scorer: Scorer) -> None:
    page.get_by_role("button", name="Typical").click()
    page.locator(".decision").wait_for()
    page.get_by_label("Income", exact=False).first.fill("300,000")
    before = page.locator(".decision").inner_text()
    page.get_by_role("button", name="Assess").click()
    page.wait_for_function("before => document.querySelector('.decision').innerText != before", arg=before)
    values = make_examples(scorer)[0].values | {"income": 300_000}
    expected = scorer.decide(scorer.check(values))[0]
    shown = page.locator(".decision").inner_text()
    assert f"{100 * expected.probability_of_default:.1f}%" in shown
    assert f"{expected.score} points" in shown
    assert POLICY_NAMES[expected.policy] in shown
    assert page.locator(".reason").count() == len(scorer.reasons(scorer.check(values)))
    # The log is written beside the request, a moment later.
    deadline = time.monotonic() + 10
    while page.log.read_text().count("\n") < 2 and time.monotonic() < deadline:
        time.sleep(0.05)
    assert page.log.read_text().count("\n") == 2, "the form's decisions are in the prediction log"


def test_faults_stand_at_their_fields(page: Any) -> None:
    from playwright.sync_api import expect

    age = page.locator("#field-age input, #field-age textarea")
    age.fill("55")
    page.get_by_role("button", name="Clear").click()
    expect(age).to_have_value("")  # what is typed before that would be cleared too
    age.fill("17")
    page.locator("#field-experience input, #field-experience textarea").fill("long")
    page.get_by_role("button", name="Assess").click()
    page.locator(".notes.fault").wait_for()
    assert "from 21 to 79" in page.locator("#field-age").inner_text()
    assert "not a text" in page.locator("#field-experience").inner_text()
    assert "required" in page.locator("#field-city").inner_text()
    assert page.locator("#field-married.faulty").count() == 0, "it is optional"
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_file_is_scored_and_given_back(page: Any, tmp_path: Path) -> None:
    path = tmp_path / "applications.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, EXAMPLE)
        writer.writeheader()
        writer.writerows([EXAMPLE, EXAMPLE | {"income": "a lot"}])
    page.get_by_role("tab", name="File").click()
    page.locator("input[type=file]").set_input_files(path)
    page.get_by_text(path.stem).first.wait_for()
    page.get_by_role("button", name="Score the file").click()
    page.locator("#file-report .histogram").wait_for()
    rows = {}
    for name in ("results", "rejected"):
        with page.expect_download() as download:
            page.get_by_text(f"Download {name}").click()
        rows[name] = list(csv.DictReader(download.value.path().read_text().splitlines()))
    assert [row["row"] for row in rows["results"]] == ["1"]
    assert 0 < float(rows["results"][0]["probability_of_default"]) < 1
    assert rows["results"][0]["policy"] in POLICY_NAMES
    assert "Refer to a person" in page.locator("#file-report").inner_text()
    assert "is not a number" in rows["rejected"][0]["reason"]
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_model_tells_its_limits_and_nothing_was_asked_of_others(page: Any) -> None:
    page.get_by_role("tab", name="Model").click()
    page.get_by_text("For tests only.").wait_for()
    assert page.get_by_text("nobody is accepted against it").is_visible()
    assert page.get_by_role("cell", name="Refer to a person").is_visible()
    assert page.get_by_text("ROC AUC").is_visible()
    right = "[...document.querySelectorAll('.model > .card')].map(card => card.getBoundingClientRect().right)"
    assert max(page.evaluate(right)) <= 390
    page.goto(page.url.partition("/gradio")[0] + "/docs")
    assert page.get_by_role("heading", name="An application").is_visible()
    assert page.strangers == []


def test_without_the_form_nothing_is_mounted(settings: Callable[..., Settings]) -> None:
    from fastapi.testclient import TestClient

    with TestClient(create_app(settings(form=False)), follow_redirects=False) as client:
        assert client.get("/gradio").status_code == 404
    assert "LOAN_DEFAULT_FORM" not in os.environ
