"""Why an application scores as it does: what each field contributes to the difference from a typical one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from loan_default.scoring.fields import Field, Value
from loan_default.scoring.row_cleaning import Row
from loan_default.scoring.row_plan import Block, RowPlan, as_matrix
from loan_default.scoring.settings import ReasonTexts
from loan_default.scoring.shapley import Coalitions, coalitions

AT_MOST = 4
_NEGLIGIBLE = 0.01
"""Log-odds: a contribution that changes the odds by less than one per cent is no reason."""

LogOdds = Callable[[np.ndarray], np.ndarray]
"""From features (rows, features) to the log-odds of the calibrated probability of default (rows,)."""


@dataclass(frozen=True, slots=True)
class Contributions:
    """The difference between an application's log-odds of default and a typical one's, field by field.

    Attributes:
        typical: Log-odds of default of the typical application.
        application: Log-odds of default of this one.
        by_field: Contribution of each field; they add up to `application - typical`.
    """

    typical: float
    application: float
    by_field: dict[str, float]


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason, for people.

    Attributes:
        field: Name of the field.
        label: Its name for people.
        value: The applicant's own value, as text; `not given` where there is none.
        direction: Whether it raises or lowers the risk against a typical application.
        contribution: To the log-odds of default.
        text: All of it in words.
    """

    field: str
    label: str
    value: str
    direction: Literal["raises", "lowers"]
    contribution: float
    text: str


class Explainer:
    """Shares the difference from a typical application out among the fields, by Shapley values.

    The typical application has the median of every number and the commonest label of train. Fields change
    from its values to the applicant's own; everything made of a field changes with it, and a ratio of two
    fields counts for both.

    Args:
        fields: The fields of an application.
        plan: From an application to features.
        log_odds: From features to log-odds.
        texts: The words.
    """

    def __init__(
        self, fields: tuple[Field, ...], plan: RowPlan, log_odds: LogOdds, texts: ReasonTexts
    ) -> None:
        self._fields = {field.name: field for field in fields}
        self._plan = plan
        self._log_odds = log_odds
        self._texts = texts
        self._typical = {field.name: field.typical for field in fields}
        self._typical_row = plan.clean(self._typical)
        self._typical_features = plan.features(self._typical)
        self._owned = {
            name: tuple(
                key for key in (name, f"{name}_missing", f"{name}_outlier") if key in self._typical_row
            )
            for name in self._fields
        }

    def contributions(self, values: Mapping[str, Value]) -> Contributions:
        """Work out the contribution of every field.

        Args:
            values: The application, canonical values by field.
        """
        row = self._plan.clean(values)
        typical = self._typical_row
        differing = tuple(
            name for name, keys in self._owned.items() if any(row[key] != typical[key] for key in keys)
        )
        team = coalitions(len(differing))
        worth = self._log_odds(self._mixtures(row, differing, team))
        shares = team.weights @ worth
        by_field = dict.fromkeys(self._fields, 0.0)
        by_field |= dict(zip(differing, shares.tolist(), strict=True))
        return Contributions(float(worth[0]), float(worth[-1]), by_field)

    def reasons(self, values: Mapping[str, Value]) -> list[Reason]:
        """Return at most four reasons, most important first."""
        shares = self.contributions(values).by_field
        ranked = sorted(shares, key=lambda name: -abs(shares[name]))[:AT_MOST]
        return [
            self._reason(self._fields[name], values.get(name), shares[name])
            for name in ranked
            if abs(shares[name]) >= _NEGLIGIBLE
        ]

    def _mixtures(self, row: Row, differing: tuple[str, ...], team: Coalitions) -> np.ndarray:
        """Return the features of mixtures of the application and the typical one, one for each coalition."""
        matrix = np.tile(as_matrix([self._typical_features]), (len(team.codes), 1))
        player = {name: place for place, name in enumerate(differing)}
        for block in self._plan.blocks:
            members = tuple(name for name in block.sources if name in player)
            if members:
                patterns, of_coalition = team.patterns(tuple(player[name] for name in members))
                table = as_matrix([self._block(block, row, members, code) for code in patterns.tolist()])
                matrix[:, block.start : block.start + block.width] = table[of_coalition]
        return matrix

    def _block(self, block: Block, row: Row, members: tuple[str, ...], code: int) -> list[float]:
        """Return the features of one block where some of its fields are the applicant's own."""
        mixed: dict[str, Any] = dict(self._typical_row)
        for bit, name in enumerate(members):
            if code >> bit & 1:
                for key in self._owned[name]:
                    mixed[key] = row[key]
        for name, function in block.derive:
            mixed[name] = function(mixed)
        features = [0.0] * block.width
        block.encode(mixed, features, 0)
        return features

    def _reason(self, field: Field, value: Value, contribution: float) -> Reason:
        texts = self._texts
        direction: Literal["raises", "lowers"] = "raises" if contribution > 0 else "lowers"
        effect = texts.raises if contribution > 0 else texts.lowers
        if value is not None:
            template, shown = texts.given, field.shown(value)
        elif field.default is not None:
            template, shown = texts.not_given, field.shown(field.default)
        else:
            template, shown = texts.unknown, ""
        quoted = f'"{shown}"' if field.kind in ("label", "boolean") else shown
        return Reason(
            field=field.name,
            label=field.label,
            value=field.shown(value),
            direction=direction,
            contribution=contribution,
            text=template.format(label=field.label, value=quoted, effect=effect),
        )
