"""Features of rows in which one described column holds the values of other rows."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from loan_default.features.transformer import FeatureTransformer


def exchange_in(
    clean: pd.DataFrame, transformer: FeatureTransformer, X: np.ndarray
) -> Callable[[str, np.ndarray], np.ndarray]:
    """Return a function that exchanges the values of one column between rows.

    Features that a column shares with others are worked out anew, with the others' own values: exchanged as a
    whole, a mean of six months would take five months that nobody touched with it.

    Args:
        clean: Cleaned applications.
        transformer: Fitted; makes features of them.
        X: Features of these rows, shape (rows, features); not changed.

    Returns:
        From a described column and the rows, int of shape (rows,), whose values it takes, to features.
    """
    positions = transformer.groups()

    def exchanged(column: str, rows: np.ndarray) -> np.ndarray:
        part = transformer.part_from(column)
        # Its flags go with it.
        own = {column, *(encoder.column for encoder in part.encoders if encoder.sources == (column,))}
        moved = {name: clean[name].iloc[rows].array for name in part.inputs if name in own}
        features = X.copy()
        features[:, positions[column]] = part.transform(clean[list(part.inputs)].assign(**moved))
        return features

    return exchanged
