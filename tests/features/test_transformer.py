"""The transformer as data, and its refusals."""

import json
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from loan_default.errors import InputError
from loan_default.features.fit import fit_feature_transformer
from loan_default.features.settings import FeatureSettings
from loan_default.features.transformer import FeatureTransformer


@pytest.fixture
def transformer(clean, portfolio):
    return fit_feature_transformer(clean, portfolio, (), FeatureSettings(), 0)[0]


@pytest.mark.parametrize("scaling", ["quantile", "zscore", "minmax"])
def test_json_keeps_every_bit(clean, portfolio, scaling):
    transformer, _ = fit_feature_transformer(clean, portfolio, (), FeatureSettings(scaling=scaling), 0)
    again = FeatureTransformer.from_dict(json.loads(json.dumps(transformer.to_dict(), allow_nan=False)))
    assert again == transformer
    pd.testing.assert_frame_equal(again.transform(clean), transformer.transform(clean), check_exact=True)


def test_rows_are_transformed_one_by_one_as_together(clean, transformer):
    together = transformer.transform(clean)
    one_by_one = pd.concat([transformer.transform(clean.iloc[[row]]) for row in range(25)])
    pd.testing.assert_frame_equal(one_by_one, together.iloc[:25], check_exact=True)
    assert together.index.equals(clean.index)
    assert (together.dtypes == np.float32).all()


def test_no_rows_give_no_features(clean, transformer):
    assert transformer.transform(clean.iloc[:0]).shape == (0, len(transformer.features))


def test_zero_unseen_and_missing_at_scoring_give_features(clean, transformer):
    odd = clean.iloc[:1].copy()
    odd[["income", "amount", "rate"]] = 0.0
    odd[["grade", "purpose", "city"]] = "never seen"
    odd["first_credit"] = pd.NaT
    features = transformer.transform(odd).iloc[0]
    assert np.isfinite(features).all()
    assert features["purpose=(rare)"] == 1
    assert features["history_missing"] == 1
    assert features["share_missing"] == 1


def test_the_outcome_is_not_needed(clean, transformer):
    without = clean[list(transformer.inputs)]
    assert "default" not in without
    pd.testing.assert_frame_equal(transformer.transform(without), transformer.transform(clean))


@pytest.mark.parametrize("column", ["income", "income_missing", "first_credit"])
def test_an_absent_column_is_named(clean, transformer, column):
    with pytest.raises(InputError, match=f"lack column {column}, which"):
        transformer.transform(clean.drop(columns=column))


def test_a_missing_flag_is_named(clean, transformer):
    clean.iloc[0, clean.columns.get_loc("owner")] = np.nan
    with pytest.raises(InputError, match="Feature owner comes out missing"):
        transformer.transform(clean)


def test_another_format_is_refused(transformer):
    with pytest.raises(InputError, match="has format 2; this version reads 1"):
        FeatureTransformer.from_dict({**transformer.to_dict(), "format": 2})


def test_damaged_data_is_refused(transformer):
    data = transformer.to_dict()
    data["encoders"][0]["fill"] = "much"
    with pytest.raises(InputError, match=r"cannot be read at encoders\.0.*fill"):
        FeatureTransformer.from_dict(data)


def test_applying_needs_no_training_library():
    code = (
        "import sys, loan_default.features.transformer, loan_default.features.model_input\n"
        "print(*{'sklearn', 'kedro', 'mlflow', 'tensorflow', 'matplotlib'} & set(sys.modules))"
    )
    outcome = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert outcome.stdout.strip() == ""
