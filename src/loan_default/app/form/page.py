"""The page: one application, a file of them, and the model."""

from __future__ import annotations

import threading
import time
import uuid
from functools import partial
from html import escape
from pathlib import Path
from typing import Any

import gradio as gr
import orjson

from loan_default.app.faults import RefusedError
from loan_default.app.form.examples import make_examples
from loan_default.app.form.file_scoring import score_file
from loan_default.app.form.file_view import file_card, refused_card
from loan_default.app.form.files import FormFiles
from loan_default.app.form.model_view import model_card
from loan_default.app.form.result_view import EMPTY, decision_card, fault_card
from loan_default.app.form.widgets import application, entries, fault_marks, widget
from loan_default.app.service import Call, Service
from loan_default.errors import InputError

# Files that wait for their turn; a later one is asked to come back.
_WAITING_FILES = 10
# Answered at once by whichever worker is asked: Gradio's queue lives in a single process.
_DIRECT: dict[str, Any] = {"queue": False, "api_visibility": "private", "show_progress": "hidden"}


def build_page(service: Service, files: FormFiles) -> gr.Blocks:
    """Build the page from the fields of the bundle in service.

    Args:
        service: Its bundle is loaded.
        files: Where results go.
    """
    title = service.bundle.scorer.manifest.portfolio.title
    with gr.Blocks(analytics_enabled=False, title=f"{title}: default risk") as page:
        gr.HTML(
            f'<div class="page-head"><h1>Default risk</h1><p>{escape(title)}</p></div>',
            container=False,
            padding=False,
        )
        with gr.Tab("Application"):
            _one_application(service)
        with gr.Tab("File"):
            _file_of_applications(service, files)
        with gr.Tab("Model"):
            card = gr.HTML(padding=False)
            page.load(lambda: model_card(service.bundle.scorer.manifest), outputs=card, **_DIRECT)
    return page.queue(max_size=_WAITING_FILES)


def _one_application(service: Service) -> None:
    scorer = service.bundle.scorer
    fields = scorer.fields
    with gr.Row(elem_classes=["split"]):
        with gr.Column(scale=3, min_width=320):
            with gr.Row(elem_classes=["examples"]):
                gr.HTML(
                    '<span class="small">Examples, made up:</span>',
                    container=False,
                    padding=False,
                    min_width=120,
                )
                examples = [(gr.Button(one.name, size="sm"), one) for one in make_examples(scorer)]
            with gr.Row(elem_classes=["fields"]):
                widgets = [widget(field) for field in fields]
            with gr.Row():
                assess = gr.Button("Assess", variant="primary", scale=3)
                clear = gr.Button("Clear", scale=1)
        with gr.Column(scale=2, min_width=320, elem_classes=["result"]):
            result = gr.HTML(EMPTY, elem_id="result", padding=False)

    def decide(*given: Any) -> list[Any]:
        manifest = service.bundle.scorer.manifest
        call = Call(uuid.uuid4().hex, time.perf_counter(), with_reasons=True)
        try:
            answer = orjson.loads(service.predict(call, orjson.dumps(application(fields, given))))
        except RefusedError as refusal:
            faults = {str(one["loc"][-1]): one["msg"] for one in refusal.faults}
            known = {field.name: faults.pop(field.name) for field in fields if field.name in faults}
            return [fault_card(known, list(faults.values()), fields), *fault_marks(fields, known)]
        return [decision_card(answer["results"][0], manifest, fields), *fault_marks(fields, {})]

    outputs: list[gr.components.Component] = [result, *widgets]
    assess.click(decide, widgets, outputs, scroll_to_output=True, **_DIRECT)
    for button, example in examples:
        filled = button.click(partial(entries, fields, example.values), outputs=widgets, **_DIRECT)
        filled.then(decide, widgets, outputs, scroll_to_output=True, **_DIRECT)
    clear.click(
        lambda: [EMPTY, *[update | {"value": None} for update in fault_marks(fields, {})]],
        outputs=outputs,
        **_DIRECT,
    )


def _file_of_applications(service: Service, files: FormFiles) -> None:
    needed = ", ".join(
        escape(field.header) + ("" if field.required else " (may be empty)")
        for field in service.bundle.scorer.fields
    )
    megabytes = service.settings.max_body_bytes / 2**20
    gr.HTML(
        "<p>A CSV file in UTF-8 with a header, one application in a row, of at most "
        f"{megabytes:,.0f} MB. Its other columns are given back as they are. Files are deleted within "
        f"about an hour.</p><details><summary>Columns it needs</summary>{needed}</details>",
        padding=False,
    )
    with gr.Row(elem_classes=["split"]):
        upload = gr.File(label="CSV file", file_types=[".csv"], height=140, scale=3)
        with gr.Column(scale=1, min_width=220):
            score = gr.Button("Score the file", variant="primary")
            results = gr.DownloadButton("Download results", interactive=False)
            rejected = gr.DownloadButton("Download rejected rows", interactive=False)
    report = gr.HTML(elem_id="file-report", min_height=120, padding=False)
    one_at_a_time = threading.Lock()  # each holds a file in memory

    def score_upload(path: str | None, progress: Any = gr.Progress()) -> list[Any]:  # noqa: B008
        off = gr.update(value=None, interactive=False)
        if path is None:
            return [refused_card("Choose a CSV file first."), off, off]
        scorer = service.bundle.scorer
        call = Call(uuid.uuid4().hex, time.perf_counter(), with_reasons=False)
        try:
            with one_at_a_time:
                scored = score_file(
                    Path(path),
                    partial(service.score_rows, call, scorer),
                    lambda share, words: progress(share, desc=words),
                )
        except InputError as error:
            return [refused_card(str(error)), off, off]
        progress(1, desc="Writing")
        buttons = []
        for name, frame in (("results", scored.scored), ("rejected", scored.rejected)):
            if frame.empty:
                buttons.append(off)
                continue
            file = files.new(f"{Path(path).stem}_{name}.csv")
            frame.to_csv(file, index=False)
            buttons.append(gr.update(value=str(file), interactive=True))
        return [file_card(scored, scorer.manifest), *buttons]

    score.click(
        score_upload,
        upload,
        [report, results, rejected],
        # Several workers do not share a queue: there it works without the progress bar.
        queue=service.settings.workers == 1,
        show_progress="full",
        show_progress_on=report,
        api_visibility="private",
    )
