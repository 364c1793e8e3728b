"""Settings refuse what makes no sense."""

import pytest
from pydantic import BaseModel, ValidationError

from loan_default.evaluation.settings import ComparisonSettings, EvaluationSettings, ValidationCriteria


@pytest.mark.parametrize(
    ("settings", "wrong"),
    [
        (EvaluationSettings, {"confidence": 95}),
        (EvaluationSettings, {"resamples": 5}),
        (EvaluationSettings, {"resample": 500}),
        (ComparisonSettings, {"metric": "accuracy"}),
        (ComparisonSettings, {"margin": -0.1}),
        (ValidationCriteria, {"min_roc_auc_low": 55}),
    ],
)
def test_wrong_values_are_refused_by_key(settings: type[BaseModel], wrong):
    with pytest.raises(ValidationError, match=next(iter(wrong))):
        settings(**wrong)


def test_every_field_is_described():
    for settings in (EvaluationSettings, ComparisonSettings, ValidationCriteria):
        assert all(field.description for field in settings.model_fields.values())
