"""Put a scoring bundle and its model card on the Hugging Face Hub, and print the commit to pin.

    make publish REPO=OWNER/NAME
    make publish REPO=OWNER/NAME ARGS="--bundle data/06_models/consumer_credit/scoring_bundle --public"

The token comes from where huggingface_hub looks for it: HF_TOKEN, or what `hf auth login` stored. Files that
a newer bundle no longer has are removed from the repository; its earlier commits stay.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from loan_default.errors import InputError
from loan_default.scoring import Manifest, Scorer
from loan_default.scoring.bundle import MANIFEST

PROJECT = Path(__file__).resolve().parent.parent
CARD = "README.md"

_METRICS = {
    "roc_auc": "ROC AUC",
    "ks": "KS",
    "average_precision": "Average precision",
    "brier": "Brier score",
    "calibration_error": "Calibration error",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Publish; return the exit code."""
    parser = argparse.ArgumentParser(prog="make publish", description="Put a bundle on the Hugging Face Hub.")
    parser.add_argument("repository", help="OWNER/NAME; created if it is not there")
    parser.add_argument("--bundle", type=Path, default=Path("data/06_models/lending_club/scoring_bundle"))
    parser.add_argument("--public", action="store_true", help="a new repository can be seen by everyone")
    given = parser.parse_args(arguments)
    try:
        commit = publish(given.bundle, given.repository, given.public)
    except InputError as error:
        print(error, file=sys.stderr)
        return 2
    print(f"Published as commit {commit}. To serve exactly this bundle:")
    print(f"LOAN_DEFAULT_BUNDLE=hf://{given.repository}@{commit}")
    return 0


def publish(folder: Path, repository: str, public: bool = False) -> str:
    """Upload a bundle that is complete and unchanged, with its card.

    Args:
        folder: The bundle.
        repository: OWNER/NAME.
        public: Whether everyone may see the repository, if it is created now.

    Returns:
        The hash of the commit.

    Raises:
        InputError: It is no sound bundle, there is no token, or the Hub refuses.
    """
    import huggingface_hub
    from huggingface_hub.errors import HTTPError

    manifest = Scorer.load(folder).manifest
    if huggingface_hub.get_token() is None:
        raise InputError(
            "There is no token for the Hub: set HF_TOKEN to one that may write, or `hf auth login`."
        )
    files = {name: (folder / name).read_bytes() for name in (MANIFEST, *manifest.files)}
    files[CARD] = model_card(manifest).encode()
    hub = huggingface_hub.HfApi()
    try:
        hub.create_repo(repository, private=not public, exist_ok=True)
        there = set(hub.list_repo_files(repository))
        add = [
            huggingface_hub.CommitOperationAdd(path_in_repo=name, path_or_fileobj=content)
            for name, content in files.items()
        ]
        stale = [name for name in sorted(there - files.keys()) if name.endswith((".json", ".onnx"))]
        remove = [huggingface_hub.CommitOperationDelete(path_in_repo=name) for name in stale]
        message = f"{manifest.portfolio.name}: {manifest.model}, version {manifest.version}"
        return str(hub.create_commit(repository, [*add, *remove], commit_message=message).oid)
    except (HTTPError, OSError, ValueError) as error:
        raise InputError(f"{repository} on the Hub: {str(error).strip().splitlines()[0]}") from error


def model_card(manifest: Manifest) -> str:
    """Return the run's model card, or a short one made of the manifest, with what the Hub reads of it."""
    name = manifest.portfolio.name
    written = PROJECT / "data/08_reporting" / name / "model_card.md"
    text = written.read_text(encoding="utf-8") if written.is_file() else _short_card(manifest)
    front = [
        "---",
        "library_name: onnxruntime",
        "pipeline_tag: tabular-classification",
        "tags:\n- credit-risk\n- probability-of-default\n- tabular",
        "---",
    ]
    return text if text.startswith("---\n") else "\n".join([*front, "", text])


def _short_card(manifest: Manifest) -> str:
    training = manifest.training
    window = f", {training.first_date} to {training.last_date}" if training.first_date else ""
    lines = [
        f"# {manifest.portfolio.title}: probability of default",
        "",
        f"Model {manifest.model}, version {manifest.version}, packed {manifest.created}, MLflow run "
        f"{manifest.run_id}. Trained on {training.rows:,} loans{window}, of which "
        f"{training.default_rate:.1%} defaulted. It predicts default from a probability of "
        f"{manifest.threshold:.1%} on. {manifest.threshold_reason}",
        "",
        "| on test rows | | 95 % interval |",
        "|---|---|---|",
    ]
    for key, label in _METRICS.items():
        if key in manifest.metrics:
            ends = [manifest.metrics.get(f"{key}_{end}") for end in ("low", "high")]
            interval = "" if None in ends else f"{ends[0]:.3f} to {ends[1]:.3f}"
            lines.append(f"| {label} | {manifest.metrics[key]:.3f} | {interval} |")
    lines += ["", "## How not to use it", "", *[f"- {limit}" for limit in manifest.limits], ""]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
