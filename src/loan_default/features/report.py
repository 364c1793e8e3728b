"""The feature report: what each input says about default, and whether it holds still."""

from __future__ import annotations

import numpy as np
import pandas as pd

from loan_default.evaluation.information_value import information_value, weight_of_evidence
from loan_default.evaluation.stability import population_stability_index
from loan_default.features.derive import add_derived
from loan_default.features.encoders import RARE_LEVEL, Encoder, Ordinal, TargetEncoded, positions
from loan_default.features.lookup import look_up
from loan_default.features.plan import Decision
from loan_default.features.settings import FeatureSettings
from loan_default.features.transformer import FeatureTransformer
from loan_default.frames import DEFAULT, TEST, TRAIN, in_part
from loan_default.portfolio.derived import LABEL_KINDS

_NO_STATISTICS = frozenset({"text", "date", "ignored"})


def feature_report(
    clean: pd.DataFrame,
    transformer: FeatureTransformer,
    train_features: pd.DataFrame,
    settings: FeatureSettings,
) -> pd.DataFrame:
    """Tabulate every column, flag and derived feature.

    Statistics are given for what is used and for columns that could have been. High-cardinality labels are
    judged by their out-of-fold encoding, and rare levels of a category together, where many small levels
    would otherwise flatter themselves.

    Args:
        clean: Cleaned applications.
        transformer: Fitted on their train rows.
        train_features: Out-of-fold features of the train rows.
        settings: Numbers of bins, and what counts as a rare level.

    Returns:
        One row per input, the strongest first, those without statistics last: `name`, `label`, `kind`,
        `used_as`, `information_value` (train), `missing_share` (train), `psi` (train to test, rare levels
        taken together; missing if there are no test rows), `correlation` (train, Pearson with default = 1:
        of numbers and positions as they are, of labels by the default rate of each), `lender_set`,
        `protected`, `reason` (why it is not used).
    """
    frame = add_derived(clean, transformer.derived)
    train, test = in_part(frame, TRAIN), in_part(frame, TEST)
    encoders = {encoder.column: encoder for encoder in transformer.encoders}
    default = train[DEFAULT].to_numpy(dtype=np.float64)
    rows = []
    for decision in transformer.decisions:
        row: dict[str, object] = decision.model_dump(exclude={"sources"})
        encoder = encoders.get(decision.name)
        if _has_statistics(decision, encoder, frame):
            before, after = (_as_judged(decision, encoder, part) for part in (train, test))
            row["missing_share"] = float(before.isna().mean())
            if isinstance(encoder, TargetEncoded):
                judged = train_features[decision.name]
            elif _is_label(decision, encoder):
                counts = before.value_counts()
                judged = _group_rare(before, counts.index[counts >= settings.rare_rows])
            else:
                judged = before
            table = weight_of_evidence(judged, default, bins=settings.information_bins)
            row["information_value"] = information_value(table)
            row["correlation"] = _correlation(judged, default)
            if isinstance(encoder, TargetEncoded):
                # Hundreds of labels differ between any two samples; what a model sees of them does not. Rare
                # labels count as unknown on both sides: train knows every one of its own.
                counts = before.value_counts()
                known = {label: encoder.table[label] for label in counts.index[counts >= settings.rare_rows]}
                before, after = (
                    pd.Series(look_up(part, known, encoder.target_mean)) for part in (before, after)
                )
            elif _is_label(decision, encoder):
                common = _common_levels(before, settings.rare_share)
                before, after = _group_rare(before, common), _group_rare(after, common)
            if len(after):
                row["psi"] = population_stability_index(before, after, bins=settings.stability_bins)
        rows.append(row)
    columns = ["name", "label", "kind", "used_as", "information_value", "missing_share", "psi"]
    columns += ["correlation", "lender_set", "protected", "reason"]
    table = pd.DataFrame(rows).reindex(columns=columns)
    return table.sort_values(
        "information_value", ascending=False, na_position="last", kind="stable", ignore_index=True
    )


def _has_statistics(decision: Decision, encoder: Encoder | None, frame: pd.DataFrame) -> bool:
    if decision.name not in frame.columns or decision.kind in _NO_STATISTICS:
        return False
    # Judged by its encoding, which it has only if it is used.
    return decision.kind != "high_cardinality" or encoder is not None


def _is_label(decision: Decision, encoder: Encoder | None) -> bool:
    return decision.kind in LABEL_KINDS and not isinstance(encoder, Ordinal)


def _as_judged(decision: Decision, encoder: Encoder | None, frame: pd.DataFrame) -> pd.Series:
    """Return a column as it is judged: labels of an order as positions, imputed values as missing."""
    values = frame[decision.name]
    if isinstance(encoder, Ordinal):
        values = pd.Series(positions(values, encoder.order), index=values.index, name=decision.name)
    flag = f"{decision.name}_missing"
    return values.where(frame[flag] == 0) if flag in frame.columns else values


def _common_levels(labels: pd.Series, rare_share: float) -> pd.Index:
    shares = labels.value_counts(normalize=True)
    return shares.index[shares >= rare_share]


def _group_rare(labels: pd.Series, common: pd.Index) -> pd.Series:
    return labels.where(labels.isin(common) | labels.isna(), RARE_LEVEL)


def _correlation(values: pd.Series, default: np.ndarray) -> float:
    if not pd.api.types.is_numeric_dtype(values.dtype):
        outcome = pd.Series(default, index=values.index)
        values = outcome.groupby(values).transform("mean")
    numbers = values.to_numpy(dtype=np.float64)
    known = ~np.isnan(numbers)
    numbers, outcomes = numbers[known], default[known]
    if numbers.size == 0 or np.ptp(numbers) == 0 or np.ptp(outcomes) == 0:
        return np.nan
    return float(np.corrcoef(numbers, outcomes)[0, 1])
