"""What each described column and derived feature is used as, or why it is not used."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from loan_default.errors import InputError
from loan_default.features.derive import raw_columns, resolve_derived
from loan_default.features.settings import FeatureSettings
from loan_default.portfolio.applications import known_columns
from loan_default.portfolio.derived import NUMBER_KINDS, DerivedFeature
from loan_default.portfolio.description import Portfolio
from loan_default.portfolio.series import derived_of

UsedAs = Literal["number", "0/1", "ordinal", "one-hot", "target encoding"]

_USED_AS: dict[str, UsedAs] = {
    **dict.fromkeys(NUMBER_KINDS, "number"),
    "boolean": "0/1",
    "ordinal": "ordinal",
    "category": "one-hot",
    "high_cardinality": "target encoding",
}
_FLAG = "flag"
ROW_OUTLIER = "outlier"


class Decision(BaseModel):
    """What one column, flag or derived feature is used as, or why it is not."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(description="Column, flag or derived feature.")
    label: str = Field(description="Name for people.")
    kind: str = Field(description="Kind as described, `flag`, or `derived: ` and its kind.")
    used_as: UsedAs | None = Field(description="How it becomes a feature; null if it does not.")
    reason: str | None = Field(default=None, description="Why it is not used.")
    lender_set: bool = Field(description="Itself or any of its inputs is the lender's own judgement.")
    protected: bool = Field(description="Itself or any of its inputs is protected.")
    sources: tuple[str, ...] = Field(description="Described columns it comes from.")


@dataclass(frozen=True)
class FeaturePlan:
    """What is to become features.

    Attributes:
        decisions: One for each described column, its flags, and each derived feature.
        derived: Derived features that are used, each after those it reads.
    """

    decisions: tuple[Decision, ...]
    derived: dict[str, DerivedFeature]


def plan_features(
    portfolio: Portfolio, at_hand: Collection[str], excluded: Collection[str], settings: FeatureSettings
) -> FeaturePlan:
    """Decide what each column and derived feature is used as.

    A derived feature is lender-set, protected or excluded if it is listed so itself or any of its inputs
    is. A flag follows its column; the flag of outlying rows follows every number, for it is made of them
    all. A column cut out of another one shares its being lender-set or protected.

    Args:
        portfolio: The description, without the optional columns that the file lacks.
        at_hand: Columns of the cleaned frame.
        excluded: Columns that the leak scan dropped.
        settings: Which of the lender-set and protected columns may be used.

    Returns:
        The plan.

    Raises:
        InputError: If a described column is not at hand, derived features are described wrongly, or
            nothing is left to use.
    """
    _refuse_absent(portfolio, at_hand, excluded)
    given = known_columns(portfolio)
    derived, switched_off = resolve_derived(portfolio, given)
    judge = _Judge(portfolio, frozenset(excluded), frozenset(derived_of(portfolio.series)), settings)

    decisions: list[Decision] = []
    for name, column in portfolio.columns.items():
        used_as = _USED_AS.get(column.kind)
        if column.kind == "high_cardinality" and settings.high_cardinality == "one_hot":
            used_as = "one-hot"
        reason = None if used_as else f"kind {column.kind} is not a feature itself"
        decisions.append(judge.decide(name, column.kind, used_as, reason, (name,)))
        for flag in (f"{name}_missing", f"{name}_outlier"):
            if flag in at_hand and flag not in portfolio.columns:
                decisions.append(judge.decide(flag, _FLAG, "0/1", reason, (name,)))
    if ROW_OUTLIER in at_hand and ROW_OUTLIER not in portfolio.columns:
        numbers = tuple(name for name in given if portfolio.columns[name].kind in NUMBER_KINDS)
        decisions.append(judge.decide(ROW_OUTLIER, _FLAG, "0/1", None, numbers))
    own = {name: feature for name, feature in portfolio.derived.items() if name not in portfolio.columns}
    for name, feature in own.items():
        used_as = "0/1" if feature.kind == "is_one_of" else "number"
        sources = raw_columns((name,), own)
        decisions.append(
            judge.decide(name, f"derived: {feature.kind}", used_as, switched_off.get(name), sources)
        )

    used = {decision.name for decision in decisions if decision.used_as}
    if not used:
        raise InputError(
            f"Portfolio {portfolio.name}: no column is left to use as a feature. "
            "See lender_set, protected, post_outcome, the columns' kinds and what the leak scan dropped."
        )
    return FeaturePlan(
        decisions=tuple(decisions),
        # What a usable feature reads is as usable as itself.
        derived={name: feature for name, feature in derived.items() if name in used},
    )


def _refuse_absent(portfolio: Portfolio, at_hand: Collection[str], excluded: Collection[str]) -> None:
    absent = [name for name in known_columns(portfolio) if name not in at_hand and name not in excluded]
    if absent:
        raise InputError(
            f"The cleaned applications lack column {', '.join(absent)}, which portfolio {portfolio.name} "
            "describes. Run the cleaning pipeline again with this description."
        )


@dataclass(frozen=True)
class _Judge:
    portfolio: Portfolio
    excluded: frozenset[str]
    of_series: frozenset[str]
    settings: FeatureSettings

    def decide(
        self, name: str, kind: str, used_as: UsedAs | None, reason: str | None, sources: tuple[str, ...]
    ) -> Decision:
        """Decide on one column, flag or derived feature; `reason` is why it cannot be used anyway."""
        # Everything on the way counts: itself, the derived features it reads, the columns they come from.
        lineage = self._lineage((name, *sources))
        lender_set = [read for read in lineage if read in self.portfolio.lender_set]
        protected = [read for read in lineage if read in self.portfolio.protected]
        # What a column was cut out of may give the outcome away without the part doing so.
        own_lineage = self._lineage((name, *sources), through_text=False)
        after = [read for read in own_lineage if read in self.portfolio.post_outcome]
        leaks = [read for read in own_lineage if read in self.excluded]
        if after:
            reason = _because(name, after, "known only after the outcome")
        elif leaks:
            reason = _because(name, leaks, "dropped by the leak scan")
        elif reason is None and lender_set and not self.settings.use_lender_set:
            reason = _because(name, lender_set, "set by the lender")
        elif reason is None and protected and not self.settings.use_protected:
            reason = _because(name, protected, "protected")
        elif reason is None and name in self.of_series and not self.settings.use_series:
            reason = "of a series"
        return Decision(
            name=name,
            label=self.portfolio.label(name),
            kind=kind,
            used_as=None if reason else used_as,
            reason=reason,
            lender_set=bool(lender_set),
            protected=bool(protected),
            sources=sources,
        )

    def _lineage(self, names: tuple[str, ...], through_text: bool = True) -> list[str]:
        found: dict[str, None] = {}
        waiting = list(names)
        while waiting:
            name = waiting.pop(0)
            if name in found:
                continue
            found[name] = None
            column = self.portfolio.columns.get(name)
            if column is None and name in self.portfolio.derived:
                waiting.extend(self.portfolio.derived[name].inputs)
            elif column is not None and column.part_of is not None and through_text:
                waiting.append(column.part_of.column)
        return list(found)


def _because(name: str, culprits: list[str], what: str) -> str:
    return what if name in culprits else f"made from {', '.join(culprits)}: {what}"
