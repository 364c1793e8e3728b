import numpy as np
import pytest
from sklearn.ensemble import RandomForestClassifier

from loan_default.models.predict_probability import predict_probability
from loan_default.models.random_forest import RandomForestSettings, train_random_forest

SMALL = RandomForestSettings(n_estimators=45, max_samples=0.8, threads=1)


def test_growing_in_steps_gives_the_forest_grown_at_once(made_up):
    forest, _ = train_random_forest(made_up.X_train, made_up.y_train, SMALL, seed=3)
    at_once = RandomForestClassifier(
        n_estimators=45, max_depth=12, min_samples_leaf=20, max_features=0.3, max_samples=0.8, random_state=3
    ).fit(made_up.X_train, made_up.y_train)
    expected = at_once.predict_proba(made_up.X_validation)[:, 1]
    np.testing.assert_allclose(predict_probability(forest, made_up.X_validation), expected, rtol=1e-12)
    assert forest.warm_start is False


def test_threads_do_not_change_the_result(made_up):
    one, _ = train_random_forest(made_up.X_train, made_up.y_train, SMALL, seed=3)
    two, _ = train_random_forest(
        made_up.X_train, made_up.y_train, SMALL.model_copy(update={"threads": 2}), seed=3
    )
    np.testing.assert_array_equal(
        predict_probability(one, made_up.X_validation), predict_probability(two, made_up.X_validation)
    )


@pytest.mark.parametrize("rows", [0, 1, 7])
def test_any_number_of_rows_is_shared_among_threads(made_up, rows):
    forest, _ = train_random_forest(
        made_up.X_train, made_up.y_train, SMALL.model_copy(update={"threads": 2}), seed=3
    )
    whole = predict_probability(forest, made_up.X_validation)
    np.testing.assert_array_equal(predict_probability(forest, made_up.X_validation[:rows]), whole[:rows])


def test_rebalancing_raises_the_scores_and_is_recorded(made_up):
    settings = SMALL.model_copy(
        update={"imbalance": SMALL.imbalance.model_copy(update={"method": "class_weight"})}
    )
    plain, _ = train_random_forest(made_up.X_train, made_up.y_train, SMALL, seed=3)
    weighted, record = train_random_forest(made_up.X_train, made_up.y_train, settings, seed=3)
    assert record["method"] == "class_weight"
    means = [predict_probability(m, made_up.X_validation).mean() for m in (plain, weighted)]
    assert means[0] == pytest.approx(made_up.y_train.mean(), abs=0.03)
    assert means[1] > means[0] + 0.1
