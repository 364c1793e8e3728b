import pytest
from pydantic import ValidationError

from loan_default.models.ann import AnnSettings
from loan_default.models.lightgbm import LightGbmSettings
from loan_default.models.logistic_regression import LogisticRegressionSettings
from loan_default.models.random_forest import RandomForestSettings

EVERY_MODEL = [AnnSettings, LightGbmSettings, LogisticRegressionSettings, RandomForestSettings]


@pytest.mark.parametrize("model", EVERY_MODEL)
def test_smote_without_calibration_is_refused(model):
    with pytest.raises(ValidationError, match="set it to 'platt' or 'isotonic'"):
        model(imbalance={"method": "smote"}, calibration={"method": "none"})


@pytest.mark.parametrize("model", EVERY_MODEL)
def test_smote_with_calibration_is_accepted(model):
    settings = model(imbalance={"method": "smote"}, calibration={"method": "isotonic"})
    assert settings.imbalance.method == "smote"


@pytest.mark.parametrize("model", EVERY_MODEL)
def test_every_field_is_described(model):
    assert all(field.description for field in model.model_fields.values())


@pytest.mark.parametrize("model", EVERY_MODEL)
def test_settings_cannot_be_changed(model):
    with pytest.raises(ValidationError, match="frozen"):
        model().imbalance = None


@pytest.mark.parametrize(
    ("model", "bad", "message"),
    [
        (AnnSettings, {"network": {"kind": "mlp", "hidden_layers": []}}, r"network.mlp.hidden_layers"),
        (AnnSettings, {"bagging": 0}, "bagging"),
        (AnnSettings, {"stopping_metric": "auc"}, "'roc_auc', 'log_loss' or 'average_precision'"),
        (AnnSettings, {"hidden_layers": [64]}, "Extra inputs are not permitted"),
        (RandomForestSettings, {"max_features": 0}, "greater than 0"),
        (LightGbmSettings, {"num_leaves": 1}, "greater than or equal to 2"),
        (LogisticRegressionSettings, {"C": "high"}, "valid number"),
        (LogisticRegressionSettings, {"threshold": {"rule": "best"}}, r"threshold.rule"),
    ],
)
def test_bad_settings_are_refused(model, bad, message):
    with pytest.raises(ValidationError, match=message):
        model(**bad)
