"""From the leak scan's findings to the columns that may not be features."""

from __future__ import annotations

import logging

import numpy as np
import pandas as pd

from loan_default.errors import InputError
from loan_default.frames import DEFAULT, TWIN_GROUP
from loan_default.portfolio.applications import known_columns, raw_values
from loan_default.portfolio.labels import snake_case
from loan_default.portfolio.leak_scan import scan_for_leaks
from loan_default.portfolio.reading import MALFORMED
from loan_default.portfolio.resolve import Resolved
from loan_default.portfolio.settings import LeakSettings

logger = logging.getLogger(__name__)


def find_leaks(
    raw: pd.DataFrame, train: pd.DataFrame, resolved: Resolved, settings: LeakSettings, seed: int
) -> pd.DataFrame:
    """Scan every column of the file, and those cut out of others, on train rows.

    Args:
        raw: The file, every column as text.
        train: Applications of the train part; their index finds the rows in `raw`.
        resolved: What of the description holds for the file.
        settings: What counts as a leak.
        seed: Seed of the folds.

    Returns:
        The findings of `scan_for_leaks` with `name`, the column's name in the description, and `role`:
        feature, post-outcome, ignored, or not described.
    """
    portfolio = resolved.portfolio
    set_apart = [resolved.header[name] for name in (portfolio.outcome.column, portfolio.row_id) if name]
    rows = raw.loc[train.index].drop(columns=[*set_apart, MALFORMED], errors="ignore")
    known = known_columns(portfolio)
    cut_out = {name: raw_values(rows, resolved, name) for name in known if name not in resolved.header}
    in_file = {header: name for name, header in resolved.header.items()}
    # Names of the description, as `settings.allow` has them.
    scanned = rows.assign(**cut_out).rename(columns=in_file)
    unknown = sorted(set(settings.allow) - set(scanned.columns))
    if unknown:
        logger.warning("cleaning.leaks.allow names no column of this file: %s.", ", ".join(unknown))
    findings = scan_for_leaks(
        scanned,
        train[DEFAULT].to_numpy(),
        settings,
        portfolio.missing_values,
        seed,
        twin_group=train[TWIN_GROUP].to_numpy(),
        decimal=portfolio.file.decimal,
    )
    names = findings["column"].rename("name")
    after_outcome = {snake_case(name) for name in portfolio.post_outcome}
    roles = np.select(
        [names.isin(known), names.map(snake_case).isin(after_outcome), names.isin(list(portfolio.columns))],
        ["feature", "post-outcome", "ignored"],
        "not described",
    )
    findings["column"] = names.map(lambda name: resolved.header.get(name, name))
    findings.insert(1, "name", names)
    findings.insert(2, "role", roles)
    return findings


def leaking_features(findings: pd.DataFrame, settings: LeakSettings) -> tuple[str, ...]:
    """Name the columns that the findings take out of the features.

    Raises:
        InputError: `settings.action` is refuse and a column that would be a feature leaks.
    """
    leaks = findings.loc[findings["leak"] & (findings["role"] == "feature")]
    if leaks.empty or settings.action == "report":
        return ()
    if settings.action == "refuse":
        found = "; ".join(f"{leak['name']}: {leak['reason']}" for leak in leaks.to_dict("records"))
        raise InputError(
            f"The leak scan refuses {len(leaks)} column(s). {found}. Put one known only after the outcome "
            "under portfolio.post_outcome, one that is examined and sound, with the reason, under "
            "cleaning.leaks.allow, or set cleaning.leaks.action to drop."
        )
    return tuple(leaks["name"])
