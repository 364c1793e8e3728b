"""Model input: keys, order, and whose rows are out-of-fold."""

import numpy as np
import pandas as pd
import pytest

from loan_default.errors import InputError
from loan_default.features.fit import fit_feature_transformer
from loan_default.features.model_input import build_model_input
from loan_default.features.settings import FeatureSettings
from loan_default.frames import KEYS, PART, TRAIN, feature_names


def test_rows_keep_their_order_and_keys(clean, portfolio):
    transformer, train_features = fit_feature_transformer(clean, portfolio, (), FeatureSettings(), 0)
    model_input = build_model_input(clean, transformer, train_features)
    pd.testing.assert_frame_equal(model_input[list(KEYS)], clean[list(KEYS)])
    assert feature_names(model_input) == list(transformer.features)
    assert (model_input[feature_names(model_input)].dtypes == np.float32).all()
    train = clean[PART] == TRAIN
    features = model_input[list(transformer.features)]
    pd.testing.assert_frame_equal(features[train], train_features)
    pd.testing.assert_frame_equal(features[~train], transformer.transform(clean[~train]))


def test_features_of_other_rows_are_refused(clean, portfolio):
    transformer, train_features = fit_feature_transformer(clean, portfolio, (), FeatureSettings(), 0)
    for others in (train_features.iloc[1:], train_features.iloc[::-1], train_features.drop(columns="city")):
        with pytest.raises(InputError, match="not made of these cleaned applications"):
            build_model_input(clean, transformer, others)
