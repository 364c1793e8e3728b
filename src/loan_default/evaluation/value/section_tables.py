"""Tables of the chapter on value, for people."""

from __future__ import annotations

from loan_default.evaluation.phrases import percent, with_interval
from loan_default.evaluation.value.book import PER
from loan_default.evaluation.value.measure import Value
from loan_default.evaluation.value.naming import Naming
from loan_default.evaluation.value.rules import EACH
from loan_default.evaluation.value.sentences import rule_shown
from loan_default.report.section import Column, Table, table_of


def _money(name: str, names: Naming) -> Column:
    heading = f"{name}, {names.unit}"
    return Column(name=heading, format="money" if names.amounts else "number")


def _rates(names: Naming) -> dict[str, Column]:
    columns = {
        "event_rate": Column(name="Default rate", format="share"),
        "event_rate_low": Column(name="low", format="share"),
        "event_rate_high": Column(name="high", format="share"),
    }
    if names.amounts:
        columns["event_rate_by_amount"] = Column(name="by amount", format="share")
    return columns


def _ends(key: str, heading: str, names: Naming) -> dict[str, Column]:
    column = _money(heading, names)
    return {
        key: column,
        f"{key}_low": Column(name="low", format=column.format),
        f"{key}_high": Column(name="high", format=column.format),
    }


def rules_for_people(value: Value, names: Naming) -> Table:
    """Lay out the rules with what each is worth; each gain with its interval in one cell, to fit on paper."""
    rules = value.rules if names.rates else value.rules[value.rules["name"] != EACH]
    over = {"over_all": "accepting all", "over_best": "the best cut-off"}
    if names.lender is not None and "over_lender" in rules:
        over["over_lender"] = names.lender
    over["over_other_model"] = names.other
    form = "+,.0f" if names.amounts else "+,.3f"
    shown = rules.assign(name=[rule_shown(name, value) for name in rules["name"]])
    for key in over:
        ends = rules[[key, f"{key}_low", f"{key}_high"]].itertuples(index=False, name=None)
        # Over itself a rule gains nothing.
        shown[key] = [
            with_interval(gain, low, high, form) if any((gain, low, high)) else None
            for gain, low, high in ends
        ]
    columns = {
        "name": Column(name="Rule"),
        "cutoff": Column(name="Cut-off", format="number"),
        "share": Column(name="Granted", format="share"),
        "event_rate": Column(name="Default rate", format="share"),
        "money": _money("Profit", names),
        **{key: Column(name=f"over {than}, {names.unit}") for key, than in over.items()},
    }
    caption = (
        f"Test rows, per {PER:,} applications, before the cost of referral; other orders grant as many loans "
        "as the rule. The threshold is what the model is measured by and decides nothing."
    )
    return table_of(shown, columns, caption)


def swaps_for_people(value: Value, names: Naming) -> Table:
    """Lay out the swap sets."""
    columns = {
        "name": Column(name="Loans"),
        "n": Column(name="Loans (count)", format="count"),
        "share": Column(name="Share", format="share"),
        **_rates(names),
        **_ends("money", "Money if granted", names),
    }
    if names.amounts:
        columns["mean_amount"] = _money("Mean amount", names)
    caption = f"Test rows; money per {PER:,} applications; both models grant as many as the policy accepts."
    return table_of(value.swaps, columns, caption)


def policies_for_people(value: Value, names: Naming) -> Table:
    """Lay out what each policy, and each risk band in it, holds."""
    table = value.policies.assign(
        band=value.policies["band"].fillna("all bands"),
        range=[
            f"{percent(low, 0)} to {percent(high, 0)}"
            for low, high in zip(value.policies["low"], value.policies["high"], strict=True)
        ],
    )
    columns = {
        "policy": Column(name="Policy"),
        "band": Column(name="Risk band"),
        "range": Column(name="Probability"),
        "n": Column(name="Loans", format="count"),
        "share": Column(name="Share", format="share"),
        **_rates(names),
        **_ends("money", "Money if granted", names),
        "referral_cost": _money("Cost of referral", names),
    }
    return table_of(table, columns, f"Test rows; money per {PER:,} applications.")
