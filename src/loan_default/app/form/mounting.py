"""The form as a part of the service."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import gradio as gr
from fastapi import FastAPI, HTTPException, Request
from fastapi.security import HTTPBasic

from loan_default.app.form.page import build_page
from loan_default.app.form.style import CSS, HEAD, theme
from loan_default.app.routes import FORM
from loan_default.app.service import Service


@asynccontextmanager
async def mounted_form(app: FastAPI, service: Service) -> AsyncIterator[None]:
    """Put the form at `/gradio`, start what it needs and take it away in the end.

    Args:
        app: The running service; its bundle is loaded, because the widgets are made of its fields.
        service: What the form asks for decisions.
    """
    # Gradio's own tasks belong to the application it is mounted on, and the service's have already started.
    host = FastAPI()
    gr.mount_gradio_app(
        host,
        build_page(service),
        path=FORM,
        auth_dependency=None if service.settings.api_key is None else _key_guard(service),
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
    (mount,) = (route for route in host.routes if getattr(route, "path", None) == FORM)
    async with host.router.lifespan_context(host):
        app.router.routes.append(mount)
        try:
            yield
        finally:
            app.router.routes.remove(mount)


def _key_guard(service: Service):  # type: ignore[no-untyped-def]
    """Return what asks the browser for the key of the API, as the password of any user name."""
    basic = HTTPBasic(auto_error=False)

    async def guard(request: Request) -> str:
        key = service.settings.api_key
        assert key is not None
        try:
            given = await basic(request)
        except HTTPException:
            given = None
        password = given.password if given else ""
        if not secrets.compare_digest(password.encode(), key.get_secret_value().encode()):
            raise HTTPException(
                401,
                "Give the key of this service as the password.",
                {"WWW-Authenticate": 'Basic realm="loan-default"'},
            )
        return "user"

    return guard
