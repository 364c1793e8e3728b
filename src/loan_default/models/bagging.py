"""Deal the training rows out to the models of a bag."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from loan_default.errors import InputError


def deal_out(
    y: np.ndarray, twins: np.ndarray | None, networks: int, seed: int
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield, for each network, the rows it trains on and those that stop it.

    The rows are dealt out to as many folds as there are networks; each network is stopped by a fold of its
    own and trained on the others. So each row stops one network and trains the rest, and rows of other parts
    are left for calibration and threshold.

    Args:
        y: Outcome of the training rows, shape (rows,), 1 = default.
        twins: Rows with an equal number stay in one fold; None where there are no twins.
        networks: Networks in the bag, at least 2.
        seed: Of the dealing.

    Yields:
        Positions of training rows and of stopping rows.

    Raises:
        InputError: A fold lacks defaults or non-defaults.
    """
    from loan_default.features.fit_encoders import assign_folds

    groups = pd.Series(np.arange(len(y)) if twins is None else twins)
    folds = assign_folds(groups, networks, seed)
    for fold in range(networks):
        stopping = folds == fold
        if len(np.unique(y[stopping])) < 2:
            raise InputError(
                f"Dealt out to {networks} folds, the training rows leave one without defaults or without "
                "non-defaults. Lower ann.bagging or lightgbm_bagged.bags, or bring more loans."
            )
        yield np.flatnonzero(~stopping), np.flatnonzero(stopping)
