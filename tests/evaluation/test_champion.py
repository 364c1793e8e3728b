"""The champion's rule, path by path."""

import json

import pytest

from loan_default.evaluation.champion import choose_champion
from loan_default.evaluation.settings import ComparisonSettings


def values(auc, low=0.65, error=0.01, gap=0.02, **more):
    by_hand = {
        "roc_auc": low + 0.05,
        "roc_auc_low": low,
        "calibration_error_low": error,
        "train_test_gap": gap,
    }
    return {"validation_roc_auc": auc, **by_hand, **more}


ASKED = {"min_roc_auc_low": 0.55, "max_calibration_error": 0.05}


@pytest.fixture
def choose(gates_of):
    def choose(metrics, asked=ASKED, **settings):
        return choose_champion(
            metrics, gates_of(metrics, **asked), ComparisonSettings(margin=0.005, **settings)
        )

    return choose


def test_within_the_margin_the_preferred_model_wins(choose):
    record = choose({"lightgbm": values(0.709), "ann": values(0.706), "random_forest": values(0.704)})
    assert (record["champion"], record["challenger"]) == ("ann", "lightgbm")
    assert "0.7060" in record["reason"]
    assert "0.7090" in record["reason"]
    assert "difference of 0.0030" in record["reason"]


def test_beyond_the_margin_the_better_model_wins(choose):
    record = choose({"lightgbm": values(0.712), "ann": values(0.706)})
    assert (record["champion"], record["challenger"]) == ("lightgbm", "ann")
    assert "ahead of ann (0.7060) by more than the margin of 0.005" in record["reason"]


def test_exactly_the_margin_is_within_it(choose):
    assert choose({"lightgbm": values(0.705), "ann": values(0.700)})["champion"] == "ann"


def test_the_order_of_preference_is_the_settings(choose):
    metrics = {"lightgbm": values(0.709), "ann": values(0.709), "random_forest": values(0.709)}
    assert choose(metrics, preference=["lightgbm", "ann"])["champion"] == "lightgbm"
    assert choose(metrics, preference=["random_forest"])["champion"] == "random_forest"
    assert choose({"mine": values(0.709), "ann": values(0.709)})["champion"] == "ann"


@pytest.mark.parametrize(
    ("flaw", "words"),
    [
        ({"low": 0.54}, "ROC AUC interval begins at 0.5400, below 0.55"),
        ({"error": 0.06}, "calibration error interval begins at 0.0600, above 0.05"),
        ({"gap": 0.3}, "ROC AUC falls by 0.3000 from train to test, more than 0.1"),
    ],
)
def test_a_model_that_misses_a_criterion_is_neither_champion_nor_challenger(choose, flaw, words):
    record = choose(
        {"ann": values(0.75, **flaw), "lightgbm": values(0.70)}, asked={**ASKED, "max_train_test_gap": 0.1}
    )
    assert (record["champion"], record["challenger"]) == ("lightgbm", None)
    assert f"Not admitted: ann ({words}" in record["reason"]
    assert [c["passed"] for c in record["criteria"]["ann"].values()].count(False) == 1


def test_a_criterion_that_is_not_asked_for_refuses_nobody_and_is_reported(choose):
    record = choose({"ann": values(0.7, gap=0.4)})
    assert record["champion"] == "ann"
    gap = record["criteria"]["ann"]["max_train_test_gap"]
    assert (gap["value"], gap["limit"], gap["passed"]) == (0.4, None, None)
    assert "train to test" not in record["rule"]


def test_without_any_criterion_every_model_is_admitted(choose):
    record = choose({"ann": values(0.4, low=0.3, error=0.5)}, asked={})
    assert record["champion"] == "ann"
    assert record["rule"].startswith("Every model is admitted. The champion is")


def test_criteria_can_refuse_all(choose):
    record = choose({"ann": values(0.5, low=0.48), "lightgbm": values(0.51, low=0.49)})
    assert record["champion"] is None
    assert record["challenger"] is None
    assert record["reason"] == (
        "No champion, every model misses a criterion on test rows: ann (ROC AUC interval begins at 0.4800, "
        "below 0.55); lightgbm (ROC AUC interval begins at 0.4900, below 0.55)."
    )


def test_of_brier_score_less_is_better(gates_of):
    metrics = {"ann": values(0.7, validation_brier=0.15), "lightgbm": values(0.7, validation_brier=0.13)}
    settings = ComparisonSettings(metric="brier", margin=0.001)
    record = choose_champion(metrics, gates_of(metrics), settings)
    assert (record["champion"], record["challenger"]) == ("lightgbm", "ann")


def test_the_record_is_plain_and_states_the_rule(choose):
    record = choose({"ann": values(0.7)})
    assert json.loads(json.dumps(record)) == record
    assert "at least 0.55" in record["rule"]
    assert "within 0.005 of the best" in record["rule"]
    gate = record["criteria"]["ann"]["min_roc_auc_low"]
    assert gate == {"value": 0.65, "limit": 0.55, "passed": True, "note": ""}
