"""Reading the body of a request, within limits."""

from __future__ import annotations

from typing import Any

import orjson
from fastapi import Request

from loan_default.app.faults import RefusedError, fault

# Objects and arrays in a body, counted by their brackets. Each takes up to thirty times its bytes in memory:
# sixteen megabytes of empty ones took half a gigabyte. An honest application is one, or a few if nested.
MAX_NESTED = 1_000_000


async def read_body(request: Request, max_bytes: int) -> bytes:
    """Read the body, whether or not its length is announced.

    Raises:
        RefusedError: It is larger than the limit; no more than the limit is held in memory.
    """
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > max_bytes:
        raise _too_large(max_bytes)
    chunks: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > max_bytes:
            raise _too_large(max_bytes)
        chunks.append(chunk)
    return b"".join(chunks)


def parse_applications(body: bytes, max_batch: int) -> tuple[list[dict[str, Any]], bool]:
    """Read one application or an array of them.

    Returns:
        The applications, and whether they came as an array.

    Raises:
        RefusedError: The body is not JSON, holds something else, or more applications than the limit.
    """
    if not body.strip():
        raise RefusedError(422, [fault("missing", ["body"], f"The body is empty: send {_WANTED}.")])
    if body.count(b"{") + body.count(b"[") > MAX_NESTED + max_batch:
        message = f"The body holds more than {MAX_NESTED:,} objects and arrays; send fewer at a time."
        raise RefusedError(413, [fault("too_many_objects", ["body"], message)])
    try:
        payload = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        message = (
            f"The body is not JSON: {error.msg} at character {error.pos}. NaN and Infinity are not JSON."
        )
        raise RefusedError(422, [fault("json_invalid", ["body"], message)]) from None
    if isinstance(payload, dict):
        return [payload], False
    if not isinstance(payload, list):
        raise RefusedError(422, [fault("type_error", ["body"], f"Send {_WANTED}, not {_name(payload)}.")])
    if len(payload) > max_batch:
        message = f"{len(payload):,} applications are more than the {max_batch:,} allowed in one request."
        raise RefusedError(413, [fault("too_many_applications", ["body"], message)])
    strangers = [
        fault("type_error", ["body", index], f"An application is a JSON object, not {_name(item)}.")
        for index, item in enumerate(payload)
        if not isinstance(item, dict)
    ]
    if strangers:
        raise RefusedError(422, strangers)
    return payload, True


_WANTED = "one application as a JSON object, or an array of them"

_NAMES = {list: "an array", str: "a text", bool: "a boolean", int: "a number", float: "a number"}


def _name(value: object) -> str:
    return _NAMES.get(type(value), "null")


def _too_large(max_bytes: int) -> RefusedError:
    message = f"The body is larger than the {max_bytes:,} bytes allowed; send fewer applications at a time."
    return RefusedError(413, [fault("body_too_large", ["body"], message)])
