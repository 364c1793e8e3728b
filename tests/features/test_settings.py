"""Settings refuse what cannot be."""

import pytest
from pydantic import ValidationError

from loan_default.features.settings import FeatureSettings


@pytest.mark.parametrize(
    "wrong",
    [
        {"scaling": "log"},
        {"rare_share": 1.0},
        {"target_smoothing": -1},
        {"target_folds": 1},
        {"scalling": "minmax"},
    ],
)
def test_wrong_settings_are_refused(wrong):
    with pytest.raises(ValidationError, match=next(iter(wrong))):
        FeatureSettings.model_validate(wrong)
