"""A load generator for HTTP/1.1 on this machine, light enough not to be what is measured."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

TIMEOUT_SECONDS = 120.0


@dataclass(frozen=True)
class Call:
    """One request, ready to be sent; `kind` is what it is counted under."""

    kind: str
    content: bytes


@dataclass
class Answers:
    """What came back: seconds and status of each answered request, errors of those that were not."""

    seconds: list[float] = field(default_factory=list)
    statuses: Counter[tuple[str, int]] = field(default_factory=Counter)
    unanswered: Counter[str] = field(default_factory=Counter)
    wall: float = 0.0

    @property
    def per_second(self) -> float:
        """Return answered requests per second."""
        return len(self.seconds) / self.wall

    def percentile(self, share: float) -> float:
        """Return a percentile of the latency, in milliseconds."""
        ordered = sorted(self.seconds)
        return 1_000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def post(port: int, path: str, body: bytes, kind: str = "valid", chunked: bool = False) -> Call:
    """Write a POST of JSON; chunked ones do not announce their length."""
    length = "Transfer-Encoding: chunked" if chunked else f"Content-Length: {len(body)}"
    if chunked:
        pieces = [body[at : at + 65_536] for at in range(0, len(body), 65_536)]
        body = b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"
    head = [f"POST {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", "Content-Type: application/json", length]
    return Call(kind, "\r\n".join([*head, "\r\n"]).encode() + body)


def get(port: int, path: str) -> Call:
    """Write a GET."""
    return Call("get", f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode())


def load(
    port: int,
    calls: Iterator[Call],
    concurrency: int,
    progress: Callable[[int], None] | None = None,
) -> Answers:
    """Send calls over so many connections, each waiting for its answer, until the iterator ends.

    Args:
        port: On the loopback interface.
        calls: What to send.
        concurrency: Connections.
        progress: Called after each answer with their number.
    """
    return asyncio.run(_load(port, calls, concurrency, progress))


async def _load(
    port: int, calls: Iterator[Call], concurrency: int, progress: Callable[[int], None] | None
) -> Answers:
    answers = Answers()
    started = time.perf_counter()
    await asyncio.gather(*(_connection(port, calls, answers, progress) for _ in range(concurrency)))
    answers.wall = time.perf_counter() - started
    return answers


async def _connection(
    port: int, calls: Iterator[Call], answers: Answers, progress: Callable[[int], None] | None
) -> None:
    loop = asyncio.get_running_loop()
    client: _Client | None = None
    for call in calls:
        begun = time.perf_counter()
        try:
            if client is None or client.closed:
                _, client = await loop.create_connection(_Client, "127.0.0.1", port)
            status = await client.send(call.content)
        except (OSError, TimeoutError) as error:
            answers.unanswered[f"{call.kind}: {type(error).__name__}"] += 1
            client = None
            continue
        answers.seconds.append(time.perf_counter() - begun)
        answers.statuses[call.kind, status] += 1
        if progress is not None:
            progress(len(answers.seconds))
    if client is not None:
        client.close()


class _Client(asyncio.Protocol):
    """One connection that is kept alive; it reads status and length and throws the answer away."""

    def __init__(self) -> None:
        self.closed = False
        self._answer: asyncio.Future[int] | None = None
        self._head = b""
        self._status = 0
        self._left = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    async def send(self, content: bytes) -> int:
        """Send one request and return the status of its answer."""
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(content)
        async with asyncio.timeout(TIMEOUT_SECONDS):
            return await self._answer

    def close(self) -> None:
        self._transport.close()

    def data_received(self, data: bytes) -> None:
        if self._left == 0:
            self._head += data
            end = self._head.find(b"\r\n\r\n")
            if end < 0:
                return
            head, data = self._head[:end].lower(), self._head[end + 4 :]
            self._head = b""
            self._status = int(head[9:12])
            self._left = int(head.partition(b"content-length:")[2].partition(b"\r\n")[0] or 0)
        self._left -= len(data)
        if self._left <= 0 and self._answer is not None:
            self._left = 0
            self._answer.set_result(self._status)
            self._answer = None

    def connection_lost(self, exc: Exception | None) -> None:
        self.closed = True
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(exc or ConnectionResetError("closed before the answer"))
