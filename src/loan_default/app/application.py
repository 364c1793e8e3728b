"""The web application: routes, settings and the model, put together."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from typing import Any

from fastapi import Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse

from loan_default.app.faults import RefusedError, answer_invalid_parameter, as_detail
from loan_default.app.form.files import form_files
from loan_default.app.openapi import openapi
from loan_default.app.request_record import RequestRecord
from loan_default.app.routes import guarded_routes, open_routes, require_api_key
from loan_default.app.service import Service
from loan_default.app.settings import Settings

# Files of the largest size that the form keeps at most, for about an hour.
FORM_FILES = 20


def create_app(settings: Settings | None = None) -> FastAPI:
    """Build the application; the bundle is loaded when it starts.

    Args:
        settings: How the service runs; by default as the environment says.
    """
    service = Service(settings or Settings())
    app = FastAPI(
        title="loan-default",
        summary="The probability that an applicant will default, with reasons.",
        version=version("loan-default"),
        lifespan=_lifespan,
        docs_url=None,  # it would fetch scripts from elsewhere
        redoc_url=None,
    )
    app.state.service = service
    app.add_middleware(RequestRecord, metrics=service.metrics)
    app.add_exception_handler(RefusedError, _answer_refusal)
    app.add_exception_handler(RequestValidationError, answer_invalid_parameter)
    guards = [] if service.settings.api_key is None else [Depends(require_api_key)]
    app.include_router(guarded_routes, dependencies=guards)
    app.include_router(open_routes)

    def current_openapi() -> dict[str, Any]:
        return openapi(app, service.bundle.scorer.fields, service.settings.max_batch)

    app.openapi = current_openapi  # type: ignore[method-assign]
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    service: Service = app.state.service
    await asyncio.to_thread(service.bundle.load)
    if service.log is not None:
        service.log.start()
    # What is loaded by now stays: without it a full collection stops all requests for tens of milliseconds.
    gc.collect()
    gc.freeze()
    watch = asyncio.create_task(service.bundle.watch(service.settings.bundle_check_seconds))
    try:
        async with _form(app, service):
            yield
    finally:
        watch.cancel()
        if service.log is not None:
            await asyncio.to_thread(service.log.close)
        service.bundle.close()


@asynccontextmanager
async def _form(app: FastAPI, service: Service) -> AsyncIterator[None]:
    if not service.settings.form:
        yield
        return
    with form_files(FORM_FILES * service.settings.max_body_bytes) as files:
        from loan_default.app.form.mounting import mounted_form  # Gradio takes seconds to import

        async with mounted_form(app, service, files):
            yield


async def _answer_refusal(request: Request, refusal: Exception) -> JSONResponse:
    assert isinstance(refusal, RefusedError)
    return JSONResponse(as_detail(refusal.faults), refusal.status)
