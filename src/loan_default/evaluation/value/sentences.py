"""What was found, in sentences; pictures and section say the same."""

from __future__ import annotations

from typing import Any

import pandas as pd

from loan_default.evaluation.phrases import listed, percent, with_interval
from loan_default.evaluation.value.book import PER
from loan_default.evaluation.value.holdings import Ends
from loan_default.evaluation.value.measure import LENDER, MODEL, OTHER, Value
from loan_default.evaluation.value.naming import Naming
from loan_default.evaluation.value.rules import ALL, BEST, EACH, POLICY, POLICY_STRICT
from loan_default.evaluation.value.settings import ValueSettings
from loan_default.evaluation.value.swaps import IN, OUT


def ends(row: Any, name: str) -> Ends:
    """Take an estimate and its interval out of a row of a table."""
    return float(row[name]), float(row[f"{name}_low"]), float(row[f"{name}_high"])


def by_name(table: pd.DataFrame, key: str = "name") -> dict[str, dict[Any, Any]]:
    """Return the rows of a table by name."""
    return {str(row[key]): dict(row) for row in table.to_dict("records")}


def rule_shown(name: str, value: Value) -> str:
    """Name a rule for people: a policy that refers nobody is just the policy."""
    return "policy" if name == POLICY and POLICY_STRICT not in set(value.rules["name"]) else name


def best_cutoff_found(value: Value, settings: ValueSettings, confidence: float, names: Naming) -> str:
    """Say where profit is highest, how flat it is there, and what it comes to on test rows."""
    best, on_test = value.best, by_name(value.rules)[BEST]
    if best.profit <= 0:
        return "No cut-off earns anything on validation rows: at these costs, granting nothing is best."
    where = (
        f"Profit on validation rows is highest at cut-off {best.cutoff:.3f}; it grants "
        f"{percent(on_test['share'])} of the test applications and earns "
        f"{names.money_ends(ends(on_test, 'money'))} per {PER:,} of them."
    )
    low, high = best.around
    flat = f"Every cut-off from {low:.3f} to {high:.3f} comes within {percent(settings.flat_within, 0)} of it"
    lowest, highest = best.flat[0][0], best.flat[-1][1]
    if len(best.flat) > 1:
        flat += f", and so do some others, not all, between {lowest:.3f} and {highest:.3f}"
    if highest >= 1:
        flat += "; accepting every application is among them"
    return (
        f"{where} {flat}; in {percent(confidence, 0)} of redraws of the validation rows the best lies "
        f"between {best.low:.3f} and {best.high:.3f}."
    )


def worth_found(value: Value, names: Naming) -> str:
    """Say what the best cut-off, and granting loan by loan, is worth over accepting all and other orders."""
    rules = by_name(value.rules)
    best = rules[BEST]
    text = f"Per {PER:,} applications the best cut-off {names.earns(ends(best, 'over_all'), 'accepting all')}"
    if "over_lender" in best:
        lender = f"granting as many by {names.order(LENDER)}"
        text += f", and {names.earns(ends(best, 'over_lender'), lender)}"
    text += "."
    if names.rates:
        each = names.earns(ends(rules[EACH], "over_all"), "accepting all")
        text += f" Granting each loan whose expected profit is above zero, at its own rate, {each}."
    return text


def acceptance_found(value: Value, names: Naming) -> str:
    """Say what share defaults when several orders grant as many as the policy accepts."""
    table = by_name(value.same_rate)
    model = table[MODEL]
    if not model["n"]:
        return "The policy accepts nobody without referral, so that orders cannot be compared at its rate."
    everyone = by_name(value.rules)[ALL]["event_rate"]
    text = (
        f"Granting {percent(model['share'])} of applications, as many as the policy accepts, "
        f"{with_interval(*ends(model, 'event_rate'), '.1%')} of the granted default with {names.model}, "
        f"against {percent(everyone)} of all."
    )
    for name in [OTHER, LENDER] if LENDER in table else [OTHER]:
        less = ends(table[name], "first_less")
        rate = percent(table[name]["event_rate"])
        if less[1] <= 0 <= less[2]:
            judged = "level"
        else:
            judged = f"{names.model} {'lower' if less[0] < 0 else 'higher'} by {_points(less)}"
        text += f" With {names.order(name)} it is {rate}: {judged}."
    return text


def swap_found(value: Value, names: Naming) -> str:
    """Say who comes in and goes out when the reported model takes the other's place."""
    sets = by_name(value.swaps)
    row_in, row_out = sets[IN], sets[OUT]
    if not row_in["n"]:
        return f"{names.model} and {names.other} grant the same loans at the acceptance rate of the policy."
    rates = (
        f"{percent(row_in['event_rate'])} of those who come in default and "
        f"{percent(row_out['event_rate'])} of those who go out"
    )
    rate = value.swap_rate
    level = rate[1] <= 0 <= rate[2]
    judged = (
        f"no detectable difference ({_points(rate, signed=True)})"
        if level
        else f"a {'fall' if rate[0] < 0 else 'rise'} of {_points(rate)}"
    )
    return (
        f"With {names.model} in place of {names.other}, {row_in['n']:,.0f} applications "
        f"({percent(row_in['share'])}) come in and as many go out: {rates}, {judged}. Per {PER:,} "
        f"applications {names.model} {names.earns(value.swap_money, names.other)}."
    )


def price_found(value: Value, settings: ValueSettings, names: Naming) -> str:
    """Say which bands are priced below what they need."""
    priced = value.prices.dropna(subset="break_even")
    if priced.empty:
        return "No band holds enough loans to find its price."
    first, last = priced.iloc[0], priced.iloc[-1]
    unit = " a year" if names.terms else " of the amount over the loan's life"
    text = (
        "For its band to break even, a good loan has to pay "
        f"{with_interval(*ends(first, 'break_even'), '.1%')}{unit} in band {first['name']!r} and "
        f"{with_interval(*ends(last, 'break_even'), '.1%')} in band {last['name']!r}."
    )
    charged = priced_at(priced, settings, names)
    if charged is None:
        return f"{text} What the loans were charged is not known."
    short = priced.loc[priced["break_even_low"] > charged, "name"].tolist()
    enough = priced.loc[priced["break_even_high"] < charged, "name"].tolist()
    unsure = [name for name in priced["name"] if name not in short + enough]
    said = "charged" if names.rates else "assumed to earn"
    parts = [
        f"{words}: {listed(found)}"
        for words, found in (
            (f"{said} more than needed", enough),
            ("not to be told from what is needed", unsure),
            (f"{said} less than needed", short),
        )
        if found
    ]
    return f"{text} By band, {'; '.join(parts)}."


def priced_at(priced: pd.DataFrame, settings: ValueSettings, names: Naming) -> pd.Series | None:
    """Return what the bands are charged: their own mean rate, the margin assumed, or None if not known."""
    if names.rates:
        return priced["charged"]
    return None if names.terms else pd.Series(settings.margin, index=priced.index)


def _points(difference: Ends, signed: bool = False) -> str:
    """Write a difference of rates in percentage points; without its sign unless asked for."""
    estimate, low, high = (100 * end for end in difference)
    if signed:
        return f"{estimate:+.1f} points [{low:+.1f}, {high:+.1f}]"
    low, high = sorted((abs(low), abs(high)))
    return f"{abs(estimate):.1f} points [{low:.1f}, {high:.1f}]"
