"""A command in a process of its own, watched from outside; and a place where `kedro run` disturbs nobody."""

from __future__ import annotations

import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
FIRST_NODE = "Running node"
SAMPLE_SECONDS = 0.1
MB = 1e6
TAIL = 25


class RunError(Exception):
    """A run that did not succeed, with the end of what it said; `reason` is its last word, in one line."""

    def __init__(self, said: list[str]) -> None:
        super().__init__("\n".join(said[-TAIL:]))
        faults = [line for line in said if line.startswith("Error:")] or said
        self.reason = faults[-1] if faults else "it said nothing"


@dataclass(frozen=True)
class WatchedRun:
    """What was seen of one run.

    `first_node_seconds` is None where no node ran; `lines` is standard output and error as they came.
    """

    seconds: float
    first_node_seconds: float | None
    peak_mb: float
    lines: list[str]


def watch(command: list[str], environment: Mapping[str, str] | None = None) -> WatchedRun:
    """Run a command in the project's root to its end.

    Peak memory is the resident set of the process with all its children, sampled ten times a second. Where
    there is no /proc it is what the system says of the largest process, which counts a large parent too.

    Raises:
        RunError: It ended with an error.
    """
    start = time.monotonic()
    process = subprocess.Popen(
        command,
        cwd=PROJECT,
        env={**os.environ, **(environment or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    )
    sampler = _MemorySampler(process.pid)
    sampler.start()
    lines: list[str] = []
    first_node = None
    try:
        assert process.stdout is not None
        with process.stdout:
            for line in process.stdout:
                if first_node is None and FIRST_NODE in line:
                    first_node = time.monotonic() - start
                lines.append(line.rstrip())
        usage = _wait(process)
    except BaseException:
        process.terminate()
        process.wait()
        raise
    finally:
        sampler.stop()
    seconds = time.monotonic() - start
    if process.returncode != 0:
        # `import time:` lines are Python's own, asked for by us.
        said = [line for line in lines if line and not line.startswith("import time:")]
        raise RunError(said)
    return WatchedRun(seconds, first_node, (sampler.peak or usage) / MB, lines)


@contextmanager
def scratch_portfolio(name: str) -> Iterator[dict[str, str]]:
    """Give `kedro run` folders under data/ and an MLflow store of its own; both are removed afterwards.

    Args:
        name: To be passed on as `portfolio.name`, by which the output folders are called.

    Yields:
        Environment variables for the run.

    Raises:
        RunError: There are folders of this name already.
    """
    if not re.fullmatch(r"\w[\w-]*", name):
        raise RunError([f"{name!r} cannot be a portfolio's name here: use letters, digits, _ and -."])
    if taken := _folders(name):
        found = ", ".join(str(folder.relative_to(PROJECT)) for folder in taken)
        raise RunError(
            [f"The run would overwrite and remove {found}. If an interrupted benchmark left this, remove it."]
        )
    with tempfile.TemporaryDirectory(prefix="loan_default_benchmark_") as folder:
        try:
            yield {
                "MLFLOW_TRACKING_URI": f"sqlite:///{folder}/mlflow.db",
                "PYTHONUNBUFFERED": "1",  # or the first node would be seen late
                "COLUMNS": "200",
                # As the Makefile sets them.
                "OMP_WAIT_POLICY": "PASSIVE",
                "DO_NOT_TRACK": "true",
            }
        finally:
            for made in _folders(name):
                shutil.rmtree(made)


def kedro_run(env: str, parameters: Mapping[str, str], pipeline: str | None = None) -> list[str]:
    """Write the command, as it would be typed but for the full path of `kedro`."""
    command = [str(Path(sys.executable).with_name("kedro")), "run", "--env", env]
    if pipeline is not None:
        command += ["--pipeline", pipeline]
    if parameters:
        command += ["--params", ",".join(f"{key}={value}" for key, value in parameters.items())]
    return command


def as_typed(command: list[str]) -> str:
    """Write a command of `kedro_run` as it is typed in a shell."""
    words = ["kedro", *command[1:]]
    return " ".join(f'"{word}"' if set(word) & set(" ,<") else word for word in words if word)


def say(text: str, end: str = "\n") -> None:
    """Report progress, apart from the result on standard output."""
    print(text, end=end, file=sys.stderr, flush=True)


def _folders(name: str) -> list[Path]:
    layers = sorted((PROJECT / "data").glob("0[2-8]_*"))
    return [layer / name for layer in layers if (layer / name).exists()]


def _wait(process: subprocess.Popen[str]) -> int:
    """Wait for the end; return the largest resident set of one of its processes, in bytes."""
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return _bytes(usage)


def _bytes(usage: resource.struct_rusage) -> int:
    return usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)


class _MemorySampler(threading.Thread):
    """Look at the resident set of a process and its children until told to stop."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.peak = 0
        self._pid = pid
        self._stopped = threading.Event()

    def run(self) -> None:
        while not self._stopped.wait(SAMPLE_SECONDS):
            self.peak = max(self.peak, resident_set(self._pid))

    def stop(self) -> None:
        self._stopped.set()
        self.join()


def resident_set(pid: int) -> int:
    """Return the resident set of a process and all below it, in bytes; 0 for one that has ended."""
    folder = Path("/proc") / str(pid)
    try:
        own = int((folder / "statm").read_text().split()[1]) * resource.getpagesize()
        children = [
            int(child) for file in folder.glob("task/*/children") for child in file.read_text().split()
        ]
    except (OSError, IndexError):
        return 0
    return own + sum(map(resident_set, children))
