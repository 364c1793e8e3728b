from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from loan_default.evaluation.value.book import open_book
from loan_default.evaluation.value.rules import (
    ALL,
    BEST,
    acceptance_table,
    grant_safest,
    rule_table,
    same_rate_table,
)


def test_the_safest_are_granted_first() -> None:
    assert grant_safest(np.array([0.3, 0.1, 0.2, 0.4]), 2).tolist() == [0, 1, 1, 0]
    assert grant_safest(np.array([0.3, 0.1]), 0).tolist() == [0, 0]
    assert grant_safest(np.array([0.3, 0.1]), 2).tolist() == [1, 1]


def test_loans_that_tie_at_the_margin_share_what_is_left() -> None:
    assert grant_safest(np.array([1, 2, 2, 3]), 2).tolist() == [1, 0.5, 0.5, 0]


@pytest.mark.parametrize("seed", range(5))
def test_as_many_are_granted_as_asked_for(seed: int) -> None:
    rng = np.random.default_rng(seed)
    risk = rng.integers(0, 6, 50)
    for count in rng.uniform(0, 50, 10):
        weight = grant_safest(risk, count)
        assert weight.sum() == pytest.approx(count)
        assert ((weight >= 0) & (weight <= 1)).all()
        assert weight[risk == risk.min()].min() >= weight[risk == risk.max()].max()


def test_worth_is_the_difference_of_profits(many: pd.DataFrame, costs, quick) -> None:
    book = open_book(many, costs())
    rules = {ALL: np.ones(len(book)), "half": (book["probability"] < 0.2).to_numpy(dtype=float)}
    lender = book["lender_risk"].to_numpy()
    table = rule_table(book, rules, {"lender": lender}, quick, seed=1).set_index("name")
    gain = book["gain"].to_numpy()
    assert table.loc["half", "money"] == pytest.approx(1000 * gain[rules["half"] == 1].sum() / len(book))
    assert table.loc["half", "over_all"] == pytest.approx(
        table.loc["half", "money"] - table.loc[ALL, "money"]
    )
    other = 1000 * grant_safest(lender, rules["half"].sum()) @ gain / len(book)
    assert table.loc["half", "over_lender"] == pytest.approx(table.loc["half", "money"] - other)
    for name in ("over_all", "over_lender", "money"):
        assert (
            table.loc["half", f"{name}_low"] <= table.loc["half", name] <= table.loc["half", f"{name}_high"]
        )


def test_worth_over_the_best_cutoff_is_paired(many: pd.DataFrame, costs, quick) -> None:
    """Two rules that differ in one loan: the interval is of that loan, not of the two profits."""
    book = open_book(many, costs())
    best = (book["probability"] < 0.3).to_numpy(dtype=float)
    other = best.copy()
    other[np.argmax(best)] = 0
    table = rule_table(book, {BEST: best, "one less": other}, {}, quick, seed=1).set_index("name")
    assert (table.loc[BEST, ["over_best", "over_best_low", "over_best_high"]] == 0).all()
    row = table.loc["one less"]
    assert row["over_best"] == pytest.approx(-1000 * book["gain"].iloc[np.argmax(best)] / len(book))
    paired, alone = (row[f"{name}_high"] - row[f"{name}_low"] for name in ("over_best", "money"))
    assert paired < alone / 5
    assert "over_best" not in rule_table(book, {"one less": other}, {}, quick, seed=1)


def test_accepting_all_is_worth_nothing_over_accepting_all(many: pd.DataFrame, costs, quick) -> None:
    book = open_book(many, costs())
    orders = {"lender": book["lender_risk"].to_numpy()}
    row = rule_table(book, {ALL: np.ones(len(book))}, orders, quick, seed=1).iloc[0]
    assert (row[["over_all", "over_all_low", "over_all_high"]] == 0).all()
    assert row["over_lender"] == pytest.approx(0)


def test_interval_of_worth_covers_the_truth() -> None:
    """Made up: gain of each loan is +1 or -1 by a fair coin, so that refusing any is worth 0."""
    from loan_default.evaluation.settings import EvaluationSettings

    rng = np.random.default_rng(8)
    covered = 0
    for trial in range(60):
        outcome = rng.integers(0, 2, 300)
        gain = np.where(outcome == 1, -1.0, 1.0)
        book = pd.DataFrame({"default": outcome, "probability": 0.5, "exposure": 1.0, "gain": gain})
        rule = {"half": (np.arange(300) < 150).astype(float)}
        settings = EvaluationSettings(resamples=200, confidence=0.9)
        row = rule_table(book, rule, {}, settings, seed=trial).iloc[0]
        covered += row["over_all_low"] <= 0 <= row["over_all_high"]
    assert 0.8 <= covered / 60 <= 0.98


def test_the_acceptance_curve_is_what_grant_safest_grants(many: pd.DataFrame, costs) -> None:
    book = open_book(many, costs())
    risk = book["lender_risk"].to_numpy()
    table = acceptance_table(book, {"lender": risk})
    for row in table.iloc[[3, 77, 199]].to_dict("records"):
        weight = grant_safest(risk, row["acceptance_rate"] * len(book))
        lent = weight * book["exposure"]
        assert row["default_rate"] == pytest.approx(weight @ book["default"] / weight.sum())
        assert row["acceptance_rate_by_amount"] == pytest.approx(lent.sum() / book["exposure"].sum())
        assert row["default_rate_by_amount"] == pytest.approx(lent @ book["default"] / lent.sum())
    assert table["default_rate"].iloc[-1] == pytest.approx(book["default"].mean())


def test_default_rates_at_one_acceptance_rate(many: pd.DataFrame, costs, quick) -> None:
    book = open_book(many, costs())
    orders = {"model": book["probability"].to_numpy(), "lender": book["lender_risk"].to_numpy()}
    table = same_rate_table(book, orders, 400, quick, seed=1).set_index("name")
    assert table["n"].tolist() == pytest.approx([400, 400])
    assert table.loc["model", "first_less"] == 0
    less = table.loc["model", "event_rate"] - table.loc["lender", "event_rate"]
    assert table.loc["lender", "first_less"] == pytest.approx(less)
    assert table.loc["lender", "first_less_low"] <= less <= table.loc["lender", "first_less_high"]
