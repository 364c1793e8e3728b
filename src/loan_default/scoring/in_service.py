"""The model in service, asked about the rows that a new one is tested on."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from loan_default.errors import InputError
from loan_default.scoring.scorer import PROBABILITY, Scorer


@dataclass(frozen=True)
class InService:
    """What the model in service says of some rows.

    Attributes:
        probability: Of default, by row id, missing where it cannot score a row; None where there is no such
            model, or it cannot read the file.
        note: Which model it is, or why there is none to compare with.
        roc_auc: What its manifest says of its own test rows; None where there is no such model.
        data_fingerprint: Of the file it was trained on.
    """

    probability: pd.Series | None
    note: str
    roc_auc: float | None = None
    data_fingerprint: str = ""


def ask_model_in_service(folder: Path | None, raw: pd.DataFrame) -> InService:
    """Score rows of the lender's file with the model in service.

    Args:
        folder: Its bundle; None where nothing is in service.
        raw: Rows of the file, every column as text, by row id.

    Returns:
        Its probabilities, or why there are none.
    """
    if folder is None:
        return InService(None, "There is no model in service.")
    try:
        scorer = Scorer.load(folder)
        scored = scorer.score(raw)
    except InputError as error:
        # The note stands in a report that is read elsewhere, where the whole path says nothing.
        why = str(error).replace(str(folder), folder.name)
        return InService(None, f"The model in service cannot score this file: {why}")
    manifest = scorer.manifest
    return InService(
        scored[PROBABILITY],
        f"{manifest.model}, version {manifest.version}",
        manifest.metrics.get("roc_auc"),
        manifest.data_fingerprint,
    )
