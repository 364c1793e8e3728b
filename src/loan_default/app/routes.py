"""The routes of the service."""

from __future__ import annotations

import asyncio
import time
from typing import Annotated

from fastapi import APIRouter, Request, Response, Security
from fastapi.responses import HTMLResponse, RedirectResponse
from fastapi.security import APIKeyHeader
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.requests import ClientDisconnect

from loan_default.app.body import read_body
from loan_default.app.docs_page import POLICY, docs_page
from loan_default.app.faults import RefusedError, fault
from loan_default.app.predicting import model_version
from loan_default.app.request_record import CLIENT_LEFT
from loan_default.app.schemas import ApplicationSchema, Faults, Health, PredictionResponse, Readiness
from loan_default.app.service import Call, Service
from loan_default.scoring.manifest import Manifest

FORM = "/gradio"

# Up to this size a request is answered in the event loop, in less time than it takes to hand it to a thread;
# a larger one would keep the others waiting.
INLINE_BYTES = 4_096


def _service(request: Request) -> Service:
    service: Service = request.app.state.service
    return service


async def require_api_key(
    request: Request, given: Annotated[str | None, Security(APIKeyHeader(name="X-API-Key", auto_error=False))]
) -> None:
    """Refuse a request that does not give the key of the settings."""
    if not _service(request).settings.accepts(given or ""):
        message = "Give the key of this service in the header X-API-Key."
        raise RefusedError(401, [fault("api_key", ["header", "X-API-Key"], message)])


open_routes = APIRouter(tags=["service"])
guarded_routes = APIRouter(responses={401: {"model": Faults, "description": "Not the key of this service"}})


@guarded_routes.post(
    "/api/predict",
    tags=["predictions"],
    summary="Predict default for one application or an array of them",
    response_model=PredictionResponse,
    responses={
        413: {"model": Faults, "description": "Too many applications or too many bytes"},
        422: {"model": Faults, "description": "Every fault; no application of the request is decided"},
        500: {"model": Faults, "description": "The service failed"},
    },
)
async def predict_default(request: Request, reasons: bool = True) -> Response:
    """Return the decision on each application, in their order.

    Labels may be written in any case and spacing. Unknown fields are ignored and named in `warnings`, as are
    values outside the training range. `?reasons=false` leaves the reasons out and is faster.
    """
    service = _service(request)
    call = Call(request.state.request_id, time.perf_counter(), reasons)
    try:
        body = await read_body(request, service.settings.max_body_bytes)
    except ClientDisconnect:
        return Response(status_code=CLIENT_LEFT)
    except RefusedError as refusal:
        service.log_refusal(call, refusal)
        raise
    if len(body) <= INLINE_BYTES:
        content = service.predict(call, body)
    else:
        async with service.large_requests:
            content = await asyncio.to_thread(service.predict, call, body)
    return Response(content, media_type="application/json")


@guarded_routes.get("/api/model", tags=["model"], summary="The model card", response_model=Manifest)
async def show_model(request: Request) -> Response:
    """Return what the model is, how good, on whom it was trained, and how not to use it."""
    manifest = _service(request).bundle.scorer.manifest
    return Response(manifest.model_dump_json(), media_type="application/json")


@guarded_routes.get("/api/schema", tags=["model"], summary="The fields of an application")
async def show_schema(request: Request) -> ApplicationSchema:
    """Return kinds, units, plausible and training ranges, and labels."""
    scorer = _service(request).bundle.scorer
    return ApplicationSchema(portfolio=scorer.manifest.portfolio, fields=scorer.fields)


@guarded_routes.get("/metrics", tags=["service"], summary="Numbers for Prometheus", response_class=Response)
def show_metrics(request: Request) -> Response:
    """Return requests, latency, decisions and the distribution of probabilities, of all workers."""
    return Response(_service(request).metrics.exposition(), media_type=CONTENT_TYPE_LATEST)


@open_routes.get("/health", summary="The process answers")
async def show_health() -> Health:
    """Tell that the process is alive, whatever the model."""
    return Health(status="ok")


@open_routes.get("/ready", summary="The model is loaded", responses={503: {"model": Faults}})
async def show_readiness(request: Request) -> Readiness:
    """Tell that requests can be answered, and by which model."""
    bundle = _service(request).bundle
    if not bundle.is_loaded:
        raise RefusedError(503, [fault("not_ready", [], "The model is not loaded yet.")])
    return Readiness.model_validate({"status": "ready", "model": model_version(bundle.scorer.manifest)})


@open_routes.get("/docs", include_in_schema=False)
def show_docs(request: Request) -> HTMLResponse:
    """Show people the documentation."""
    service = _service(request)
    page = docs_page(
        request.app.openapi(), service.bundle.scorer.fields, service.settings.api_key is not None
    )
    return HTMLResponse(page, headers={"Content-Security-Policy": POLICY})


@open_routes.get("/", include_in_schema=False)
async def go_home(request: Request) -> RedirectResponse:
    """Lead people to the form, or where there is none to the documentation."""
    has_form = any(getattr(route, "path", None) == FORM for route in request.app.routes)
    return RedirectResponse(FORM if has_form else "/docs")
