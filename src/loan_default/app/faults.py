"""What is wrong with a request, in the shape of FastAPI's `detail` list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse

Detail = dict[str, Any]

MAX_FAULTS = 1_000


class RefusedError(Exception):
    """A request that is not answered with predictions: HTTP status and faults."""

    def __init__(self, status: int, faults: Sequence[Detail]) -> None:
        super().__init__(status)
        self.status = status
        self.faults = faults


def fault(kind: str, loc: Sequence[str | int], message: str) -> Detail:
    """Write one entry; it never holds the input."""
    return {"type": kind, "loc": list(loc), "msg": message}


def as_detail(faults: Sequence[Detail]) -> dict[str, list[Detail]]:
    """Return the body of the answer: the first thousand faults, and that there are more."""
    shown = list(faults[:MAX_FAULTS])
    if len(faults) > MAX_FAULTS:
        shown.append(fault("too_many_faults", ["body"], f"There are more than {MAX_FAULTS:,} faults."))
    return {"detail": shown}


async def answer_invalid_parameter(request: Request, error: Exception) -> JSONResponse:
    """Answer a wrong parameter of the address as FastAPI does, without echoing it."""
    assert isinstance(error, RequestValidationError)
    return JSONResponse(
        as_detail([fault(entry["type"], entry["loc"], entry["msg"]) for entry in error.errors()]), 422
    )
