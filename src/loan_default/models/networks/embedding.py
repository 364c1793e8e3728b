"""Which features are the 0/1 columns of one category, and their entity embedding."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from loan_default.models.keras_import import import_keras


def columns_of_categories(names: Sequence[str], fewest: int) -> list[list[int]]:
    """Find the one-hot columns (`city=Pune`, `city=Agra`) of each category with more than a few levels.

    Args:
        names: Names of the features, in order.
        fewest: Categories with fewer columns are passed over.

    Returns:
        Positions of the columns, a list for each category.
    """
    found: dict[str, list[int]] = {}
    for place, name in enumerate(names):
        column, equals, _ = name.partition("=")
        if equals:
            found.setdefault(column, []).append(place)
    return [places for places in found.values() if len(places) >= fewest]


def embed(
    features: Any, X_train: np.ndarray, categories: Sequence[Sequence[int]], width: int
) -> tuple[Any, np.ndarray]:
    """Put vectors in place of the columns of categories.

    Args:
        features: Keras tensor (rows, features).
        X_train: Features of the training rows.
        categories: From `columns_of_categories`, at least one.
        width: Length of the vectors.

    Returns:
        The other features and the vectors, as a Keras tensor; the same of the training rows, with zeros for
        the vectors, which are not learnt yet.
    """
    import_keras()
    from loan_default.models.networks.layers.embedding import EmbedCategories

    embedded = EmbedCategories(categories, X_train.shape[1], width)(features)
    others = np.delete(X_train, [place for places in categories for place in places], axis=1)
    vectors = np.zeros((len(others), embedded.shape[1] - others.shape[1]), dtype=X_train.dtype)
    return embedded, np.concatenate([others, vectors], axis=1)
