from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from loan_default.evaluation.value.measure import measure_value
from loan_default.evaluation.value.naming import Naming
from loan_default.evaluation.value.plots import plot_acceptance, plot_cutoffs, plot_prices, plot_swaps
from loan_default.evaluation.value.policy_sentences import policy_found
from loan_default.evaluation.value.section import write_section
from loan_default.evaluation.value.sentences import (
    acceptance_found,
    best_cutoff_found,
    price_found,
    swap_found,
    worth_found,
)
from loan_default.report.section import Section

FULL = Naming(
    model="network",
    other="forest",
    lender="grade",
    currency="EUR",
    amounts=True,
    terms=True,
    rates=True,
    sees_grade=True,
)
BARE = Naming(
    model="network",
    other="forest",
    lender=None,
    currency=None,
    amounts=False,
    terms=False,
    rates=False,
    sees_grade=False,
)


@pytest.fixture(scope="module")
def full(many: pd.DataFrame, bands, costs, quick):
    return measure_value(many, 0.25, bands, costs(), quick, seed=1)


@pytest.fixture(scope="module")
def bare(many: pd.DataFrame, bands, costs, quick):
    known = ["row_id", "part", "default", "probability", "other_probability"]
    return measure_value(many[known], 0.25, bands, costs(), quick, seed=1)


def changed(value, table: str, name: str, **cells: float):
    """Return a measured value with some cells of one row of a table replaced."""
    rows = getattr(value, table).set_index("name")
    for column, cell in cells.items():
        rows.loc[name, column] = cell
    return replace(value, **{table: rows.reset_index()})


def test_money_is_more_less_or_level() -> None:
    assert FULL.earns((1500.0, 1000.0, 2000.0), "all") == "earns 1,500 [1,000, 2,000] EUR more than all"
    assert FULL.earns((-1500.0, -2000.0, -1000.0), "all") == "earns 1,500 [1,000, 2,000] EUR less than all"
    assert "as much as all as far as can be told (0.5 [-1.0, 2.0] EUR)" in FULL.earns((0.5, -1, 2), "all")
    assert BARE.money(-0.04) == "0.0 loan amounts"
    assert replace(BARE, amounts=True).money(3) == "3.0 units of the amount"


def test_the_best_cutoff_with_its_flat_range(full, costs) -> None:
    text = best_cutoff_found(full, costs(), 0.95, FULL)
    assert f"highest at cut-off {full.best.cutoff:.3f}" in text
    assert "accepting every application" not in text
    one = replace(full, best=replace(full.best, cutoff=0.3, flat=((0.25, 0.35),)))
    text = best_cutoff_found(one, costs(), 0.95, FULL)
    assert "Every cut-off from 0.250 to 0.350 comes within 1 % of it; in 95 %" in text
    parted = replace(full, best=replace(full.best, cutoff=0.3, flat=((0.2, 0.22), (0.25, 0.35), (0.4, 0.41))))
    text = best_cutoff_found(parted, costs(), 0.95, FULL)
    assert "Every cut-off from 0.250 to 0.350 comes within 1 % of it, and so do some others" in text
    assert "not all, between 0.200 and 0.410" in text
    to_the_end = replace(full, best=replace(full.best, cutoff=0.3, flat=((0.3, 0.35), (1.0, 1.0))))
    assert "accepting every application is among them" in best_cutoff_found(to_the_end, costs(), 0.95, FULL)
    nothing = replace(full, best=replace(full.best, profit=0.0))
    assert "granting nothing is best" in best_cutoff_found(nothing, costs(), 0.95, FULL)


def test_worth_against_all_and_against_the_lender(full, bare) -> None:
    text = worth_found(full, FULL)
    assert "accepting all" in text
    assert "granting as many by the lender's grade" in text
    assert "at its own rate" in text
    assert "lender" not in worth_found(bare, BARE)
    assert "own rate" not in worth_found(bare, BARE)


def test_default_rates_at_one_acceptance_rate_are_level_lower_or_higher(full) -> None:
    level = changed(full, "same_rate", "lender", first_less=-0.01, first_less_low=-0.03, first_less_high=0.01)
    lower = changed(
        full, "same_rate", "lender", first_less=-0.02, first_less_low=-0.03, first_less_high=-0.01
    )
    higher = changed(full, "same_rate", "lender", first_less=0.02, first_less_low=0.01, first_less_high=0.03)
    assert acceptance_found(level, FULL).endswith("level.")
    assert acceptance_found(lower, FULL).endswith("network lower by 2.0 points [1.0, 3.0].")
    assert acceptance_found(higher, FULL).endswith("network higher by 2.0 points [1.0, 3.0].")


def test_swaps_fall_rise_level_or_none(full) -> None:
    fall = replace(full, swap_rate=(-0.1, -0.2, -0.05))
    level = replace(full, swap_rate=(-0.1, -0.2, 0.05))
    assert "a fall of 10.0 points [5.0, 20.0]" in swap_found(fall, FULL)
    assert "no detectable difference (-10.0 points [-20.0, +5.0])" in swap_found(level, FULL)
    none = changed(full, "swaps", "comes in", n=0)
    assert swap_found(none, FULL) == (
        "network and forest grant the same loans at the acceptance rate of the policy."
    )


def test_prices_enough_unsure_and_short(full, bare, costs) -> None:
    prices = full.prices.assign(
        break_even=[0.1, 0.2, 0.3], break_even_low=[0.09, 0.15, 0.25], break_even_high=[0.11, 0.25, 0.35]
    )
    told = replace(full, prices=prices.assign(charged=0.2))
    text = price_found(told, costs(), FULL)
    assert "10.0 % [9.0, 11.0] a year in band 'low' and 30.0 % [25.0, 35.0] in band 'high'" in text
    assert "charged more than needed: low; not to be told from what is needed: medium" in text
    assert text.endswith("charged less than needed: high.")
    assert "of the amount over the loan's life" in price_found(bare, costs(), BARE)
    assert "not known" in price_found(told, costs(), replace(FULL, rates=False))
    few = replace(full, prices=prices.assign(break_even=np.nan))
    assert price_found(few, costs(), FULL) == "No band holds enough loans to find its price."


def test_policies_that_spare_cost_or_cannot_be_told(full) -> None:
    def with_declined(low: float, high: float):
        table = full.policies.copy()
        of = table["band"].isna() & (table["policy"] == "decline")
        table.loc[of, ["money", "money_low", "money_high"]] = [(low + high) / 2, low, high]
        return replace(full, policies=table)

    assert "Declining spares 3,000 [2,000, 4,000] EUR" in policy_found(with_declined(-4000, -2000), FULL)
    assert "would have earned 3,000 [2,000, 4,000] EUR" in policy_found(with_declined(2000, 4000), FULL)
    assert "Whether declining pays cannot be told." in policy_found(with_declined(-2000, 4000), FULL)
    assert "Looking at the referred costs" in policy_found(full, FULL)


def test_the_section_is_plain_data_with_every_picture(full, costs, quick) -> None:
    section = write_section(full, costs(), quick, FULL)
    assert Section.model_validate(section.model_dump(mode="json")) == section
    figures = [finding.figure for finding in section.findings if finding.figure]
    assert figures == [
        "value_cutoffs_plot",
        "value_acceptance_plot",
        "value_swaps_plot",
        "value_prices_plot",
    ]
    assert section.values["best_cutoff"] == full.best.cutoff
    rules = full.rules.set_index("name")
    for key, rule in (("accepted", "refused"), ("accepted_and_referred", "granted")):
        for name in ("money", "over_all", "over_best_low", "over_lender_high"):
            assert section.values[f"policy_{key}_{name}"] == rules.loc[f"policy, the referred {rule}", name]
    assert "policy of the risk bands" in section.summary
    assert np.isfinite(list(section.values.values())).all()
    assert "refused applicants would have done is unknown" in section.findings[-1].found
    assert "The models may use grade" in section.findings[-1].found


def test_what_a_portfolio_lacks_is_said(bare, costs, quick) -> None:
    section = write_section(bare, costs(), quick, BARE)
    for text in (section.summary, section.findings[-1].found):
        assert "names no amount: every loan counts as one" in text
        assert "no grade of the lender's own" in text
    tables = [finding.table for finding in section.findings if finding.table]
    assert all(column.format != "money" for table in tables for column in table.columns)
    assert "expected profit above zero" not in [row[0] for row in tables[0].rows]


def test_verdicts(full, costs, quick) -> None:
    def of_worth(best: dict[str, float], policies: dict[str, float], cutoff: float = 0.3) -> str:
        value = changed(
            full, "rules", "best cut-off", **{"over_all_high": 2.0, "over_lender_high": 2.0, **best}
        )
        for name in ("policy, the referred refused", "policy, the referred granted"):
            level = {f"over_{of}{end}": at for of in ("all", "lender", "best")
                     for end, at in (("_low", -1.0), ("_high", 1.0))}  # fmt: skip
            value = changed(value, "rules", name, **{**level, **policies})
        moved = replace(value.best, cutoff=cutoff, flat=((cutoff, cutoff),))
        return write_section(replace(value, best=moved), costs(), quick, FULL).findings[1].verdict

    assert of_worth({}, {}) == "none"
    assert of_worth({}, {"over_lender_low": 0.5}) == "good"
    assert of_worth({}, {"over_all_high": -0.5}) == "attention"
    assert of_worth({"over_lender_high": -1.0}, {}) == "bad"
    worse = {"over_best_high": -0.5, "over_lender_low": 0.5}
    # Between 0.2 and 0.4 a person decides; beyond, an edge of the bands costs money.
    assert [of_worth({}, worse, at) for at in (0.15, 0.3, 0.45)] == ["attention", "none", "attention"]


def test_another_model_that_earns_more_is_told_on_the_first_page(full, costs, quick) -> None:
    worse = write_section(replace(full, swap_money=(-300.0, -500.0, -100.0)), costs(), quick, FULL)
    level = write_section(replace(full, swap_money=(-300.0, -500.0, 100.0)), costs(), quick, FULL)
    verdicts = [
        next(finding.verdict for finding in section.findings if finding.title == "Swap sets")
        for section in (worse, level)
    ]
    assert verdicts == ["attention", "none"]
    said = "With as many granted, network earns 300.0 [100.0, 500.0] EUR less than forest."
    assert said in worse.summary
    assert "With as many granted" not in level.summary


def test_what_the_referred_earn_is_said(full) -> None:
    def with_referred(low: float, high: float):
        policies = full.policies.copy()
        whole = policies["band"].isna() & (policies["policy"] == "refer")
        policies.loc[whole, ["money", "money_low", "money_high"]] = ((low + high) / 2, low, high)
        return policy_found(replace(full, policies=policies), FULL)

    assert (
        "The referred earn 3,000 [2,000, 4,000] EUR per 1,000 applications if all are granted."
        in with_referred(2000, 4000)
    )
    assert (
        "The referred lose 3,000 [2,000, 4,000] EUR per 1,000 applications if all are granted."
        in with_referred(-4000, -2000)
    )
    assert "Whether granting the referred pays cannot be told." in with_referred(-1000, 2000)


def test_a_worse_threshold_changes_neither_verdict_nor_text(full, costs, quick) -> None:
    name = "predicted Default at the threshold, as a rule"
    harm = changed(full, "rules", name, over_all=-9e3, over_all_low=-1e4, over_all_high=-8e3)
    before, after = (write_section(value, costs(), quick, FULL) for value in (full, harm))
    assert [(f.verdict, f.found) for f in before.findings] == [(f.verdict, f.found) for f in after.findings]
    assert before.findings[1].table != after.findings[1].table


@pytest.mark.parametrize("kind", ["full", "bare"])
def test_pictures_are_drawn_for_every_kind_of_portfolio(
    kind: str, costs, quick, request: pytest.FixtureRequest
) -> None:
    value, names = request.getfixturevalue(kind), {"full": FULL, "bare": BARE}[kind]
    figures = (
        plot_cutoffs(value, costs(), quick.confidence, names),
        plot_acceptance(value, names),
        plot_swaps(value, names),
        plot_prices(value, costs(), names),
    )
    for figure in figures:
        figure.draw_without_rendering()
        assert figure.get_size_inches()[0] * figure.dpi == 1000
    acceptance = figures[1]
    assert len(acceptance.axes) == (2 if names.amounts else 1)
    labels = [line.get_label() for line in acceptance.axes[0].lines]
    assert ("the lender's grade" in labels) == (names.lender is not None)
    assert {"policy, the referred refused", "policy, the referred granted", "best cut-off"} <= set(labels)
    edges = {line.get_label() for line in figures[0].axes[0].lines}
    assert {"policy: referred from 0.2", "policy: declined from 0.4"} <= edges
    assert names.unit in figures[0].axes[0].get_ylabel()


def test_only_what_is_near_the_best_is_shaded(full, costs, quick) -> None:
    parted = replace(full, best=replace(full.best, cutoff=0.3, flat=((0.2, 0.22), (0.25, 0.35))))
    upper = plot_cutoffs(parted, costs(), quick.confidence, FULL).axes[0]
    spans = next(c for c in upper.collections if str(c.get_label()).startswith("within 1 %")).get_paths()
    drawn = [(path.vertices[:, 0].min(), path.vertices[:, 0].max()) for path in spans]
    assert drawn == [pytest.approx(span) for span in parted.best.flat]
