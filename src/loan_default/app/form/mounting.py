"""The form as a part of the service."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import gradio as gr
from fastapi import FastAPI
from starlette.routing import Mount

from loan_default.app.form.files import FormFiles
from loan_default.app.form.guard import FormGuard
from loan_default.app.form.page import build_page
from loan_default.app.form.style import CSS, HEAD, theme
from loan_default.app.routes import FORM
from loan_default.app.service import Service


@asynccontextmanager
async def mounted_form(app: FastAPI, service: Service, files: FormFiles) -> AsyncIterator[None]:
    """Put the form at `/gradio`, start what it needs and take it away in the end.

    Args:
        app: The running service; its bundle is loaded, because the widgets are made of its fields.
        service: What the form asks for decisions.
        files: Where uploads and results go.
    """
    # Gradio's own tasks belong to the application it is mounted on, and the service's have already started.
    host = FastAPI()
    gr.mount_gradio_app(
        host,
        build_page(service, files),
        path=FORM,
        root_path=FORM,  # or files that come without the queue get an address above the form
        footer_links=[],
        run_history=False,
        show_error=False,
        enable_monitoring=False,
        ssr_mode=False,
        pwa=False,
        mcp_server=False,
        max_file_size=service.settings.max_body_bytes,
        theme=theme(),
        css=CSS,
        head=HEAD,
    )
    (mount,) = (route for route in host.routes if isinstance(route, Mount) and route.path == FORM)
    guarded = Mount(FORM, FormGuard(mount.app, service.settings, files))
    async with host.router.lifespan_context(host):
        app.router.routes.append(guarded)
        watch = asyncio.create_task(files.watch())
        try:
            yield
        finally:
            watch.cancel()
            app.router.routes.remove(guarded)
