"""The record of promotions: MLflow's aliases keep no history, this file does.

One JSON line for each move of the `champion` alias, in a file next to the registry, and the same as a tag of
the registered version, which a registry on a server keeps too. Lines are added, never rewritten.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from loan_default.tracking.flatten import shorten
from loan_default.tracking.provenance import user_name

FILE = "promotions.jsonl"
TAG = "promotion"
METRICS = ("roc_auc", "roc_auc_low", "roc_auc_high", "brier")

_LONGEST_TAG = 5000


def promotion(
    portfolio: str,
    alias: str,
    from_version: str | None,
    to_version: str,
    run_id: str,
    record: Mapping[str, Any],
    metrics: Mapping[str, float],
) -> dict[str, Any]:
    """Describe one move of an alias.

    Args:
        portfolio: Name of the registered model.
        alias: What moved.
        from_version: Version that it pointed at before; None for the first.
        to_version: Version that it points at now.
        run_id: The run that moved it.
        record: How the champion was chosen.
        metrics: Of the model, on test rows.
    """
    model = record["model"]
    return {
        "when": datetime.now(UTC).isoformat(timespec="seconds"),
        "who": user_name(),
        "portfolio": portfolio,
        "alias": alias,
        "from_version": from_version,
        "to_version": to_version,
        "model": model,
        "run_id": run_id,
        "metrics": {name: metrics[name] for name in METRICS if name in metrics},
        "reason": record.get("reason", ""),
        "gates": record.get("criteria", {}).get(model, {}),
    }


def as_tag(entry: Mapping[str, Any]) -> str:
    """Write a promotion as the text of a tag."""
    return shorten(json.dumps(entry), _LONGEST_TAG)


def file_beside(uri: str) -> Path | None:
    """Find the file of promotions of a store; None where the store has no folder on this machine."""
    if not uri.startswith("sqlite:///"):
        return None
    return Path(uri.removeprefix("sqlite:///")).resolve().with_name(FILE)


def append(file: Path, entry: Mapping[str, Any]) -> None:
    """Add one line, in one write at the end of the file, so that lines of two runs never mix."""
    line = json.dumps(entry, ensure_ascii=False).encode() + b"\n"
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    try:
        os.write(handle, line)
        os.fsync(handle)
    finally:
        os.close(handle)
