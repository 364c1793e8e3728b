"""Fitting: what is learnt, from which rows, and what is dropped."""

import numpy as np
import pandas as pd
import pytest

from loan_default.errors import InputError
from loan_default.features.encoders import TargetEncoded
from loan_default.features.fit import fit_feature_transformer
from loan_default.features.settings import FeatureSettings
from loan_default.frames import DEFAULT, PART, TRAIN


def fitted(clean, portfolio, excluded=(), seed=0, **settings):
    return fit_feature_transformer(clean, portfolio, excluded, FeatureSettings(**settings), seed)


def test_features_and_their_sources(clean, portfolio):
    transformer, features = fitted(clean, portfolio)
    assert transformer.features == (
        "amount",
        "rate",
        "rate_outlier",
        "months",
        "income",
        "income_missing",
        "grade",
        "purpose=car",
        "purpose=house",
        "purpose=(rare)",
        "city",
        "owner",
        "share",
        "share_missing",
        "instalment",
        "history",
        "history_missing",
        "big_city",
    )
    assert list(features.columns) == list(transformer.features)
    assert features.index.equals(clean.index[clean[PART] == TRAIN])
    assert (features.dtypes == np.float32).all()
    assert transformer.sources["share_missing"] == ("amount", "rate", "months", "income")
    assert transformer.groups()["income"] == [4, 5, 12, 13]
    assert transformer.groups()["first_credit"] == [15, 16]


@pytest.mark.parametrize(("way", "target_encoded"), [("one_hot", False), ("both", True)])
def test_a_category_of_many_levels_may_have_a_column_for_each(clean, portfolio, way, target_encoded):
    counts = clean.loc[clean[PART] == TRAIN, "city"].value_counts()
    fewest = int(counts.sort_values().iloc[2])
    transformer, features = fitted(clean, portfolio, high_cardinality=way, one_hot_rows=fewest)
    columns = [name for name in transformer.features if name.startswith("city=")]
    common = sorted(counts.index[counts >= fewest])
    assert columns == [*(f"city={label}" for label in common), "city=(rare)"]
    assert ("city" in transformer.features) == target_encoded
    (decision,) = (decision for decision in transformer.decisions if decision.name == "city")
    assert decision.used_as == ("target encoding" if target_encoded else "one-hot")
    assert (features[columns].sum(axis=1) == 1).all()
    if target_encoded:
        # The rate is what it is without the columns.
        np.testing.assert_array_equal(features["city"], fitted(clean, portfolio)[1]["city"])


def test_train_features_differ_from_applied_ones_in_target_encodings_only(clean, portfolio):
    transformer, features = fitted(clean, portfolio)
    applied = transformer.transform(clean.loc[features.index])
    assert [name for name in applied if not applied[name].equals(features[name])] == ["city"]


def test_rows_outside_of_train_are_not_looked_at(clean, portfolio):
    others = clean[PART] != TRAIN
    changed = clean.copy()
    changed.loc[others, DEFAULT] = 1 - changed.loc[others, DEFAULT]
    changed.loc[others, ["amount", "income"]] *= 1000
    changed.loc[others, ["grade", "city", "purpose"]] = "never seen"
    changed.loc[others, "first_credit"] = pd.NaT
    transformer, features = fitted(clean, portfolio)
    again, again_features = fitted(changed, portfolio)
    assert again == transformer
    pd.testing.assert_frame_equal(again_features, features)
    without, _ = fitted(clean[~others], portfolio)
    assert without == transformer


def test_the_same_seed_gives_the_same_and_another_seed_other_folds(clean, portfolio):
    features = [fitted(clean, portfolio, seed=seed)[1]["city"] for seed in (1, 1, 2)]
    assert features[0].equals(features[1])
    assert not features[0].equals(features[2])


def test_outcomes_of_a_familys_own_fold_do_not_reach_its_encoding(clean, portfolio):
    _, before = fitted(clean, portfolio, scaling="minmax", target_smoothing=5.0)
    # min-max scaling is undone below, so that only the encoding itself is compared.
    row = before.index[40]
    family = clean["twin_group"] == clean.loc[row, "twin_group"]
    flipped = clean.copy()
    flipped.loc[family, DEFAULT] = 1 - flipped.loc[family, DEFAULT]

    def encodings(frame):
        transformer, features = fitted(frame, portfolio, scaling="minmax", target_smoothing=5.0)
        encoder = next(encoder for encoder in transformer.encoders if isinstance(encoder, TargetEncoded))
        low, high = encoder.scaling.minimum, encoder.scaling.maximum
        return features["city"].astype(float) * (high - low) + low

    before, after = encodings(clean), encodings(flipped)
    np.testing.assert_allclose(after[family], before[family], atol=1e-6)
    assert (abs(after - before) > 1e-3).any()


def test_columns_that_tell_no_rows_apart_are_dropped_and_said(clean, portfolio, caplog):
    clean["amount"] = 5.0
    clean["owner"] = 1.0
    clean["grade"] = "b"
    clean["first_credit"] = pd.NaT
    clean["purpose"] = [f"purpose_{number}" for number in range(len(clean))]
    caplog.set_level("INFO")
    transformer, _ = fitted(clean, portfolio)
    reasons = {decision.name: decision.reason for decision in transformer.decisions if decision.reason}
    for name in ("amount", "owner", "grade"):
        assert reasons[name] == "the same value in every train row"
        assert name not in transformer.features
    assert reasons["history"] == "missing in every train row"
    assert reasons["purpose"].startswith("every level is rare; kind high_cardinality")
    assert caplog.text.count("history (missing in every train row)") == 1
    # It is still computed, for the share of income is made from it.
    assert "instalment" in transformer.derived
    assert "history" not in transformer.derived


def test_nothing_but_constants_is_refused(clean, describe):
    portfolio = describe(
        columns={"amount": {"kind": "amount"}}, derived={}, lender_set=[], protected=[], application_date=None
    )
    clean["amount"] = 1.0
    with pytest.raises(InputError, match="every column has one value"):
        fitted(clean, portfolio)


def test_an_ordinal_label_outside_its_order_is_refused_in_train(clean, portfolio):
    clean["grade"] = clean["grade"].replace("c", "d")
    with pytest.raises(InputError, match=r"Column grade holds 'd', not in its order \(a, b, c\)"):
        fitted(clean, portfolio)


def test_no_train_rows_are_refused(clean, portfolio):
    with pytest.raises(InputError, match="no rows of part 'train'"):
        fitted(clean[clean[PART] != TRAIN], portfolio)


def test_fewer_families_than_folds_are_refused(clean, portfolio):
    clean["twin_group"] = 1
    with pytest.raises(InputError, match=r"city cannot be target-encoded.*target_folds 5"):
        fitted(clean, portfolio)


def test_two_features_of_one_name_are_refused(clean, describe):
    derived = {"income_missing": {"kind": "sum", "weights": {"income": 2}}}
    with pytest.raises(InputError, match="named income_missing"):
        fitted(clean, describe(derived=derived))


@pytest.mark.parametrize(
    ("scaling", "spread", "tolerance"), [("zscore", 1, 0.01), ("quantile", 0.95, 0.3), ("minmax", 0.35, 0.15)]
)
def test_numbers_ordinals_and_target_encodings_share_the_scaling(
    clean, portfolio, scaling, spread, tolerance
):
    _, features = fitted(clean, portfolio, scaling=scaling)
    for name in ("amount", "grade", "city"):
        assert features[name].std() == pytest.approx(spread, abs=tolerance)
        if scaling == "minmax":
            assert (features[name].min(), features[name].max()) == (0, 1)
        else:
            assert features[name].mean() == pytest.approx(0, abs=0.1)
