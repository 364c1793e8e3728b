"""Put keys and features together into the frame that models read."""

from __future__ import annotations

import pandas as pd

from loan_default.errors import InputError
from loan_default.features.transformer import FeatureTransformer
from loan_default.frames import KEYS, PART, TRAIN


def build_model_input(
    clean: pd.DataFrame, transformer: FeatureTransformer, train_features: pd.DataFrame
) -> pd.DataFrame:
    """Build model input from cleaned applications.

    Args:
        clean: Cleaned applications of every part.
        transformer: Applied to the rows outside of train.
        train_features: Out-of-fold features of the train rows, with their index, as the fit gave them.

    Returns:
        Keys and float32 features, rows in the order of `clean`.

    Raises:
        InputError: If the train features are not those of these applications and this transformer.
    """
    is_train = (clean[PART] == TRAIN).to_numpy()
    fits = train_features.index.equals(clean.index[is_train])
    if not fits or tuple(train_features.columns) != transformer.features:
        raise InputError(
            "The train features were not made of these cleaned applications by this transformer. "
            "Run the feature_engineering pipeline from its start."
        )
    features = pd.concat([train_features, transformer.transform(clean.loc[~is_train])])
    # Back to the order of `clean`: by position, as an index may hold repeats.
    order = (~is_train).argsort(kind="stable").argsort(kind="stable")
    features = features.iloc[order].set_axis(clean.index, axis=0)
    return pd.concat([clean[list(KEYS)], features], axis=1)
