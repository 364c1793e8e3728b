"""Models may be compared only on the same rows."""

import numpy as np
import pandas as pd
import pytest

from loan_default.errors import InputError
from loan_default.evaluation.same_rows import align_predictions


@pytest.fixture
def models(predictions):
    return {name: predictions.copy() for name in ("ann", "random_forest", "lightgbm")}


def test_rows_in_another_order_are_brought_into_line(models):
    models["lightgbm"] = models["lightgbm"].sample(frac=1, random_state=0)
    aligned = align_predictions(models, "ann")
    pd.testing.assert_frame_equal(aligned["lightgbm"], aligned["ann"])


@pytest.mark.parametrize(
    ("name", "pipeline"), [("ann", "ann_training"), ("lightgbm", "random_forest_comparison")]
)
def test_the_model_that_differs_is_named_with_its_pipeline(models, name, pipeline):
    models[name] = models[name].iloc[5:]
    with pytest.raises(
        InputError, match=rf"predictions of '{name}'.* 5 rows of .* absent.*`{pipeline}` again"
    ):
        align_predictions(models, "ann")


@pytest.mark.parametrize("column", ["part", "default"])
def test_equal_row_ids_are_not_enough(models, column):
    models["ann"].loc[:2, column] = "train" if column == "part" else 1 - models["ann"].loc[:2, "default"]
    changed = int(np.sum(models["ann"][column] != models["lightgbm"][column]))
    with pytest.raises(InputError, match=f"{changed} of 3000 rows differ in '{column}'"):
        align_predictions(models, "ann")


def test_other_dtypes_of_the_same_values_are_the_same_rows(models):
    models["ann"]["default"] = models["ann"]["default"].astype("int64")
    models["ann"]["part"] = models["ann"]["part"].astype("category")
    assert list(align_predictions(models, "ann")) == ["ann", "random_forest", "lightgbm"]


def test_twin_groups_in_one_model_only_are_refused(models):
    models["ann"]["twin_group"] = 1
    with pytest.raises(InputError, match="only one of the two has the column 'twin_group'"):
        align_predictions(models, "ann")


def test_repeated_row_ids_are_refused(models):
    models["ann"].loc[0, "row_id"] = 1
    with pytest.raises(InputError, match="1 row ids occur twice in the predictions of 'ann'"):
        align_predictions(models, "ann")
