"""How fast the service answers, beside MLflow's own model server with the same model, and how it lasts.

Run it from the project's root, on a machine that does nothing else:

    .venv/bin/python benchmarks/serving_load.py
    .venv/bin/python benchmarks/serving_load.py --env lending_club --json serving.json
    .venv/bin/python benchmarks/serving_load.py --seconds 2 --soak 2000 --no-mlflow

First `kedro run` trains and registers a champion, under a portfolio name and in an MLflow store of their own.
Then the service and `mlflow models serve`, one worker each, answer the same application, one at a time over
1, 16 and 64 connections that stay open, one server after the other. Last comes the soak: valid, faulty and
large requests in a random order, while the service's memory is watched.

Everything listens on the loopback interface, is stopped and removed at the end. The report is Markdown
on standard output; progress goes to standard error.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from http_load import Answers, Call, get, load, post
from machine import in_words, machine_facts
from watched_run import MB, PROJECT, RunError, kedro_run, resident_set, say, scratch_portfolio, watch

START_SECONDS = 120
STOP_SECONDS = 40
WARM_UP_SECONDS = 1.0
ROWS = 1_000
SOAK_CONNECTIONS = 16
SOAK_BODY_BYTES = 2**20
SAMPLES = 20
SEED = 1


def main() -> int:
    """Measure, and print the report; return the exit code."""
    options = _options()
    facts = machine_facts()
    parameters = dict(pair.split("=", 1) for pair in options.params.split(",") if pair)
    parameters["portfolio.name"] = options.portfolio_name
    try:
        with scratch_portfolio(options.portfolio_name) as environment:
            say(f"kedro run --env {options.env} ...")
            watch(kedro_run(options.env, parameters), environment)
            record = _measure(options, environment)
    except RunError as error:
        say(f"failed: {error}")
        return 1
    except KeyboardInterrupt:
        say("interrupted; nothing is left behind")
        return 130
    record = {"env": options.env, "params": options.params, "machine": facts, **record}
    print(_page(record))
    if options.json:
        options.json.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
    return 1 if record["soak"] and record["soak"]["failures"] else 0


def _measure(options: argparse.Namespace, environment: dict[str, str]) -> dict[str, Any]:
    bundle = PROJECT / "data/06_models" / options.portfolio_name / "scoring_bundle"
    record: dict[str, Any] = {"seconds": options.seconds, "servers": {}, "rows_per_second": {}, "soak": None}
    with tempfile.TemporaryDirectory(prefix="loan_default_serving_") as scratch:
        with _service(bundle, Path(scratch)) as (port, pid):
            application = _example(port)
            one = json.dumps(application).encode()
            for name, path in {
                "with reasons": "/api/predict",
                "without": "/api/predict?reasons=false",
            }.items():
                record["servers"][f"loan-default, {name}"] = _load_levels(
                    options, port, post(port, path, one)
                )
                many = post(port, path, json.dumps([application] * ROWS).encode())
                answers = _for_seconds(port, many, 1, options.seconds)
                record["rows_per_second"][name] = round(ROWS * answers.per_second)
            (result,) = _ask(port, "/api/predict", one)["results"]
            record["probability"] = {"loan-default": result["probability_of_default"]}
            record["memory_mb"] = round(resident_set(pid) / MB)
        if options.mlflow:
            with _mlflow(options.portfolio_name, environment, Path(scratch)) as (port, _):
                example = json.loads((bundle / "input_example.json").read_text(encoding="utf-8"))
                body = json.dumps({"dataframe_records": [example]}).encode()
                (result,) = _ask(port, "/invocations", body)["predictions"]
                record["probability"]["mlflow"] = result["probability_of_default"]
                record["servers"]["mlflow models serve"] = _load_levels(
                    options, port, post(port, "/invocations", body)
                )
        if options.soak:
            with _service(bundle, Path(scratch), max_body_bytes=SOAK_BODY_BYTES) as (port, pid):
                record["soak"] = _soak(port, pid, application, options.soak)
    return record


def _load_levels(options: argparse.Namespace, port: int, call: Call) -> dict[str, dict[str, float]]:
    levels = {}
    _for_seconds(port, call, 1, WARM_UP_SECONDS)
    for connections in options.concurrency:
        answers = _for_seconds(port, call, connections, options.seconds)
        levels[str(connections)] = {
            "per_second": round(answers.per_second, 1),
            **{f"p{share}_ms": round(answers.percentile(share / 100), 3) for share in (50, 95, 99)},
        }
        say(f"  {connections} connections: {levels[str(connections)]}")
    return levels


def _for_seconds(port: int, call: Call, connections: int, seconds: float) -> Answers:
    end = time.perf_counter() + seconds
    answers = load(
        port, itertools.takewhile(lambda _: time.perf_counter() < end, itertools.repeat(call)), connections
    )
    if answers.unanswered or {status for _, status in answers.statuses} != {200}:
        raise RunError([f"not every request was answered: {answers.statuses}, {answers.unanswered}"])
    return answers


def _soak(port: int, pid: int, application: dict[str, Any], number: int) -> dict[str, Any]:
    say(f"soak: {number:,} requests")
    memory: list[dict[str, float]] = []
    every = max(number // SAMPLES, 1)

    def watch_memory(answered: int) -> None:
        if answered % every == 0:
            memory.append({"requests": answered, "memory_mb": round(resident_set(pid) / MB, 1)})
            say(f"  {answered:,} answered, {memory[-1]['memory_mb']} MB")

    answers = load(port, itertools.islice(_mixed(port, application), number), SOAK_CONNECTIONS, watch_memory)
    unexpected = {
        f"{kind}: {status}": count
        for (kind, status), count in answers.statuses.items()
        if status not in _EXPECTED[kind]
    }
    answered = sum(answers.statuses.values())
    return {
        "requests": number,
        "answered": answered,
        "per_second": round(answers.per_second, 1),
        "statuses": {
            f"{kind}: {status}": count for (kind, status), count in sorted(answers.statuses.items())
        },
        "failures": unexpected | dict(answers.unanswered),
        "memory": memory,
    }


_EXPECTED = {
    "valid": {200},
    "array of 100": {200},
    "array with a fault": {422},
    "faulty field": {422},
    "not JSON": {422},
    "too many bytes": {413},
    "too many bytes, chunked": {413},
    "get": {200},
}


def _mixed(port: int, application: dict[str, Any]) -> Iterator[Call]:
    """Yield requests of every kind, most of them valid, for ever."""
    rng = random.Random(SEED)
    one, path = json.dumps(application).encode(), "/api/predict"
    name = next(iter(application))
    faulty = {**application, name: ["no", "value"]}
    too_many = b" " * (SOAK_BODY_BYTES + 1)
    kinds = [
        (700, post(port, path, one)),
        (60, post(port, path, json.dumps([application] * 100).encode(), "array of 100")),
        (20, post(port, path, json.dumps([application] * 99 + [faulty]).encode(), "array with a fault")),
        (100, post(port, path, json.dumps(faulty).encode(), "faulty field")),
        (50, post(port, path, one.replace(b"}", b', "x": NaN}'), "not JSON")),
        (5, post(port, path, too_many, "too many bytes")),
        (5, post(port, path, too_many, "too many bytes, chunked", chunked=True)),
        (60, get(port, "/api/schema")),
    ]
    weights, calls = zip(*kinds, strict=True)
    while True:
        yield from rng.choices(calls, weights, k=1_000)


@contextmanager
def _service(bundle: Path, folder: Path, **settings: Any) -> Iterator[tuple[int, int]]:
    port = _free_port()
    values = {"bundle": bundle, "port": port, "log_path": folder / "predictions.jsonl", **settings}
    environment = {f"LOAN_DEFAULT_{name.upper()}": str(value) for name, value in values.items()}
    command = [sys.executable, "-m", "loan_default.app"]
    with _server(command, environment, folder / "service.txt", f"http://127.0.0.1:{port}/ready") as pid:
        yield port, pid


@contextmanager
def _mlflow(portfolio: str, environment: dict[str, str], folder: Path) -> Iterator[tuple[int, int]]:
    port = _free_port()
    command = [
        *(str(Path(sys.executable).with_name("mlflow")), "models", "serve", "--env-manager", "local"),
        *("-m", f"models:/{portfolio}@champion", "-h", "127.0.0.1", "-p", str(port), "--workers", "1"),
    ]
    with _server(command, environment, folder / "mlflow.txt", f"http://127.0.0.1:{port}/ping") as pid:
        yield port, pid


@contextmanager
def _server(command: list[str], environment: dict[str, str], output: Path, ready: str) -> Iterator[int]:
    """Run a server until the end of the block, with all its children."""
    say(" ".join(["starting", Path(command[0]).name, *command[1:]]))
    # So that a server finds its own programs by name.
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    with output.open("wb") as file:
        process = subprocess.Popen(
            command,
            cwd=PROJECT,
            env={**os.environ, **environment, "PATH": path},
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        _wait_until(ready, process, output)
        yield process.pid
    finally:
        _stop(process)


def _wait_until(ready: str, process: subprocess.Popen[bytes], output: Path) -> None:
    started = time.monotonic()
    while time.monotonic() < started + START_SECONDS and process.poll() is None:
        try:
            with urllib.request.urlopen(ready, timeout=5):
                say(f"  ready after {time.monotonic() - started:.1f} s")
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise RunError(output.read_text(errors="replace").splitlines())


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End a server and all that it started: politely, then for certain."""
    for request in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, request)
        with suppress(subprocess.TimeoutExpired):
            process.wait(STOP_SECONDS)


def _example(port: int) -> dict[str, Any]:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/openapi.json") as answer:
        document = json.load(answer)
    body = document["paths"]["/api/predict"]["post"]["requestBody"]["content"]["application/json"]
    example: dict[str, Any] = body["examples"]["one"]["value"]
    return example


def _ask(port: int, path: str, body: bytes) -> Any:
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}{path}", body, {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _page(record: dict[str, Any]) -> str:
    lines = [
        f"# Serving: {record['env']}",
        "",
        in_words(record["machine"]),
        "",
        f"One application per request, one worker, {record['seconds']:g} s each; latency in ms.",
        "",
        "| server | connections | requests/s | p50 | p95 | p99 | times MLflow's requests/s |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    mlflow = record["servers"].get("mlflow models serve", {})
    for name, levels in record["servers"].items():
        for connections, level in levels.items():
            ratio = f"{level['per_second'] / mlflow[connections]['per_second']:.1f}" if mlflow else ""
            times = " | ".join(f"{level[key]:.2f}" for key in ("p50_ms", "p95_ms", "p99_ms"))
            lines.append(f"| {name} | {connections} | {level['per_second']:,.0f} | {times} | {ratio} |")
    rates = ", ".join(f"{rate:,} rows/s {name}" for name, rate in record["rows_per_second"].items())
    lines += [
        "",
        f"Arrays of {ROWS:,} over one connection: {rates}. Memory afterwards: {record['memory_mb']} MB.",
    ]
    answers = ", ".join(f"{probability:.8f} by {name}" for name, probability in record["probability"].items())
    lines += ["", f"Probability of default of the application: {answers}."]
    soak = record["soak"]
    if soak:
        statuses = Counter(soak["statuses"])
        lines += [
            "",
            f"## Soak: {soak['requests']:,} mixed requests, {soak['answered']:,} answered, "
            f"{soak['per_second']:,.0f} a second",
            "",
            "| kind: status | requests |",
            "|---|---:|",
            *(f"| {kind} | {count:,} |" for kind, count in statuses.items()),
            "",
            f"Neither expected nor answered: {soak['failures'] or 'none'}.",
            "",
            "| requests | memory, MB |",
            "|---:|---:|",
            *(f"| {point['requests']:,} | {point['memory_mb']:.1f} |" for point in soak["memory"]),
        ]
    return "\n".join(lines)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--env", default="consumer_credit", help="portfolio to train on (default: consumer_credit)"
    )
    parser.add_argument("--params", default="", help="parameters for kedro run, as KEY=VALUE,...")
    parser.add_argument("--portfolio-name", default="serving_benchmark", help="name of the scratch portfolio")
    parser.add_argument(
        "--seconds", type=float, default=10.0, help="length of each measurement (default: 10)"
    )
    parser.add_argument("--concurrency", type=int, nargs="+", default=[1, 16, 64], help="connections")
    parser.add_argument("--soak", type=int, default=100_000, help="mixed requests; 0: none (default: 100000)")
    parser.add_argument("--no-mlflow", dest="mlflow", action="store_false", help="leave out MLflow's server")
    parser.add_argument("--json", type=Path, help="also write the record to this file")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
