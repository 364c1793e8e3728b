"""The feature report against the measures themselves."""

import numpy as np
import pandas as pd
import pytest

from loan_default.evaluation.information_value import information_value, weight_of_evidence
from loan_default.evaluation.stability import population_stability_index
from loan_default.features.fit import fit_feature_transformer
from loan_default.features.report import feature_report
from loan_default.features.settings import FeatureSettings
from loan_default.frames import in_part


@pytest.fixture
def reported(clean, portfolio):
    def reported(frame=clean, **settings):
        chosen = FeatureSettings(**settings)
        transformer, train_features = fit_feature_transformer(frame, portfolio, (), chosen, 0)
        report = feature_report(frame, transformer, train_features, chosen)
        return report.set_index("name"), train_features

    return reported


def test_measures_of_a_number(clean, reported):
    report, _ = reported()
    train, test = in_part(clean, "train"), in_part(clean, "test")
    row = report.loc["amount"]
    table = weight_of_evidence(train["amount"], train["default"])
    assert row["information_value"] == pytest.approx(information_value(table))
    assert row["psi"] == pytest.approx(population_stability_index(train["amount"], test["amount"]))
    assert row["correlation"] == pytest.approx(np.corrcoef(train["amount"], train["default"])[0, 1])
    assert row["missing_share"] == 0


def test_imputed_values_count_as_missing(clean, reported):
    report, _ = reported()
    train = in_part(clean, "train")
    known = train["income"].where(train["income_missing"] == 0)
    assert report.loc["income", "missing_share"] == pytest.approx(train["income_missing"].mean())
    table = weight_of_evidence(known, train["default"])
    assert report.loc["income", "information_value"] == pytest.approx(information_value(table))
    history_missing = train["first_credit"].isna().mean()
    assert report.loc["history", "missing_share"] == pytest.approx(history_missing)


def test_high_cardinality_is_judged_out_of_fold(clean, reported):
    report, train_features = reported()
    train = in_part(clean, "train")
    table = weight_of_evidence(train_features["city"], train["default"])
    assert report.loc["city", "information_value"] == pytest.approx(information_value(table))
    expected = np.corrcoef(train_features["city"], train["default"])[0, 1]
    assert report.loc["city", "correlation"] == pytest.approx(expected)


def test_rare_levels_of_a_category_do_not_flatter_it(reported, clean):
    # A label of its own in each row would tell all.
    clean["purpose"] = [f"purpose {number}" for number in range(len(clean))]
    report, _ = reported(clean)
    assert report.loc["purpose", "information_value"] == pytest.approx(0)
    assert np.isnan(report.loc["purpose", "correlation"])


def test_a_category_is_correlated_by_the_default_rate_of_its_labels(reported, clean):
    clean["purpose"] = np.where(clean["default"] == 1, "boat", "house")
    report, _ = reported(clean)
    assert report.loc["purpose", "correlation"] == pytest.approx(1)


def test_the_strongest_come_first_and_the_unused_say_why(reported):
    report, _ = reported(use_lender_set=False)
    values = report["information_value"].dropna()
    assert values.is_monotonic_decreasing
    assert report["information_value"].notna().tolist() == sorted(
        report["information_value"].notna(), reverse=True
    )
    assert report.loc["rate", "reason"] == "set by the lender"
    assert report.loc["rate", "information_value"] > 0
    assert pd.isna(report.loc["share", "information_value"])
    assert report.loc["share", "lender_set"]
    assert report.loc["age", "protected"]
    assert report["used_as"].isna().equals(report["reason"].notna())


def test_a_moved_column_shows(clean, reported):
    clean.loc[clean["part"] == "test", "amount"] += 30_000
    clean.loc[clean["part"] == "test", "purpose"] = "never seen"
    report, _ = reported(clean)
    assert report.loc["amount", "psi"] > 1
    assert report.loc["purpose", "psi"] > 1
    assert report.loc["owner", "psi"] < 0.25


def test_without_test_rows_there_is_no_stability(clean, reported):
    report, _ = reported(clean[clean["part"] != "test"])
    assert report["psi"].isna().all()


def test_labels_of_one_row_each_have_not_moved(clean, reported):
    clean["city"] = [f"town {row}" for row in range(len(clean))]
    common = np.arange(len(clean)) % 2 == 0
    clean.loc[common, "city"] = np.where(np.arange(common.sum()) % 4 < 2, "big", "small")
    report, _ = reported(clean)
    assert report.loc["city", "psi"] < 0.1
