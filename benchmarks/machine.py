"""The facts of this machine that a measurement depends on."""

from __future__ import annotations

import os
import platform
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

PACKAGES = ("kedro", "mlflow", "tensorflow", "keras", "scikit-learn", "lightgbm", "pandas", "numpy")


def machine_facts() -> dict[str, Any]:
    """Return plain data for JSON; memory in GB, load as the mean number of busy cores of the last minute."""
    return {
        "date": datetime.now().astimezone().isoformat(timespec="seconds"),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "processor": _processor(),
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9, 1),
        "load": round(os.getloadavg()[0], 1),
        "system": platform.system(),
        "python": platform.python_version(),
        "versions": {package: version(package) for package in PACKAGES},
    }


def in_words(facts: dict[str, Any]) -> str:
    """Return the facts in one line."""
    return (
        f"{facts['date'][:16].replace('T', ' ')}, {facts['cores']} cores ({facts['processor']}), "
        f"{facts['memory_gb']} GB, load {facts['load']} before, {facts['system']}, Python {facts['python']}, "
        + ", ".join(f"{package} {number}" for package, number in facts["versions"].items())
    )


def _processor() -> str:
    file = Path("/proc/cpuinfo")
    names = (
        [line for line in file.read_text().splitlines() if line.startswith("model name")]
        if file.exists()
        else []
    )
    return names[0].partition(":")[2].strip() if names else platform.machine()
