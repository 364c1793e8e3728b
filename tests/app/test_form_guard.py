"""What the form lets through, and the folder of its files."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from loan_default.app.form.files import FormFiles, form_files

KEY = "a key of the service"
LIMIT = 20_000
API = "/gradio/gradio_api"


@pytest.fixture
def form(service: Callable[..., Any]) -> Iterator[TestClient]:
    with service(form=True, max_body_bytes=LIMIT) as client:
        yield client


def test_it_lets_the_page_through_and_nothing_it_does_not_need(form: TestClient) -> None:
    for path in ("/", "/theme.css", "/config"):
        assert form.get(f"/gradio{path}").status_code == 200
    for path in (
        "/gradio/monitoring/summary",
        f"{API}/info",
        f"{API}/openapi.json",
        f"{API}/heartbeat/abc",
        f"{API}/app_id",
        f"{API}/proxy=https://example.org/x",
        f"{API}/file=https://example.org/x",
        f"{API}/file=/etc/passwd",
        f"{API}/file={Path(__file__)}",
        f"{API}/vibe-code",
        "/gradio/gradio_api/run/predict/more",
    ):
        answer = form.get(path)
        assert answer.status_code == 404, path
        assert answer.json()["detail"][0]["type"] == "not_found"
    for path in ("vibe-edit", "process_recording", "component_server", "call/predict", "api/predict"):
        assert form.post(f"{API}/{path}", json={}).status_code == 404, path


def test_with_a_key_every_path_wants_it(service: Callable[..., Any]) -> None:
    with service(form=True, api_key=KEY) as client:
        for path in ("/gradio/", "/gradio/theme.css", "/gradio/assets/x.js", "/gradio/nothing"):
            assert client.get(path).status_code == 401, path
        for scheme in ("Basic", "Bearer"):
            for wrong in ("", "!", "dXNlcg==", "dXNlcjp3cm9uZw==", "w7w="):
                refused = client.get("/gradio/", headers={"Authorization": f"{scheme} {wrong}"})
                assert refused.status_code == 401
                assert refused.headers["www-authenticate"].startswith("Basic")
        assert client.post(f"{API}/upload", files={"files": b"x"}).status_code == 401
        assert client.get("/gradio/", auth=("anyone", KEY)).status_code == 200


def _upload(form: TestClient, *contents: bytes) -> Any:
    files = [("files", (f"{place}.csv", content)) for place, content in enumerate(contents)]
    return form.post(f"{API}/upload", files=files)


def test_an_upload_is_given_back_to_nobody_under_another_name(form: TestClient) -> None:
    (path,) = _upload(form, b"a,b").json()
    assert form.get(f"{API}/file={path}").content == b"a,b"
    assert Path(path).is_relative_to(os.environ["GRADIO_TEMP_DIR"])
    assert form.get(f"{API}/file={Path(path).parent}").status_code == 404
    assert form.get(f"{API}/file={Path(path).parent}/../../x").status_code == 404
    assert form.get(f"{API}/file={Path(path).parent}/..%2F..%2Fetc").status_code == 404


def test_uploads_are_limited_one_by_one_and_together(form: TestClient) -> None:
    assert _upload(form, b"x" * (LIMIT + 1)).status_code == 413
    assert _upload(form, *[b"x" * (LIMIT - 1)] * 5).status_code == 413, "several in one request"
    endless = form.post(f"{API}/upload", content=iter([b"x" * 1_000] * 5))
    assert endless.status_code == 411
    assert form.post(f"{API}/run/predict", content=b" " * (LIMIT + 70_000)).status_code == 413
    statuses = [_upload(form, bytes([number]) * LIMIT).status_code for number in range(22)]
    assert statuses[:20] == [200] * 20
    assert statuses[20:] == [507] * 2


def test_its_requests_are_one_series_in_the_metrics(form: TestClient) -> None:
    for path in ("/gradio/", "/gradio/theme.css", f"{API}/nothing", "/gradio/static/x"):
        form.get(path)
    paths = {
        line.partition('path="')[2].partition('"')[0]
        for line in form.get("/metrics").text.splitlines()
        if line.startswith("loan_default_requests_total")
    }
    assert paths == {"/gradio"}


def test_files_go_with_the_service(service: Callable[..., Any]) -> None:
    before = os.environ.get("GRADIO_TEMP_DIR")
    with service(form=True) as client:
        (path,) = _upload(client, b"a,b").json()
        assert Path(path).exists()
    assert not Path(path).parent.parent.exists()
    assert os.environ.get("GRADIO_TEMP_DIR") == before


def test_old_files_are_forgotten_and_new_ones_stay(tmp_path: Path) -> None:
    files = FormFiles(tmp_path, max_bytes=10)
    old, new = files.new("old.csv"), files.new("new.csv")
    for file in (old, new):
        file.write_bytes(b"12345")
    assert not files.has_room()
    os.utime(old, (time.time() - 3_700,) * 2)
    files.forget_old()
    assert [file.name for file in tmp_path.rglob("*.csv")] == ["new.csv"]
    assert not old.parent.exists()
    assert files.has_room()


def test_workers_share_a_folder_that_stays_when_one_of_them_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOAN_DEFAULT_FORM_FOLDER", str(tmp_path))
    with form_files(10) as files:
        assert files.folder == tmp_path
        files.new("kept.csv").write_bytes(b"")
    assert len(list(tmp_path.rglob("kept.csv"))) == 1
