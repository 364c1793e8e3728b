from __future__ import annotations

import json
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import IsolationForest

from loan_default.portfolio.cleaner_fit import fit_cleaner
from loan_default.portfolio.description import Portfolio
from loan_default.portfolio.intake import take_in
from loan_default.portfolio.isolation import IsolationTrees
from loan_default.portfolio.settings import CleaningSettings


@pytest.mark.parametrize("contamination", [0.01, 0.1, 0.5])
@pytest.mark.parametrize("rows", [30, 1001])
def test_outliers_are_those_of_scikit_learn(
    describe: Callable[..., Portfolio],
    book: Callable[..., pd.DataFrame],
    cleaning: Callable[..., CleaningSettings],
    rows: int,
    contamination: float,
) -> None:
    settings = cleaning(
        outliers__method="isolation_forest", outliers__action="flag", outliers__contamination=contamination
    )
    intake = take_in(book(rows, seed=3), describe(), 0)
    train = intake.applications
    cleaner = fit_cleaner(train, intake.resolved, (), (), settings, seed=7)
    assert cleaner.isolation is not None
    clean = cleaner.apply(train)
    columns = ["amount", "rate"]
    forest = IsolationForest(contamination=contamination, random_state=7).fit(
        clean[columns].to_numpy("float32")
    )
    expected = forest.predict(clean[columns].to_numpy("float32")) == -1
    assert (clean["outlier"] == 1).tolist() == expected.tolist()
    assert 0 < expected.mean() <= contamination + 0.05
    # Rows never seen, far out, and back from JSON.
    unseen = pd.DataFrame(np.random.default_rng(0).normal([2500, 15], [2000, 8], (500, 2)), columns=columns)
    again = IsolationTrees.from_dict(json.loads(json.dumps(cleaner.isolation.to_dict())))
    predicted = forest.predict(unseen.to_numpy("float32")) == -1
    assert again.outliers(unseen).tolist() == predicted.tolist()
    assert predicted.any()
    assert not predicted.all()


def test_odd_rows_are_left_out_of_train_or_flagged(
    describe: Callable[..., Portfolio],
    book: Callable[..., pd.DataFrame],
    cleaning: Callable[..., CleaningSettings],
) -> None:
    intake = take_in(book(300, seed=3), describe(), 0)
    train = intake.applications
    dropping, flagging = (
        fit_cleaner(
            train,
            intake.resolved,
            (),
            (),
            cleaning(outliers__method="isolation_forest", outliers__action=action),
            seed=7,
        )
        for action in ("drop", "flag")
    )
    flags = flagging.apply(train)["outlier"] == 1
    assert flags.sum() == 3
    assert dropping.dropped_from_train(train).tolist() == flags.tolist()
    assert not flagging.dropped_from_train(train).any()
    assert "outlier" not in dropping.apply(train)
