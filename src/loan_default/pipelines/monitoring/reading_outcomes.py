"""Join outcomes, as they become known, to predictions."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from loan_default.errors import InputError, NoRowsError
from loan_default.evaluation.monitoring.facts import OutcomesRead
from loan_default.evaluation.monitoring.settings import OutcomeSettings
from loan_default.evaluation.phrases import plural
from loan_default.pipelines.monitoring.reading_batch import ROW_ID, ROW_NUMBER
from loan_default.portfolio.description import Portfolio, outcome_key
from loan_default.portfolio.labels import fold
from loan_default.portfolio.reading_chunks import ApplicationFile

PREDICTION_ID = "prediction_id"


def join_outcomes(
    predictions: pd.DataFrame, settings: OutcomeSettings, portfolio: Portfolio, id_column: str
) -> tuple[pd.DataFrame, OutcomesRead]:
    """Give each prediction its outcome, where that is known.

    Args:
        predictions: `id`, `time`.
        settings: The file and its columns.
        portfolio: How files are read, and what outcomes are called.
        id_column: Column that names the prediction, unless the settings name another.

    Returns:
        The predictions with `outcome` (1 = default, 0 = paid, missing where unknown), and what the file gave.

    Raises:
        InputError: The file lacks a column, an outcome or a date cannot be read, or two rows contradict each
            other.
    """
    if settings.path is None:
        return predictions.assign(outcome=float("nan")), OutcomesRead(path=None)
    wanted = {"id": settings.id or id_column, "outcome": settings.outcome, "date": settings.date}
    rows, malformed = _read(
        settings.path, {key: name for key, name in wanted.items() if name is not None}, portfolio
    )
    rows["outcome"] = _read_outcomes(rows["outcome"], portfolio, settings.path)
    unknown = int(rows["outcome"].isna().sum())
    known = rows.dropna(subset="outcome").drop_duplicates()
    nameless = int((known["id"] == "").sum())
    known = known[known["id"] != ""]
    _check_contradictions(known, settings.path)
    known = known.drop_duplicates("id").set_index("id")

    place = predictions["id"]
    outcome = place.map(known["outcome"])
    strangers = known.index[~known.index.isin(place)]
    days = pd.Series(pd.NaT, index=predictions.index)
    if "date" in known:
        dated = _read_dates(known["date"], settings.path).reindex(place)
        days = dated.set_axis(predictions.index)
    too_early = (days < predictions["time"].dt.normalize()) & outcome.notna()
    kept = days[outcome.notna() & ~too_early].dropna()
    return predictions.assign(outcome=outcome.mask(too_early)), OutcomesRead(
        path=settings.path,
        rows=len(rows) + malformed,
        malformed=malformed,
        unknown=unknown,
        unmatched=len(strangers) + nameless,
        unmatched_id=str(strangers[0]) if len(strangers) else "",
        too_early=int(too_early.sum()),
        first=str(kept.min().date()) if len(kept) else "",
        last=str(kept.max().date()) if len(kept) else "",
    )


def default_id(source: str, scores_have_row_id: bool) -> str:
    """Name the column that joins outcomes to predictions."""
    if source == "log":
        return PREDICTION_ID
    return ROW_ID if scores_have_row_id else ROW_NUMBER


def _read(path: str, wanted: dict[str, str], portfolio: Portfolio) -> tuple[pd.DataFrame, int]:
    """Read the wanted columns as text, and count the rows that cannot be read."""
    if not Path(path).is_file():
        raise InputError(f"There is no file of outcomes {path}: name one with monitoring.outcomes.path.")
    try:
        # Lines before the header are a habit of the lender's own file.
        file = ApplicationFile(Path(path), portfolio.file.model_copy(update={"skip_rows": 0}))
    except NoRowsError:  # nothing is known yet
        return pd.DataFrame(columns=list(wanted), dtype="str"), 0
    for name in wanted.values():
        if name not in file.columns:
            raise InputError(
                f"The file of outcomes {path} has no column {name!r}; it has {', '.join(file.columns[:10])}. "
                "Name its columns under monitoring.outcomes: id, outcome, date."
            )
    read = list(file.chunks())
    rows = pd.concat(
        [chunk.rows[list(wanted.values())].set_axis(list(wanted), axis=1) for chunk in read],
        ignore_index=True,
    )
    rows["id"] = rows["id"].str.strip()
    return rows, sum(len(chunk.malformed) for chunk in read)


def _read_outcomes(values: pd.Series, portfolio: Portfolio, path: str) -> pd.Series:
    described = portfolio.outcome
    meaning = (
        {"1": 1.0, "0": 0.0, "true": 1.0, "false": 0.0}
        | dict.fromkeys(map(outcome_key, described.paid), 0.0)
        | dict.fromkeys(map(outcome_key, described.default), 1.0)
    )
    unresolved = {*portfolio.missing_values, *map(outcome_key, described.unresolved)}
    spelt = {value: outcome_key(value) for value in values.unique()}
    strange = [value for value, key in spelt.items() if key not in meaning and fold(value) not in unresolved
               and key not in unresolved]  # fmt: skip
    if strange:
        raise InputError(
            f"The file of outcomes {path} holds {strange[0]!r}: an outcome is 1 (default), 0 (paid), empty "
            "(not yet known), or a word of portfolio.outcome."
        )
    return values.map({value: meaning.get(key) for value, key in spelt.items()}).astype("float64")


def _read_dates(values: pd.Series, path: str) -> pd.Series:
    # A time of day behind the date is passed over.
    days = values.str.strip().str.replace(r"[T ].*$", "", regex=True)
    read = pd.to_datetime(days.where(days != ""), format="%Y-%m-%d", errors="coerce")
    strange = values[read.isna() & (days != "")]
    if len(strange):
        raise InputError(
            f"The file of outcomes {path} has a date that is not written YYYY-MM-DD: {strange.iloc[0]!r}."
        )
    return read


def _check_contradictions(known: pd.DataFrame, path: str) -> None:
    outcomes = known.drop_duplicates(["id", "outcome"])
    twice = outcomes.loc[outcomes["id"].duplicated(), "id"]
    if len(twice):
        raise InputError(
            f"The file of outcomes {path} says both 1 and 0 of {plural(len(twice), 'prediction')}, "
            f"such as {twice.iloc[0]}: leave one row of each."
        )
