"""One column takes the values of other rows, and nothing else does."""

import numpy as np
import pytest

from loan_default.features.exchange import exchange_in
from loan_default.features.fit import fit_feature_transformer
from loan_default.features.settings import FeatureSettings


@pytest.fixture
def transformer(clean, portfolio):
    return fit_feature_transformer(clean, portfolio, (), FeatureSettings(), 0)[0]


@pytest.fixture
def X(clean, transformer):
    return transformer.transform(clean).to_numpy()


def test_every_row_its_own_value_changes_nothing(clean, transformer, X):
    exchanged = exchange_in(clean, transformer, X)
    for column in transformer.groups():
        assert (exchanged(column, np.arange(len(clean))) == X).all(), column


@pytest.mark.parametrize("column", ["income", "rate", "purpose", "first_credit"])
def test_features_are_those_of_applications_with_that_one_value_changed(clean, transformer, X, column):
    order = np.random.default_rng(1).permutation(len(clean))
    flags = [name for name in (f"{column}_missing", f"{column}_outlier") if name in clean]
    changed = clean.assign(**{name: clean[name].to_numpy()[order] for name in (column, *flags)})
    before = X.copy()
    found = exchange_in(clean, transformer, X)(column, order)
    assert (found == transformer.transform(changed).to_numpy()).all()
    assert np.array_equal(X, before)
    assert not np.array_equal(found, X)


def test_what_a_shared_feature_says_of_other_columns_is_not_lost(clean, transformer, X):
    # The share of the instalment in the income, where every income is the same.
    level = clean.assign(income=30_000.0)
    X = transformer.transform(level).to_numpy()
    order = np.random.default_rng(1).permutation(len(clean))
    share = transformer.features.index("share")
    assert (exchange_in(level, transformer, X)("income", order)[:, share] == X[:, share]).all()


def test_a_part_reads_only_what_it_needs(transformer):
    part = transformer.part_from("rate")
    assert set(part.derived) == {"share", "instalment"}
    assert {"rate", "amount", "months", "income"} <= set(part.inputs)
    assert "purpose" not in part.inputs
    assert part.features == tuple(transformer.features[place] for place in transformer.groups()["rate"])
