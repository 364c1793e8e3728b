"""Fit the feature transformer on train rows."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from loan_default.errors import InputError
from loan_default.features.derive import add_derived
from loan_default.features.encoders import (
    Encoder,
    OneHot,
    Ordinal,
    PassedThrough,
    Scaled,
    TargetEncoded,
    positions,
)
from loan_default.features.fit_encoders import (
    assign_folds,
    fit_levels,
    fit_scaling,
    fit_target_encoding,
    out_of_fold_encoding,
)
from loan_default.features.plan import Decision, plan_features
from loan_default.features.settings import FeatureSettings
from loan_default.features.transformer import FeatureTransformer
from loan_default.frames import DEFAULT, KEYS, TRAIN, TWIN_GROUP, in_part
from loan_default.portfolio.derived import DerivedFeature
from loan_default.portfolio.description import OrdinalColumn, Portfolio

_ALL_RARE = "every level is rare; kind high_cardinality takes the default rate of each instead"

logger = logging.getLogger(__name__)


def fit_feature_transformer(
    clean: pd.DataFrame,
    portfolio: Portfolio,
    excluded: Collection[str],
    settings: FeatureSettings,
    seed: int,
) -> tuple[FeatureTransformer, pd.DataFrame]:
    """Learn features on the train rows; rows of other parts are not looked at.

    Args:
        clean: Cleaned applications: keys, cleaned columns, flags.
        portfolio: The description, without the optional columns that the file lacks.
        excluded: Columns that the leak scan dropped.
        settings: How columns become features.
        seed: Seed of the folds of the target encoding.

    Returns:
        The transformer, and the features of the train rows, with their index: as `transform` gives them,
        except that target encodings are out-of-fold, twins in one fold. Their scaling is learnt on the
        out-of-fold values, which are what a model trains on.

    Raises:
        InputError: If there are no train rows or too few for the folds, no column is left to use, or
            train holds an ordinal label outside its order.
    """
    train = in_part(clean, TRAIN)
    if train.empty:
        raise InputError(f"The cleaned applications have no rows of part {TRAIN!r} to learn features on.")
    plan = plan_features(portfolio, clean.columns, excluded, settings)
    frame = add_derived(train, plan.derived)
    fitter = _EncoderFitter(
        default=train[DEFAULT].to_numpy(),
        folds=assign_folds(train[TWIN_GROUP], settings.target_folds, seed),
        flags=frozenset(decision.name for decision in plan.decisions),
        portfolio=portfolio,
        settings=settings,
    )

    encoders: list[Encoder] = []
    decisions: list[Decision] = []
    for decision in plan.decisions:
        if decision.used_as is None:
            decisions.append(decision)
            continue
        fitted = fitter.fit(decision, frame[decision.name])
        if isinstance(fitted, str):
            decisions.append(decision.model_copy(update={"used_as": None, "reason": fitted}))
        else:
            decisions.append(decision)
            encoders += [*fitter.columns_beside(fitted, frame[decision.name]), fitted]
    for decision in decisions:
        if decision.reason:
            logger.info("Not a feature: %s (%s)", decision.name, decision.reason)
    if not encoders:
        raise InputError(
            f"Portfolio {portfolio.name}: every column has one value in all train rows. "
            "Look at the cleaned applications, and at rare_share and rare_rows."
        )
    _refuse_shared_names(encoders)

    transformer = FeatureTransformer(
        derived=_needed({encoder.column for encoder in encoders}, plan.derived),
        encoders=tuple(encoders),
        decisions=tuple(decisions),
    )
    features = transformer.transform(train)
    for encoder in encoders:
        if isinstance(encoder, TargetEncoded):
            encoded = fitter.out_of_fold(frame[encoder.column])
            features[encoder.column] = encoder.scaling.scale(encoded).astype(np.float32)
    return transformer, features


@dataclass(frozen=True)
class _EncoderFitter:
    default: np.ndarray
    folds: np.ndarray
    flags: frozenset[str]
    portfolio: Portfolio
    settings: FeatureSettings

    def fit(self, decision: Decision, values: pd.Series) -> Encoder | str:
        """Return the encoder of one column, or why the column tells no two train rows apart."""
        if decision.used_as == "ordinal":
            return self._fit_ordinal(decision, values)
        if values.nunique() < 2:
            return _too_few(values.nunique())
        named: dict[str, Any] = {"column": decision.name, "sources": decision.sources}
        fitted: Encoder | str
        match decision.used_as:
            case "one-hot":
                levels, rare = fit_levels(values, *self._fewest_rows(decision.kind))
                fitted = OneHot(**named, levels=levels, rare=rare) if levels else _ALL_RARE
            case "target encoding":
                table, target_mean = fit_target_encoding(values, self.default, self.settings)
                scaling = fit_scaling(self.out_of_fold(values), self.settings.scaling)
                fitted = TargetEncoded(**named, table=table, target_mean=target_mean, scaling=scaling)
            case "number":
                fitted = Scaled(**named, **self._number_fields(decision.name, values.to_numpy()))
            case _:
                fitted = PassedThrough(**named)
        return fitted

    def columns_beside(self, encoder: Encoder, labels: pd.Series) -> list[Encoder]:
        """Return the 0/1 columns that a category has beside its target encoding, if any."""
        if self.settings.high_cardinality != "both" or not isinstance(encoder, TargetEncoded):
            return []
        levels, rare = fit_levels(labels, 0.0, self.settings.one_hot_rows)
        named: dict[str, Any] = {"column": encoder.column, "sources": encoder.sources}
        return [OneHot(**named, levels=levels, rare=rare)] if levels else []

    def _fewest_rows(self, kind: str) -> tuple[float, int]:
        """Return the share and number of train rows below which a level of such a column is rare."""
        if kind == "high_cardinality":
            return 0.0, self.settings.one_hot_rows
        return self.settings.rare_share, self.settings.rare_rows

    def out_of_fold(self, labels: pd.Series) -> np.ndarray:
        """Encode train labels by the default rates of the other folds, not scaled."""
        if len(np.unique(self.folds)) < self.settings.target_folds:
            raise InputError(
                f"Column {labels.name} cannot be target-encoded: there are fewer groups of twins in train "
                f"than target_folds {self.settings.target_folds}. Lower it, or bring more loans."
            )
        return out_of_fold_encoding(labels, self.default, self.folds, self.settings)

    def _fit_ordinal(self, decision: Decision, labels: pd.Series) -> Encoder | str:
        described = self.portfolio.columns[decision.name]
        assert isinstance(described, OrdinalColumn)
        outside = sorted(set(labels.dropna().unique()) - set(described.order))
        if outside:
            raise InputError(
                f"Column {decision.name} holds {', '.join(map(repr, outside[:5]))}, not in its order "
                f"({', '.join(described.order)}). Add it to `order`, or unify it under `spellings`."
            )
        places = positions(labels, described.order)
        known = np.unique(places[~np.isnan(places)]).size
        if known < 2:
            return _too_few(known)
        return Ordinal(
            column=decision.name,
            sources=decision.sources,
            order=described.order,
            **self._number_fields(decision.name, places),
        )

    def _number_fields(self, column: str, numbers: np.ndarray) -> dict[str, Any]:
        missing = np.isnan(numbers)
        fill = float(np.median(numbers[~missing]))
        return {
            "fill": fill,
            # Cleaning may have flagged them already.
            "flag_missing": bool(missing.any()) and f"{column}_missing" not in self.flags,
            "scaling": fit_scaling(np.where(missing, fill, numbers), self.settings.scaling),
        }


def _too_few(values: int) -> str:
    return "the same value in every train row" if values else "missing in every train row"


def _needed(columns: set[str], derived: dict[str, DerivedFeature]) -> dict[str, DerivedFeature]:
    """Keep the derived features that are read, directly or by one another, in their order."""
    needed = set(columns)
    for name in reversed(derived):
        if name in needed:
            needed.update(derived[name].inputs)
    return {name: feature for name, feature in derived.items() if name in needed}


def _refuse_shared_names(encoders: list[Encoder]) -> None:
    counts = Counter(feature for encoder in encoders for feature in encoder.features)
    shared = [name for name, count in counts.items() if count > 1 or name in KEYS]
    if shared:
        raise InputError(
            f"Two columns give a feature named {shared[0]}, or it is one of {', '.join(KEYS)}. "
            "Rename the column or derived feature in the portfolio."
        )
