"""What stands before Gradio's routes: the key, the few paths that the form needs, and limits."""

from __future__ import annotations

import base64
import binascii
import re

from fastapi.responses import JSONResponse
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from loan_default.app.faults import as_detail, fault
from loan_default.app.form.files import FormFiles
from loan_default.app.routes import FORM
from loan_default.app.settings import Settings

# Around a file that is uploaded.
_ENVELOPE_BYTES = 65_536


class FormGuard:
    """Lets through what the page asks for, and of that no more than the limits allow.

    Gradio's own check of a password leaves a third of its routes open; it also offers to fetch addresses of
    the internet for its callers, takes a thousand files in one upload, and has routes for editors and
    streams. A path that a browser on the page never asks for is answered with 404.

    Args:
        app: Gradio's application.
        settings: For the key and the limit of a body.
        files: Where uploads go.
    """

    # The label of all its requests in the metrics.
    path = FORM

    def __init__(self, app: ASGIApp, settings: Settings, files: FormFiles) -> None:
        self._app = app
        self._settings = settings
        self._files = files
        file = rf"/gradio_api/file={re.escape(str(files.folder))}/[^/]+/[^/]+"
        self._needed = re.compile(
            r"/?|/(config|theme\.css)|/(assets|static)/.+"
            rf"|/gradio_api/(upload|upload_progress|queue/(join|data)|run/predict)|{file}"
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse a request or hand it to Gradio."""
        if scope["type"] != "http":
            return
        scope["route"] = self
        refusal = self._refusal(scope)
        # A copy: Gradio puts the route it finds into it, and has dozens.
        await (refusal or self._app)(dict(scope), receive, send)

    def _refusal(self, scope: Scope) -> JSONResponse | None:
        headers = Headers(scope=scope)
        path = scope["path"].removeprefix(FORM)
        refusal = None
        if not self._settings.accepts(_password(headers.get("authorization", ""))):
            asked = {"WWW-Authenticate": 'Basic realm="loan-default"'}
            refusal = _refused(401, "api_key", "Give the key of this service as the password.", asked)
        elif not self._needed.fullmatch(path):
            refusal = _refused(404, "not_found", "There is no such page.")
        elif scope["method"] == "POST":
            refusal = self._too_much(headers.get("content-length", ""), path)
        return refusal

    def _too_much(self, length: str, path: str) -> JSONResponse | None:
        if not length.isdecimal():
            return _refused(411, "no_length", "Say the length of the body.")
        if int(length) > self._settings.max_body_bytes + _ENVELOPE_BYTES:
            return _refused(413, "body_too_large", "The file is too large.")
        if path.endswith("/upload") and not self._files.has_room():
            return _refused(507, "no_room", "Too many files were uploaded; try again in an hour.")
        return None


def _refused(status: int, kind: str, message: str, headers: dict[str, str] | None = None) -> JSONResponse:
    return JSONResponse(as_detail([fault(kind, [], message)]), status, headers)


def _password(authorization: str) -> str:
    """Return the password of a Basic authorization, whatever the user name."""
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() != "basic":
        return ""
    try:
        return base64.b64decode(encoded, validate=True).decode().partition(":")[2]
    except (binascii.Error, UnicodeDecodeError):
        return ""
