from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from loan_default.evaluation.value.measure import LENDER, MODEL, OTHER, join_loans, measure_value
from loan_default.evaluation.value.rules import ALL, BEST, EACH, POLICY, POLICY_STRICT, THRESHOLD


@pytest.fixture(scope="module")
def value(many: pd.DataFrame, bands, costs, quick):
    return measure_value(many, 0.25, bands, costs(), quick, seed=1)


def predictions(parts: list[str], default: list[int], probability: list[float]) -> pd.DataFrame:
    return pd.DataFrame(
        {"row_id": range(len(parts)), "part": parts, "default": default, "probability": probability}
    )


def test_loans_of_train_rows_are_left_out_and_rows_are_matched_by_id() -> None:
    first = predictions(["train", "validation", "validation", "test"], [0, 0, 1, 0], [0.1, 0.2, 0.3, 0.4])
    second = first.assign(probability=first["probability"] / 2).iloc[::-1]
    terms = pd.DataFrame({"row_id": [3, 2, 1, 0], "amount": [30.0, 20.0, 10.0, 0.0]})
    loans = join_loans(first, second, terms)
    assert loans["row_id"].tolist() == [1, 2, 3]
    assert loans["amount"].tolist() == [10, 20, 30]
    assert loans["other_probability"].tolist() == pytest.approx([0.1, 0.15, 0.2])
    assert "lender_risk" not in loans


@pytest.mark.parametrize("way_up", [1, -1])
def test_the_lenders_grade_is_turned_so_that_higher_is_riskier(way_up: int) -> None:
    first = predictions(["validation", "validation", "test", "test"], [0, 1, 0, 1], [0.1, 0.2, 0.3, 0.4])
    grade = way_up * np.array([1.0, 3.0, np.nan, 0.0])
    loans = join_loans(first, first, pd.DataFrame({"row_id": range(4), "lender_grade": grade}))
    # The way up is found on validation rows, whatever the test rows say; no grade is in the middle.
    assert loans["lender_risk"].tolist() == [1, 3, 1, 0]


def test_the_cutoff_is_chosen_without_looking_at_test_rows(
    many: pd.DataFrame, bands, costs, quick, value
) -> None:
    test = many["part"] == "test"
    turned = many.assign(default=np.where(test, 1 - many["default"], many["default"]))
    again = measure_value(turned, 0.25, bands, costs(), quick, seed=1)
    assert again.best == value.best
    assert not again.rules["money"].equals(value.rules["money"])


def test_rules_are_judged_on_test_rows(many: pd.DataFrame, value) -> None:
    test = many[many["part"] == "test"]
    rules = value.rules.set_index("name")
    assert rules.index.tolist() == [ALL, POLICY, POLICY_STRICT, BEST, THRESHOLD, EACH]
    assert rules.loc[ALL, "n"] == len(test)
    assert rules.loc[THRESHOLD, "n"] == (test["probability"] < 0.25).sum()
    assert rules.loc[BEST, "n"] == (test["probability"] < value.best.cutoff).sum()
    assert rules.loc[POLICY, "n"] == (test["probability"] < 0.4).sum()
    assert rules.loc[POLICY_STRICT, "n"] == (test["probability"] < 0.2).sum()
    cutoffs = rules.loc[[BEST, THRESHOLD, POLICY, POLICY_STRICT], "cutoff"]
    assert cutoffs.tolist() == [value.best.cutoff, 0.25, 0.4, 0.2]


def test_orders_and_swaps_grant_as_many_as_the_policy_accepts_whatever_the_threshold(
    many: pd.DataFrame, bands, costs, quick, value
) -> None:
    accepted = ((many["part"] == "test") & (many["probability"] < 0.2)).sum()
    assert value.same_rate["n"].tolist() == pytest.approx([accepted] * 3)
    swaps = value.swaps.set_index("name")["n"]
    assert swaps["granted by both"] + swaps["comes in"] == pytest.approx(accepted)
    again = measure_value(many, 0.6, bands, costs(), quick, seed=1)
    assert again.same_rate.equals(value.same_rate)
    assert again.swaps.equals(value.swaps)


def test_policies_at_the_ends_grant_all_or_nobody(many: pd.DataFrame, bands, costs, quick) -> None:
    for policy, share in (("accept", 1), ("decline", 0)):
        same = [band.model_copy(update={"policy": policy}) for band in bands]
        found = measure_value(many, 0.25, same, costs(), quick, seed=1)
        assert found.rules.set_index("name").loc[POLICY, "share"] == share
    referred = [band.model_copy(update={"policy": "refer"}) for band in bands]
    shares = measure_value(many, 0.25, referred, costs(), quick, seed=1).rules.set_index("name")["share"]
    assert (shares[POLICY_STRICT], shares[POLICY]) == (0, 1)


def test_a_policy_that_refers_nobody_is_one_rule(many: pd.DataFrame, bands, costs, quick) -> None:
    strict = (bands[0], *(band.model_copy(update={"policy": "decline"}) for band in bands[1:]))
    rules = measure_value(many, 0.25, strict, costs(), quick, seed=1).rules.set_index("name")
    assert POLICY_STRICT not in rules.index
    test = many[many["part"] == "test"]
    assert rules.loc[POLICY, "n"] == (test["probability"] < 0.2).sum()


def test_every_table_compares_the_same_orders(value) -> None:
    assert value.same_rate["name"].tolist() == [MODEL, OTHER, LENDER]
    assert value.acceptance["order"].unique().tolist() == [MODEL, OTHER, LENDER]
    assert {"over_all", "over_other_model", "over_lender"} <= set(value.rules)
    assert set(value.cutoffs["part"]) == {"validation", "test"}


def test_granting_each_loan_that_should_earn_beats_one_cutoff_where_it_is_right(value) -> None:
    """Made up: the probabilities are the true ones, so no rule can be expected to earn more."""
    money = value.rules.set_index("name")["money"]
    assert money[EACH] > money[[ALL, POLICY, POLICY_STRICT, THRESHOLD]].max()


def test_a_portfolio_that_knows_nothing_but_outcomes(many: pd.DataFrame, bands, costs, quick) -> None:
    bare = many[["row_id", "part", "default", "probability", "other_probability"]]
    value = measure_value(bare, 0.25, bands, costs(), quick, seed=1)
    rules = value.rules.set_index("name")
    goods, events = (bare[bare["part"] == "test"]["default"] == k for k in (0, 1))
    assert rules.loc[ALL, "money"] == pytest.approx(1000 * (0.1 * goods.mean() - 0.5 * events.mean()))
    assert "over_lender" not in rules
    assert value.prices["charged"].isna().all()
    # With one margin for all, expected profit is above zero below margin / (margin + loss).
    granted = bare[(bare["part"] == "test") & (bare["probability"] < 0.1 / 0.6)]
    assert rules.loc[EACH, "n"] == len(granted)
