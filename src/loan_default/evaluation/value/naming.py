"""What the things that are compared are called, and how money and intervals are written."""

from __future__ import annotations

from dataclasses import dataclass

from loan_default.evaluation.value.book import PER
from loan_default.evaluation.value.holdings import Ends
from loan_default.evaluation.value.measure import LENDER, MODEL, OTHER


@dataclass(frozen=True)
class Naming:
    """Names for people.

    Attributes:
        model: The reported model.
        other: The model it is compared with.
        lender: The lender's own grade, if the portfolio has one.
        currency: Unit of amounts, if it is known.
        amounts: Whether the amount of each loan is known.
        terms: Whether the term of each loan is known.
        rates: Whether rate and term of each loan are known.
        sees_grade: Whether the models may use what the lender set.
    """

    model: str
    other: str
    lender: str | None
    currency: str | None
    amounts: bool
    terms: bool
    rates: bool
    sees_grade: bool

    def order(self, name: str) -> str:
        """Name an order of loans."""
        return {MODEL: self.model, OTHER: self.other, LENDER: f"the lender's {self.lender}"}[name]

    @property
    def unit(self) -> str:
        """Unit of money."""
        if not self.amounts:
            return "loan amounts"
        return self.currency or "units of the amount"

    def axis(self, what: str) -> str:
        """Label an axis of money."""
        return f"{what} per {PER:,}\napplications, {self.unit}"

    def money(self, value: float) -> str:
        """Write an amount of money."""
        return f"{_plain(value)} {self.unit}"

    def money_ends(self, ends: Ends) -> str:
        """Write money with its interval."""
        return f"{_plain(ends[0])} [{_plain(ends[1])}, {_plain(ends[2])}] {self.unit}"

    def earns(self, over: Ends, than: str) -> str:
        """Say how much more or less something earns than something else, or that it cannot be told."""
        estimate, low, high = over
        if low <= 0 <= high:
            return f"earns as much as {than} as far as can be told ({self.money_ends(over)})"
        if estimate > 0:
            return f"earns {self.money_ends(over)} more than {than}"
        return f"earns {self.money_ends((-estimate, -high, -low))} less than {than}"


def _plain(value: float) -> str:
    digits = 0 if abs(value) >= 1000 else 1
    text = f"{value:,.{digits}f}"
    return text.removeprefix("-") if float(text.replace(",", "")) == 0 else text
