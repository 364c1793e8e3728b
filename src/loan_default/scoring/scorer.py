"""Score raw applications with a bundle: the very functions that training applied."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

import numpy as np
import pandas as pd

from loan_default.features.transformer import FeatureTransformer
from loan_default.models.calibrator import Calibrator
from loan_default.portfolio.applications import type_columns
from loan_default.portfolio.cleaner import ApplicationCleaner
from loan_default.portfolio.parsing import TEXT, write_number
from loan_default.portfolio.resolve import match_applications
from loan_default.scoring.bundle import (
    CALIBRATOR,
    CLEANER,
    MODEL,
    RECORD,
    THRESHOLD,
    TRANSFORMER,
    read_record,
)

PROBABILITY = "probability_of_default"


class Scorer:
    """Turns raw applications into probabilities of default.

    Args:
        cleaner: Reads and cleans the columns.
        transformer: Makes the features.
        model: The model as ONNX: float32 `features` in, raw `probability` of default out.
        calibrator: Turns raw probabilities into calibrated ones.
        threshold: An application whose probability reaches it is called a default.
        name: Name of the model.
    """

    def __init__(
        self,
        cleaner: ApplicationCleaner,
        transformer: FeatureTransformer,
        model: bytes,
        calibrator: Calibrator,
        threshold: float,
        name: str,
    ) -> None:
        import onnxruntime

        self._cleaner = cleaner
        self._transformer = transformer
        self._session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
        self._calibrator = calibrator
        self.threshold = threshold
        self.name = name

    @classmethod
    def load(cls, folder: Path | str) -> Self:
        """Load a bundle.

        Raises:
            InputError: The folder is no complete bundle, or of a newer format.
        """
        folder = Path(folder)
        return cls(
            cleaner=ApplicationCleaner.from_dict(read_record(folder, CLEANER)),
            transformer=FeatureTransformer.from_dict(read_record(folder, TRANSFORMER)),
            model=(folder / MODEL).read_bytes(),
            calibrator=Calibrator.from_dict(read_record(folder, CALIBRATOR)),
            threshold=float(read_record(folder, THRESHOLD)["value"]),
            name=str(read_record(folder, RECORD)["model"]),
        )

    @property
    def fields(self) -> tuple[str, ...]:
        """Columns of an application that the model reads, by their names in the description."""
        return tuple(self._transformer.groups())

    def score(self, applications: pd.DataFrame | Sequence[dict[str, Any]]) -> pd.DataFrame:
        """Score raw applications.

        Args:
            applications: As the lender's file has them; a field that is missing is filled as in training.
                Header spellings are those of the description.

        Returns:
            `probability_of_default` (float64), `prediction` (1 = default, 0 = no default), `reason`: why an
            application could not be scored, and so has no probability and prediction. Same rows, same index.

        Raises:
            InputError: A column that the model needs is missing.
        """
        portfolio = self._cleaner.portfolio
        text = _as_text(pd.DataFrame(applications), portfolio.file.decimal)
        resolved = match_applications(text, portfolio, self.fields)
        typed, reasons = type_columns(text, resolved, self._cleaner.fractions)
        usable = reasons.isna()
        probability = pd.Series(np.nan, index=text.index)
        if usable.any():
            probability[usable] = self._probability(typed.loc[usable])
        prediction = pd.Series(probability >= self.threshold, dtype="Int8").mask(~usable)
        return pd.DataFrame({PROBABILITY: probability, "prediction": prediction, "reason": reasons})

    def _probability(self, typed: pd.DataFrame) -> np.ndarray:
        features = self._transformer.transform(self._cleaner.apply(typed))
        (raw,) = self._session.run(["probability"], {"features": features.to_numpy(dtype=np.float32)})
        return self._calibrator.apply(raw.astype(np.float64))


def _as_text(applications: pd.DataFrame, decimal: str) -> pd.DataFrame:
    """Return every value as text, as a file would hold it; missing ones as the empty string."""
    written = {
        name: values
        if isinstance(values.dtype, pd.StringDtype)
        else values.map(
            lambda value: write_number(value, decimal) if isinstance(value, float) else value,
            na_action="ignore",
        )
        for name, values in applications.items()
    }
    return pd.DataFrame(written, index=applications.index).astype(TEXT).fillna("")
