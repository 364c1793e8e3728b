"""What every request gets, whichever route answers it: an id, a measurement, and no traceback."""

from __future__ import annotations

import logging
import re
import time
import uuid

from fastapi.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from loan_default.app.faults import as_detail, fault
from loan_default.app.metrics import Metrics

log = logging.getLogger(__name__)

HEADER = b"x-request-id"
_SANE_ID = re.compile(rb"[A-Za-z0-9._:/+=-]{1,128}")
_METHODS = frozenset({"GET", "POST", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS"})
CLIENT_LEFT = 499


class RequestRecord:
    """Names each request by its X-Request-ID or a new one, answers it with the same, and counts it.

    An exception becomes a 500 in JSON that tells the id and nothing of the inside; the log has the traceback.
    """

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        request_id = _request_id(scope)
        scope.setdefault("state", {})["request_id"] = request_id
        status = CLIENT_LEFT

        async def send_named(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message.get("headers", ()), (HEADER, request_id.encode())]
            await send(message)

        try:
            await self._app(scope, receive, send_named)
        except Exception:
            log.exception("Request %s failed.", request_id)
            if status != CLIENT_LEFT:
                raise  # too late for another answer: the server cuts the connection
            message = f"The service failed; it is not your fault. Quote the request id {request_id}."
            await JSONResponse(as_detail([fault("internal_error", [], message)]), 500)(
                scope, receive, send_named
            )
        finally:
            # Only the service's own paths and methods become labels: a client cannot make up new series.
            path = getattr(scope.get("route"), "path", "other")
            method = scope["method"] if scope["method"] in _METHODS else "other"
            self._metrics.requests.labels(method, path, status).inc()
            self._metrics.latency.labels(path).observe(time.perf_counter() - started)


def _request_id(scope: Scope) -> str:
    for name, value in scope["headers"]:
        if name == HEADER and _SANE_ID.fullmatch(value):
            return bytes(value).decode()
    return uuid.uuid4().hex
