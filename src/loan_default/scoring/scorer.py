"""Score applications with a bundle: single ones from JSON, or many as in the lender's file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Self

import numpy as np
import pandas as pd

from loan_default.errors import InputError
from loan_default.evaluation.risk_bands import Bands
from loan_default.models.log_odds import log_odds
from loan_default.portfolio.applications import type_columns
from loan_default.portfolio.parsing import TEXT, write_number
from loan_default.portfolio.resolve import match_applications
from loan_default.scoring.bundle import Bundle, read_bundle
from loan_default.scoring.checking import ApplicationCheck, Checked
from loan_default.scoring.decision import Decision
from loan_default.scoring.fields import Field, Value
from loan_default.scoring.manifest import Manifest
from loan_default.scoring.onnx_model import OnnxModel
from loan_default.scoring.reasons import Contributions, Explainer, Reason
from loan_default.scoring.row_plan import RowPlan, as_matrix

PROBABILITY = "probability_of_default"


class Scorer:
    """Turns applications into decisions. Safe to share between threads.

    Args:
        bundle: From `read_bundle`.
    """

    def __init__(self, bundle: Bundle) -> None:
        self.manifest: Manifest = bundle.manifest
        self.fields: tuple[Field, ...] = bundle.manifest.fields
        self._whole = [field.name for field in self.fields if field.whole]
        self._cleaner = bundle.cleaner
        self._transformer = bundle.transformer
        self._calibrator = bundle.calibrator
        self._model = OnnxModel(bundle.model)
        self._bands = Bands(bundle.manifest.bands)
        self._check = ApplicationCheck(self.fields, bundle.cleaner.portfolio, bundle.manifest.consistency)
        self._plan = RowPlan(bundle.cleaner, bundle.transformer)
        self._explainer = Explainer(self.fields, self._plan, self._log_odds, bundle.manifest.reason_texts)

    @classmethod
    def load(cls, folder: Path | str) -> Self:
        """Load a bundle.

        Raises:
            InputError: The folder is no complete bundle, was changed, or is of a newer format.
        """
        return cls(read_bundle(Path(folder)))

    @property
    def name(self) -> str:
        """Name of the model."""
        return self.manifest.model

    @property
    def threshold(self) -> float:
        """Probability of default from which the prediction is Default."""
        return self.manifest.threshold

    def check(self, application: Mapping[str, Any]) -> Checked:
        """Check one application as JSON holds it, before it is scored.

        Numbers must be numbers, in the field's unit (percentages in per cent), labels and dates texts; labels
        may have any case, spacing and footnote marks. A field that is absent or null is missing. Numbers of a
        field that is always whole in train are rounded.

        Args:
            application: Field name to value.

        Returns:
            The canonical values; the faults, for which it cannot be scored; and warnings: values beyond all
            of train, contradictions, and fields that the model does not have.
        """
        return self._check.check(application)

    def decide(
        self, applications: Checked | Mapping[str, Value] | Sequence[Checked | Mapping[str, Value]]
    ) -> list[Decision]:
        """Decide checked applications, without pandas.

        Args:
            applications: One or several, from `check`, or their `values`.

        Returns:
            One decision for each; with the warnings of the check, where that was given.

        Raises:
            InputError: An application has faults, or a number so large that features overflow.
        """
        several = [applications] if isinstance(applications, Checked | Mapping) else applications
        if not several:
            return []
        matrix = as_matrix([self._plan.features(_values(application)) for application in several])
        probability = self._probability(matrix)
        points = self.manifest.scale.points(log_odds(probability)).tolist()
        chances, threshold = probability.tolist(), self.manifest.threshold
        return [
            Decision(
                probability_of_default=p,
                prediction="Default" if p >= threshold else "No Default",
                threshold=threshold,
                score=score,
                risk_band=band.name,
                policy=band.policy,
                warnings=application.warnings if isinstance(application, Checked) else (),
            )
            for application, p, score, band in zip(
                several, chances, points, map(self._bands.of, chances), strict=True
            )
        ]

    def reasons(self, application: Checked | Mapping[str, Value]) -> list[Reason]:
        """Name what sets an application apart from a typical one: at most four fields, the largest first."""
        return self._explainer.reasons(_values(application))

    def contributions(self, application: Checked | Mapping[str, Value]) -> Contributions:
        """Return what every field of a checked application contributes to its log-odds of default."""
        return self._explainer.contributions(_values(application))

    def score(self, applications: pd.DataFrame | Sequence[Mapping[str, Any]]) -> pd.DataFrame:
        """Score many applications, vectorised.

        Args:
            applications: As the lender's file has them; a field that is missing is filled as in training, a
                label never seen is scored as such. Header spellings are those of the description. Numbers of
                a field that is always whole in train are rounded, as `check` does.

        Returns:
            `probability_of_default` (float64), `prediction` (1 = default, 0 = no default), `score` (points),
            `risk_band`, `policy` (what that band says to do: accept, refer or decline), and `reason`: why an
            application could not be scored, and so has none of the others. Same rows, same index.

        Raises:
            InputError: A column that the model needs is missing.
        """
        typed, reasons = self._typed(pd.DataFrame(applications))
        usable = reasons.isna().to_numpy()
        probability = np.full(len(typed), np.nan)
        if usable.all():
            probability = self._probability_of(typed)
        elif usable.any():
            probability[usable] = self._probability_of(typed.loc[usable])
        return self._result(probability, usable, reasons)

    def values(self, applications: pd.DataFrame) -> list[dict[str, Value]]:
        """Read applications as the lender's file has them, for `decide`, `reasons` and `contributions`.

        Args:
            applications: Rows that can be scored: `score` gives no reason against them.

        Returns:
            Canonical values by field for each row, as `check` gives them; None where a field is missing.

        Raises:
            InputError: A column that the model needs is missing.
        """
        typed, _ = self._typed(applications)
        names = [field.name for field in self.fields]
        columns = [_canonical(typed[field.name], field) for field in self.fields]
        return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]

    def _typed(self, applications: pd.DataFrame) -> tuple[pd.DataFrame, pd.Series]:
        """Return the typed columns, and for each row why it cannot be scored, missing where it can."""
        portfolio = self._cleaner.portfolio
        text = _as_text(applications, portfolio.file.decimal)
        resolved = match_applications(text, portfolio, [field.name for field in self.fields])
        typed, reasons = type_columns(text, resolved, self._cleaner.fractions)
        return typed.assign(**{name: np.rint(typed[name]) for name in self._whole}), reasons

    def _result(self, probability: np.ndarray, usable: np.ndarray, reasons: pd.Series) -> pd.DataFrame:
        certain = np.where(usable, probability, 0.5)
        prediction = (certain >= self.manifest.threshold).astype(np.int64)
        points = self.manifest.scale.points(log_odds(certain))
        scored = pd.DataFrame(
            {
                PROBABILITY: probability,
                "prediction": pd.arrays.IntegerArray(prediction, ~usable),
                "score": pd.arrays.IntegerArray(points, ~usable),
                "risk_band": pd.Series(self._bands.names(certain), dtype=TEXT).mask(~usable).array,
                "policy": pd.Series(self._bands.policies(certain), dtype=TEXT).mask(~usable).array,
                "reason": reasons,
            },
            index=reasons.index,
        )
        return scored.astype({"prediction": "Int8", "score": "Int32"})

    def _probability_of(self, typed: pd.DataFrame) -> np.ndarray:
        features = self._transformer.transform(self._cleaner.apply(typed))
        return self._probability(np.ascontiguousarray(features.to_numpy(dtype=np.float32)))

    def _probability(self, features: np.ndarray) -> np.ndarray:
        return self._calibrator.apply(self._model.run(features))

    def _log_odds(self, features: np.ndarray) -> np.ndarray:
        return log_odds(self._probability(features))


def _values(application: Checked | Mapping[str, Value]) -> Mapping[str, Value]:
    match application:
        case Checked(faults=((field, message), *_)):
            raise InputError(f"This application cannot be scored: {field}: {message}")
        case Checked(values=values):
            return values
    return application


def _canonical(values: pd.Series, field: Field) -> list[Value]:
    """Return typed values as the scorer takes those of single applications."""
    present = values.notna()
    if field.kind == "date":
        values = values.dt.strftime("%Y-%m-%d")
    elif field.kind == "boolean":
        values = values.fillna(0) == 1
    return [value if there else None for value, there in zip(values.tolist(), present, strict=True)]


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
