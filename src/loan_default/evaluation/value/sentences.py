"""What was found, in sentences; pictures and section say the same."""

from __future__ import annotations

from typing import Any

import pandas as pd

from loan_default.evaluation.phrases import listed, percent, with_interval
from loan_default.evaluation.value.book import PER
from loan_default.evaluation.value.holdings import Ends
from loan_default.evaluation.value.measure import LENDER, MODEL, OTHER, Value
from loan_default.evaluation.value.naming import Naming
from loan_default.evaluation.value.rules import ALL, BEST, EACH, IN_SERVICE, POLICY_STRICT
from loan_default.evaluation.value.settings import ValueSettings
from loan_default.evaluation.value.swaps import IN, OUT


def ends(row: Any, name: str) -> Ends:
    """Take an estimate and its interval out of a row of a table."""
    return float(row[name]), float(row[f"{name}_low"]), float(row[f"{name}_high"])


def by_name(table: pd.DataFrame, key: str = "name") -> dict[str, dict[Any, Any]]:
    """Return the rows of a table by name."""
    return {str(row[key]): dict(row) for row in table.to_dict("records")}


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
    within = f"within {percent(settings.flat_within, 0)} of it"
    flat = f"Cut-offs from {best.flat_low:.3f} to {best.flat_high:.3f} come {within}"
    if best.flat_high >= 1:
        flat += ", so that accepting every application is among them"
    if best.flat_dip > settings.flat_within:
        flat += f" (between them up to {percent(best.flat_dip)} is lost)"
    return (
        f"{where} {flat}; in {percent(confidence, 0)} of redraws of the validation rows the best lies "
        f"between {best.low:.3f} and {best.high:.3f}."
    )


def worth_found(value: Value, names: Naming) -> str:
    """Say what the best cut-off is worth against accepting all and against the lender's grade."""
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


def threshold_found(value: Value, settings: ValueSettings, names: Naming) -> str:
    """Say what the threshold in service would be worth as a rule, and how to set one by money."""
    row = by_name(value.rules)[IN_SERVICE]
    over = ends(row, "over_all")
    text = (
        f"The threshold in service, {value.threshold:.3f}, would grant {percent(row['share'])} and "
        f"{names.earns(over, 'accepting all')}."
    )
    if over[2] < 0:
        text += " As a rule for refusing loans it does harm at these costs."
    return f"{text} {_threshold_by_money(value, settings, names)}"


def _threshold_by_money(value: Value, settings: ValueSettings, names: Naming) -> str:
    best = value.best
    if best.profit <= 0:
        return "By money no threshold is low enough: nothing earns at these costs."
    # A threshold lies inside (0, 1); one above every probability grants all.
    cutoff = min(max(best.cutoff, 0.001), 0.999)
    where = f"By money the threshold would be {cutoff:.3f}"
    if names.amounts or names.rates:
        return (
            f"{where}: set `{names.key}.threshold` to `{{rule: fixed, value: {cutoff:.3f}}}`, as the rule "
            "min_cost weighs every loan alike and these differ in what they earn and lose."
        )
    costs = (
        f"cost_missed_default: {settings.loss_given_default:g}, "
        f"cost_refused_good: {settings.margin + settings.refused_good_cost:g}"
    )
    return f"{where}: set `{names.key}.threshold` to `{{rule: min_cost, {costs}}}`."


def acceptance_found(value: Value, names: Naming) -> str:
    """Say what share defaults when several orders grant as many as the service does."""
    table = by_name(value.same_rate)
    model = table[MODEL]
    if not model["n"]:
        return "The threshold in service grants nothing."
    everyone = by_name(value.rules)[ALL]["event_rate"]
    text = (
        f"Granting {percent(model['share'])} of applications, as the threshold in service would, "
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
        return (
            f"{names.model} and {names.other} grant the same loans at the acceptance rate of the threshold."
        )
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


def policy_found(value: Value, names: Naming) -> str:
    """Say what each policy holds, and whether referral and refusal pay."""
    whole = whole_policies(value)
    held = [
        f"{policy} holds {percent(row['share'])} of applications, {percent(row['event_rate'])} in default"
        for policy, row in whole.items()
        if row["n"]
    ]
    text = "; ".join(held).capitalize() + "."
    if "decline" in whole and whole["decline"]["n"]:
        money = ends(whole["decline"], "money")
        if money[1] > 0:
            text += f" The declined would have earned {names.money_ends(money)} per {PER:,} applications."
        elif money[2] < 0:
            spared = names.money_ends((-money[0], -money[2], -money[1]))
            text += f" Declining spares {spared} per {PER:,} applications."
        else:
            text += " Whether declining pays cannot be told."
    if "refer" in whole and whole["refer"]["loss"]:
        cost, loss = whole["refer"]["referral_cost"], whole["refer"]["loss"]
        text += (
            f" Looking at the referred costs {names.money(cost)} per {PER:,} applications; it pays if it "
            f"avoids more than {percent(cost / loss)} of their losses and refuses no good loan."
        )
    strict = by_name(value.rules).get(POLICY_STRICT)
    if strict:
        over = names.earns(ends(strict, "over_all"), "accepting all")
        text += f" If all the referred were refused too, the policy {over}."
    return text


def whole_policies(value: Value) -> dict[str, dict[Any, Any]]:
    """Return the rows of the policy table for whole policies, by policy."""
    return by_name(value.policies[value.policies["band"].isna()], "policy")


def _points(difference: Ends, signed: bool = False) -> str:
    """Write a difference of rates in percentage points; without its sign unless asked for."""
    estimate, low, high = (100 * end for end in difference)
    if signed:
        return f"{estimate:+.1f} points [{low:+.1f}, {high:+.1f}]"
    low, high = sorted((abs(low), abs(high)))
    return f"{abs(estimate):.1f} points [{low:.1f}, {high:.1f}]"
