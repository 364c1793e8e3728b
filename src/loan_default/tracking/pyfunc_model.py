"""The scoring bundle as an MLflow model: raw applications in, probabilities of default out.

MLflow runs this file to build the model, when it is logged and when it is loaded.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
from mlflow.models import set_model
from mlflow.pyfunc import PythonModel, PythonModelContext

OUTPUT = "probability_of_default"


class ScoringModel(PythonModel):
    """Score applications with the bundle that was logged with the model."""

    def load_context(self, context: PythonModelContext) -> None:
        """Load the bundle."""
        from loan_default.scoring import Scorer

        self._scorer = Scorer.load(Path(context.artifacts["bundle"]))

    def predict(
        self, context: PythonModelContext, model_input: pd.DataFrame, params: dict[str, Any] | None = None
    ) -> pd.DataFrame:
        """Return one probability of default (event = default = 1) for each application, in its order."""
        return self._scorer.score(model_input)[[OUTPUT]]


set_model(ScoringModel())
