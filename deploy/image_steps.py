"""Run the Dockerfile's steps in a folder, start the service there, check and measure it.

The steps are read from the Dockerfile. Its absolute paths are moved below the folder; what needs an engine
(the base image, its new user) is left out, and the latter said. Standard library only, Linux only.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parent.parent
IMAGE_USER = 1000

# What the image must keep to; nothing of training may be in it.
MAX_INSTALLED_MB = 900
MAX_START_SECONDS = 6
MAX_MEMORY_MB = 450
TRAINING_PACKAGES = ("imblearn", "keras", "kedro", "lightgbm", "mlflow", "sklearn", "tensorflow")

# Scores the bundle's own example by the Python API, which reads rows as the lender's file has them.
SCORE_EXAMPLE = """
import json, pathlib, sys
from loan_default.scoring import Scorer
bundle = pathlib.Path(sys.argv[1])
example = json.loads((bundle / "input_example.json").read_text())
print(Scorer.load(bundle).score([example])["probability_of_default"].item())
"""

BATCH_ROWS = 1_000
GIVE_UP_SECONDS = 60


@dataclass(frozen=True)
class Step:
    """One instruction of a Dockerfile, in its stage (counted from 0)."""

    stage: int
    instruction: str
    text: str


def read_steps(dockerfile: str) -> list[Step]:
    """Return the instructions in order; continued lines are joined, comments dropped."""
    lines = [line for line in dockerfile.splitlines() if not line.lstrip().startswith("#")]
    joined = re.sub(r"\s*\\\n\s*", " ", "\n".join(lines))
    steps, stage = [], -1
    for line in filter(None, map(str.strip, joined.splitlines())):
        instruction, _, text = line.partition(" ")
        stage += instruction == "FROM"
        steps.append(Step(stage, instruction, text.strip()))
    return steps


class Image:
    """The image's files below a folder, made by its own steps.

    Args:
        root: Folder that takes the place of `/`.
    """

    # Top folders that the steps write to.
    MOVED = re.compile(r"(?<![\w./-])/(opt|build|bundle|logs)(?![\w-])")

    def __init__(self, root: Path) -> None:
        self.root = root
        self.left_out: list[str] = []
        self.command: list[str] = []
        self.healthcheck: list[str] = []
        self.environment: dict[str, str] = {}
        self._workdir = root

    def build(self, steps: list[Step]) -> None:
        """Run the steps; the second stage works on the same files, its `COPY --from` has nothing to do."""
        base = self.root / "base"
        subprocess.run([sys.executable, "-m", "venv", str(base)], check=True)
        outside = {name: os.environ[name] for name in os.environ if name.startswith(("PIP_", "SSL_"))}
        for step in steps:
            if step.instruction == "FROM":
                self.environment = outside | {"PATH": f"{base}/bin:/usr/bin:/bin", "HOME": str(self.root)}
                self._workdir = self.root
            else:
                self.run(step)
        (self.root / "logs").mkdir()

    def moved(self, text: str) -> str:
        """Return text with the image's absolute paths below the folder."""
        return self.MOVED.sub(lambda match: f"{self.root}{match[0]}", text)

    def run(self, step: Step) -> None:
        """Do one step."""
        text = self.moved(step.text)
        match step.instruction:
            case "RUN" if "useradd" in text:
                self.left_out.append(f"RUN {step.text}")
            case "RUN":
                print(f"RUN {step.text}", flush=True)
                subprocess.run(
                    ["/bin/sh", "-c", text],
                    cwd=self._workdir,
                    env=self.environment,
                    check=True,
                    stdout=subprocess.DEVNULL,
                )
            case "COPY" if not text.startswith("--from="):
                self._copy(shlex.split(text))
            case "COPY" | "EXPOSE" | "USER":
                pass
            case "ENV":
                for word in shlex.split(text):
                    name, _, value = word.partition("=")
                    self.environment[name] = value.replace("$PATH", self.environment["PATH"])
            case "WORKDIR":
                self._workdir = Path(text)
                self._workdir.mkdir(parents=True, exist_ok=True)
            case "CMD":
                self.command = json.loads(text)
            case "HEALTHCHECK":
                self.healthcheck = json.loads(text[text.index("CMD") + 3 :])
            case _:
                raise SystemExit(f"{step.instruction} is not known to {Path(__file__).name}; teach it.")

    def _copy(self, words: list[str]) -> None:
        *sources, target = words
        goal = self._workdir / target
        for source in sources:
            if (PROJECT / source).is_dir():
                unwanted = shutil.ignore_patterns("__pycache__", "*.egg-info")
                shutil.copytree(PROJECT / source, goal, ignore=unwanted, dirs_exist_ok=True)
            else:
                shutil.copy(PROJECT / source, goal)


class Service:
    """The service, started as the image's CMD says, on a free loopback port.

    Args:
        image: The image's files.
        user: User id to run as; None: the present one.
    """

    def __init__(self, image: Image, user: int | None) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        self.environment = image.environment | {
            "LOAN_DEFAULT_HOST": "127.0.0.1",
            "LOAN_DEFAULT_PORT": str(port),
            "HOME": str(image.root / "logs"),
        }
        self._start = time.perf_counter()
        self._log = (image.root / "service.log").open("w+")
        self._process = subprocess.Popen(
            [str(image.root / "opt/venv/bin" / image.command[0]), *image.command[1:]],
            cwd=image.root / "logs",
            env=self.environment,
            user=user,
            stdout=self._log,
            stderr=self._log,
        )

    def wait_until_ready(self) -> float:
        """Return the seconds from the start to the first good answer of /ready."""
        while time.perf_counter() - self._start < GIVE_UP_SECONDS and self._process.poll() is None:
            try:
                self.call("/ready")
            except OSError:
                time.sleep(0.02)
            else:
                return time.perf_counter() - self._start
        raise SystemExit(f"The service did not become ready:\n{self.log()}")

    def call(self, path: str, body: Any = None) -> Any:
        """Return the answer to a GET, or with a body to a POST."""
        data = None if body is None else json.dumps(body).encode()
        with urllib.request.urlopen(self.url + path, data, timeout=30) as answer:
            text = answer.read()
        return json.loads(text) if "json" in answer.headers["Content-Type"] else text

    def memory_mb(self) -> float:
        """Return the most memory the process has had resident."""
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        return int(re.search(r"VmHWM:\s+(\d+)", status)[1]) / 1024  # type: ignore[index]

    def stop(self) -> int:
        """Tell the service to stop; return its exit code."""
        self._process.send_signal(signal.SIGTERM)
        try:
            return self._process.wait(timeout=GIVE_UP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait()

    def log(self) -> str:
        """Return what the service wrote."""
        self._log.flush()
        return Path(self._log.name).read_text()


def size_mb(*folders: Path) -> float:
    """Return what the files of the folders take on disk, in MB of 10^6 bytes."""
    files = [path for folder in folders for path in folder.rglob("*")]
    return sum(path.lstat().st_blocks for path in files) * 512 / 1e6


def can_run_as(user: int, python: str) -> bool:
    """Tell whether that user may run this interpreter, and this process may become that user."""
    try:
        return subprocess.run([python, "-c", ""], user=user, capture_output=True, check=False).returncode == 0
    except PermissionError:
        return False


def measure(image: Image, user: int | None) -> list[tuple[str, str, bool, str]]:
    """Start the service, check it and stop it; return rows of name, value found, whether it is good, aim."""
    python = str(image.root / "opt/venv/bin/python")
    service = Service(image, user)
    try:
        start = service.wait_until_ready()
        probe = [python, *image.healthcheck[1:]]
        healthy = subprocess.run(probe, env=service.environment, check=False).returncode
        nobody = service.environment | {"LOAN_DEFAULT_PORT": "1"}
        unhealthy = subprocess.run(probe, env=nobody, capture_output=True, check=False).returncode
        health, ready = service.call("/health")["status"], service.call("/ready")["status"]
        body = service.call("/openapi.json")["paths"]["/api/predict"]["post"]["requestBody"]
        example = body["content"]["application/json"]["examples"]["one"]["value"]
        one = service.call("/api/predict", example)["results"]
        many = service.call("/api/predict", [example] * BATCH_ROWS)["results"]
        home = "form" if b"gradio" in service.call("/").lower() else "documentation (no form yet)"
        memory = service.memory_mb()
    finally:
        exit_code = service.stop()
    logged = len((image.root / "logs/predictions.jsonl").read_text().splitlines())
    probability = one[0]["probability_of_default"]
    same = len(many) == BATCH_ROWS and {result["probability_of_default"] for result in many} == {probability}
    return [
        ("start to ready, s", f"{start:.1f}", start <= MAX_START_SECONDS, f"at most {MAX_START_SECONDS}"),
        ("peak memory, MB", f"{memory:.0f}", memory <= MAX_MEMORY_MB, f"at most {MAX_MEMORY_MB}"),
        ("/health, /ready", f"{health}, {ready}", (health, ready) == ("ok", "ready"), "ok, ready"),
        ("health check; with no service", f"{healthy}; {unhealthy}", (healthy, unhealthy) == (0, 1), "0; 1"),
        ("/ leads to", home, True, ""),
        ("/api/predict, the example", f"{probability:.6f}", 0 < probability < 1, "a probability"),
        (f"the same, {BATCH_ROWS} times at once", "equal" if same else "different", same, "equal"),
        # uvicorn ends with the signal it was sent; as the first process of a container that is 0.
        ("exit code after SIGTERM", str(exit_code), exit_code in {0, -signal.SIGTERM}, "0 or -15"),
        ("lines in the prediction log", str(logged), logged == BATCH_ROWS + 1, str(BATCH_ROWS + 1)),
    ]


def main(bundle: Path, root: Path) -> int:
    """Build, start, check, measure, stop; return 0 if all is as it must be."""
    image = Image(root)
    image.build(read_steps((PROJECT / "Dockerfile").read_text()))
    shutil.copytree(bundle, root / "bundle", dirs_exist_ok=True)
    python = str(root / "opt/venv/bin/python")

    installed = size_mb(root / "opt", root / "bundle")
    look = f"import importlib.util as u; print(*[name for name in {TRAINING_PACKAGES} if u.find_spec(name)])"
    found = subprocess.run([python, "-c", look], capture_output=True, text=True, check=True).stdout.strip()
    score = [python, "-c", SCORE_EXAMPLE, image.environment["LOAN_DEFAULT_BUNDLE"]]
    scored = float(subprocess.run(score, capture_output=True, text=True, check=True).stdout)
    user = IMAGE_USER if can_run_as(IMAGE_USER, python) else None
    if user is not None:
        os.chown(root / "logs", user, user)
    rows = [
        (
            "installed, MB without base image",
            f"{installed:.0f}",
            installed <= MAX_INSTALLED_MB,
            f"at most {MAX_INSTALLED_MB}",
        ),
        ("training packages in it", found or "none", not found, "none"),
        ("Scorer.score, the bundle's example", f"{scored:.6f}", 0 < scored < 1, "a probability"),
        *measure(image, user),
    ]

    who = os.geteuid() if user is None else user
    print(f"\nPython {sys.version.split()[0]}, service run as user {who}, bundle of {bundle.parent.name}")
    for name, value, good, aim in rows:
        print(f"  {name:<36}{value:<30}{aim:<16}{'' if good else 'MISSED'}".rstrip())
    for step in image.left_out:
        print(f"  not run: {step}")
    return 0 if all(good for _, _, good, _ in rows) else 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
