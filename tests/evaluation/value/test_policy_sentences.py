from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from loan_default.evaluation.value.cutoffs import BestCutoff
from loan_default.evaluation.value.measure import Value, measure_value
from loan_default.evaluation.value.naming import Naming
from loan_default.evaluation.value.policy_sentences import edges_found, misplaced_edge, policy_worth_found
from loan_default.evaluation.value.rules import POLICY, POLICY_STRICT
from loan_default.evaluation.value.section_tables import rules_for_people

NAMES = Naming(
    model="network",
    other="forest",
    lender=None,
    currency="EUR",
    amounts=True,
    terms=True,
    rates=True,
    sees_grade=True,
)


@pytest.fixture(scope="module")
def value(many: pd.DataFrame, bands, costs, quick) -> Value:
    return measure_value(many, 0.25, bands, costs(), quick, seed=1)


def placed(value: Value, cutoff: float, over_best: tuple[float, float, float], near: float = 0.01) -> Value:
    """Put the best cut-off somewhere, and both ends of the policy so far from it."""
    best = BestCutoff(
        cutoff=cutoff, low=cutoff, high=cutoff, flat=((cutoff - near, cutoff + near),), profit=100.0
    )
    rules = value.rules.set_index("name")
    rules.loc[[POLICY, POLICY_STRICT], ["over_best", "over_best_low", "over_best_high"]] = over_best
    return replace(value, best=best, rules=rules.reset_index())


WORSE, LEVEL = (-2e3, -3e3, -1e3), (-1e3, -3e3, 1e3)


def test_a_best_cutoff_among_the_referred_moves_no_edge(value, costs) -> None:
    found = placed(value, 0.3, WORSE)
    assert misplaced_edge(found) is None
    assert edges_found(found, costs()) == (
        "By money no edge of the bands has to move: the best cut-off, 0.300, lies among the referred "
        "(0.200 to 0.400), where a person decides."
    )


def test_accepting_or_declining_too_many_names_the_edge_to_move(value, costs) -> None:
    text = edges_found(placed(value, 0.12, WORSE), costs())
    assert (
        "By money, accept only up to 0.120 instead of 0.200: let a band of `service.bands` end there" in text
    )
    assert "Edges from 0.110 to 0.130 come within 1 % of the best." in text
    assert "decline only from 0.500 instead of 0.400" in edges_found(placed(value, 0.5, WORSE), costs())
    assert "nobody should be declined" in edges_found(placed(value, 1.0, WORSE), costs())


def test_an_edge_that_is_level_or_near_stays(value, costs) -> None:
    stays = "By money no edge of the bands has to move: the nearest, 0.400, "
    level, near = placed(value, 0.5, LEVEL), placed(value, 0.5, WORSE, near=0.1)
    assert misplaced_edge(level) is misplaced_edge(near) is None
    assert edges_found(level, costs()).startswith(f"{stays}earns no less than the best cut-off, 0.500")
    assert edges_found(near, costs()).startswith(
        f"{stays}comes within 1 % of the best cut-off, 0.500, on val"
    )


def test_where_nothing_earns_no_edge_is_named(value, costs) -> None:
    nothing = replace(value, best=replace(value.best, profit=0.0))
    assert "nothing earns at these costs" in edges_found(nothing, costs())


def test_both_ends_of_the_policy_are_put_beside_all_and_the_best(value) -> None:
    refused, granted = policy_worth_found(placed(value, 0.5, WORSE), NAMES).split("If all the referred are g")
    assert refused.startswith(
        "Per 1,000 applications the policy of the risk bands, if all the referred are ref"
    )
    for text in (refused, granted):
        assert "accepting all" in text
        assert "earns 2,000 [1,000, 3,000] EUR less than the best cut-off." in text
    level = policy_worth_found(placed(value, 0.5, LEVEL), NAMES)
    assert level.count("as much as the best cut-off as far as can be told") == 2


def test_a_policy_that_refers_nobody_is_just_the_policy(many: pd.DataFrame, bands, costs, quick) -> None:
    strict = (bands[0], *(band.model_copy(update={"policy": "decline"}) for band in bands[1:]))
    found = measure_value(many, 0.25, strict, costs(), quick, seed=1)
    assert "referred" not in policy_worth_found(found, NAMES)
    shown = [row[0] for row in rules_for_people(found, NAMES).rows]
    assert shown[1] == "policy"
    assert not any("referred" in str(name) for name in shown)
