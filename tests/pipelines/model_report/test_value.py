from __future__ import annotations

from typing import Any

import pytest

from loan_default.pipelines.model_report.value import compared_model, create_chapter


def champion(**changes: Any) -> dict[str, Any]:
    scores = {"ann": 0.70, "random_forest": 0.69, "lightgbm": 0.71}
    return {"challenger": None, "metric": "roc_auc", "validation": scores, **changes}


def test_the_challenger_is_the_model_to_compare_with() -> None:
    assert compared_model("ann", champion(challenger="random_forest")) == "random_forest"


@pytest.mark.parametrize(
    ("reported", "metric", "other"),
    [("ann", "roc_auc", "lightgbm"), ("lightgbm", "roc_auc", "ann"), ("ann", "brier", "random_forest")],
)
def test_without_a_challenger_it_is_the_best_other_on_validation_rows(
    reported: str, metric: str, other: str
) -> None:
    assert compared_model(reported, champion(metric=metric)) == other


def test_the_chapter_leaves_its_section_and_the_pictures_it_names() -> None:
    outputs = create_chapter().all_outputs()
    assert "value_section" in outputs
    assert {name for name in outputs if name.endswith("_plot")} == {
        f"value_{name}_plot" for name in ("cutoffs", "acceptance", "swaps", "prices")
    }
