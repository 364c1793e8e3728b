"""What the catalog says of a dataset's place in tracking: `metadata: {mlflow: KIND}`.

| kind | the dataset | becomes |
|---|---|---|
| `metrics` | a dict of numbers, nested or flat | metrics |
| `history` | a table with a column `epoch` | metrics over epochs |
| `params` | a dict | parameters |
| `tags` | a dict | tags |
| `trials` | a table: `trial`, `state`, `earlier`, `value`, `seconds`, settings | a child run each |
| `artifact` | any file | an artifact, in a folder named after the dataset's layer |
| `champion` | the record of how the champion was chosen | tags |
| `model` | a scoring bundle | a registered model, if the bundle is not empty |

Several kinds may stand in a list. A dataset `{model}.name` belongs to the child run of its model.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from loan_default.errors import InputError

if TYPE_CHECKING:
    from loan_default.tracking.run import TrackedRun

MODEL = "model"
METRICS = "metrics"
TAGS = "tags"
CHAMPION = "champion"
KINDS = (METRICS, "history", "params", TAGS, "trials", "artifact", CHAMPION, MODEL)


def kinds_of(name: str, metadata: Any) -> tuple[str, ...]:
    """Read the kinds of a dataset from its catalog metadata.

    Raises:
        InputError: A kind is unknown.
    """
    stated = (metadata or {}).get("mlflow", [])
    kinds = (stated,) if isinstance(stated, str) else tuple(stated)
    for kind in kinds:
        if kind not in KINDS:
            raise InputError(
                f"The catalog entry {name!r} says `mlflow: {kind}`; allowed are {', '.join(KINDS)}, "
                "one of them or a list."
            )
    return kinds


def model_of(name: str) -> str | None:
    """Name the model whose namespace a dataset lies in: `ann` for `ann.metrics`, None for `model_input`."""
    namespace, dot, _ = name.partition(".")
    return namespace if dot else None


def log_dataset(run: TrackedRun, kind: str, data: Any, dataset: Any) -> None:
    """Log a saved dataset to a run.

    Args:
        run: The run it belongs to.
        kind: One of `KINDS` but `champion` and `model`, which concern the run as a whole.
        data: What was saved.
        dataset: The Kedro dataset it was saved by, for its file and layer.
    """
    match kind:
        case "metrics":
            run.log_metrics(data)
        case "history":
            run.log_history(data)
        case "params":
            run.log_parameters(data)
        case "tags":
            run.set_tags(data)
        case "trials":
            run.log_trials(data)
        case "artifact":
            run.log_file(Path(dataset._filepath), _layer(dataset.metadata))


def _layer(metadata: Mapping[str, Any]) -> str | None:
    return metadata.get("kedro-viz", {}).get("layer")
