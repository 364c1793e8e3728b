"""From a file taken in to rows with a part: repeats, twins, split."""

from __future__ import annotations

import pandas as pd

from loan_default.portfolio.intake import Intake
from loan_default.portfolio.settings import CleaningSettings
from loan_default.portfolio.split import split
from loan_default.portfolio.twins import check_row_ids, find_repeats, group_twins


def deal(intake: Intake, settings: CleaningSettings, seed: int) -> pd.DataFrame:
    """Drop exact repeats where the settings say so, number the twins, and deal rows to parts.

    Args:
        intake: The file, taken in.
        settings: What becomes of repeats and twins, and the split.
        seed: Seed of the deal.

    Returns:
        The typed applications with `part` and `twin_group`; the index is that of the file.

    Raises:
        InputError: A row id names two rows, or the split cannot be made.
    """
    applications = intake.applications
    portfolio, header = intake.resolved.portfolio, intake.resolved.header
    if settings.repeats == "drop":
        row_id = header[portfolio.row_id] if portfolio.row_id else None
        applications = applications.drop(index=find_repeats(intake.raw, applications.index, row_id))
    check_row_ids(applications, portfolio.row_id)
    return split(group_twins(applications), settings.split, portfolio.application_date, seed)
