"""The log of predictions: JSON lines in rotating files, written off the request path."""

from __future__ import annotations

import fcntl
import logging
import os
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson
from prometheus_client import Counter

log = logging.getLogger(__name__)

MAX_PENDING_BYTES = 32 * 2**20
WRITE_EVERY_SECONDS = 0.25
CLOSE_SECONDS = 10.0


class PredictionLog:
    """Keeps lines in memory until a thread of its own has written them.

    No failure reaches the caller: a line that cannot be kept is counted in `lost` and gone. Several processes
    may write to the same path.

    Args:
        path: File of the newest lines; older ones are `<path>.1`, `<path>.2` and so on.
        max_bytes: Size of a file at which the next one is begun.
        files: Files kept, the newest included.
        lost: Counter with a label `reason`: `write` (disk, permission) or `overflow` (too many lines wait).
    """

    def __init__(self, path: Path, max_bytes: int, files: int, lost: Counter) -> None:
        self._path = path
        self._max_bytes = max_bytes
        self._files = files
        self._lost = lost
        self._lock = threading.Lock()
        self._pending: list[bytes] = []
        self._pending_bytes = 0
        self._failing = False
        self._closing = threading.Event()
        # A daemon: a disk that hangs must not keep the process from ending.
        self._thread = threading.Thread(target=self._run, name="prediction-log", daemon=True)

    def start(self) -> None:
        """Begin to write."""
        self._thread.start()

    def add(self, entries: Iterable[Mapping[str, Any]]) -> None:
        """Take in entries, one line each; return at once."""
        lines = [orjson.dumps(entry, option=orjson.OPT_APPEND_NEWLINE) for entry in entries]
        size = sum(map(len, lines))
        with self._lock:
            fits = self._pending_bytes + size <= MAX_PENDING_BYTES
            if fits:
                self._pending += lines
                self._pending_bytes += size
        if not fits:
            self._lose(len(lines), "overflow", "its disk is too slow")

    def close(self) -> None:
        """Write what is left and stop; give up after some seconds."""
        self._closing.set()
        self._thread.join(CLOSE_SECONDS)

    def _run(self) -> None:
        # Looking at intervals instead of being woken by every request keeps requests free of thread switches.
        while not self._closing.wait(WRITE_EVERY_SECONDS):
            self._write_pending()
        self._write_pending()

    def _write_pending(self) -> None:
        with self._lock:
            lines, self._pending = self._pending, []
        if not lines:
            return
        try:
            self._append(b"".join(lines))
        except OSError as error:
            self._lose(len(lines), "write", str(error))
        else:
            if self._failing:
                log.warning("The prediction log %s is written again.", self._path)
            self._failing = False
        with self._lock:
            self._pending_bytes -= sum(map(len, lines))

    def _append(self, data: bytes) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._alone():
            if self._path.exists() and self._path.stat().st_size + len(data) > self._max_bytes:
                self._rotate()
            file = os.open(self._path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
            try:
                before = os.fstat(file).st_size
                if before and os.pread(file, 1, before - 1) != b"\n":
                    data = b"\n" + data  # a crash left half a line: it spoils no other
                try:
                    while data:
                        data = data[os.write(file, data) :]
                except OSError:
                    os.ftruncate(file, before)  # no half line stays
                    raise
            finally:
                os.close(file)

    def _rotate(self) -> None:
        names = [self._path, *(Path(f"{self._path}.{number}") for number in range(1, self._files))]
        for older, newer in zip(names[:0:-1], names[-2::-1], strict=True):
            if newer.exists():
                os.replace(newer, older)
        if self._files == 1:
            self._path.unlink()

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Keep other processes from writing or rotating meanwhile."""
        file = os.open(f"{self._path}.lock", os.O_WRONLY | os.O_CREAT, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
        finally:
            os.close(file)

    def _lose(self, lines: int, reason: str, why: str) -> None:
        self._lost.labels(reason).inc(lines)
        if not self._failing:
            log.error(
                "The prediction log %s loses lines, predictions go on: %s",
                self._path,
                why,
            )
        self._failing = True
