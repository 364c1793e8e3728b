"""Show how far a long piece of work is: one updating line on a terminal, plain log lines elsewhere."""

from __future__ import annotations

import logging
import time
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.live import Live
from rich.text import Text

logger = logging.getLogger(__name__)

SECONDS_BETWEEN_LOG_LINES = 5.0


class TrainingProgress:
    """A context manager that shows the steps of one training.

    Args:
        name: What is trained.
        unit: What a step is: epoch, tree, round.
        total: Most steps there can be; early stopping may need fewer.
        console: Where to draw; standard error by default.
        done_before: Steps that an earlier process did.
    """

    def __init__(
        self, name: str, unit: str, total: int, console: Console | None = None, done_before: int = 0
    ):
        self._name = name
        self._unit = unit
        self._total = total
        self._done_before = done_before
        self._started = time.monotonic()
        self._logged = self._started
        self._first: tuple[int, float] | None = None
        console = console or Console(stderr=True)
        self._line = Live(console=console) if console.is_terminal else None

    def __enter__(self) -> Self:
        if self._line:
            self._line.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._line:
            self._line.stop()

    def update(self, done: int, earliest: int | None = None, **numbers: float) -> None:
        """Show that `done` steps are finished.

        Args:
            done: Steps finished so far, from 1.
            earliest: The step after which early stopping ends the training if nothing gets better.
            **numbers: What to show beside it, such as loss, validation_loss, best.
        """
        state = self._describe(done, earliest, numbers)
        if self._line:
            self._line.update(Text(state, no_wrap=True, overflow="ellipsis"))
            return
        now = time.monotonic()
        if now - self._logged >= SECONDS_BETWEEN_LOG_LINES or done == self._total:
            self._logged = now
            logger.info(state)

    def _describe(self, done: int, earliest: int | None, numbers: dict[str, float]) -> str:
        shown = [f"{self._name}: {self._unit} {done}/{self._total}"]
        shown += [f"{name.replace('_', ' ')} {number:.4f}" for name, number in numbers.items()]
        pace = self._pace(done)
        most = _clock(pace * (self._total - done))
        if earliest is None or earliest >= self._total:
            left = f"at most {most} left"
        else:
            left = f"{_clock(pace * (earliest - done))} left unless it gets better, at most {most}"
        return ", ".join([*shown, left])

    def _pace(self, done: int) -> float:
        """Return seconds a step; the first, which holds preparations, counts only while it is the last."""
        now = time.monotonic()
        if self._first is None:
            self._first = (done, now)
        first, ended = self._first
        if done == first:
            return (now - self._started) / (done - self._done_before)
        return (now - ended) / (done - first)


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02d}"
