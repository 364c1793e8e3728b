"""Every picture is drawn, also of nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.text import Text

from loan_default.evaluation.monitoring.facts import Watched
from loan_default.evaluation.monitoring.inputs import measure_inputs
from loan_default.evaluation.monitoring.performance import measure_performance
from loan_default.evaluation.monitoring.plots import (
    plot_decisions,
    plot_inputs,
    plot_outcomes,
    plot_score,
    plot_traffic,
)
from loan_default.evaluation.monitoring.tally import InputTally
from loan_default.evaluation.monitoring.traffic import by_period


def predictions(rows: int) -> pd.DataFrame:
    rng = np.random.default_rng(1)
    p = rng.uniform(0, 1, rows)
    days = pd.Timestamp("2026-01-01") + pd.to_timedelta(rng.integers(0, 200, rows), unit="D")
    outcome = (rng.random(rows) < p).astype(float)
    policy = np.where(p < 0.5, "accept", "decline")
    return pd.DataFrame(
        {"time": days, "probability": p, "prediction": 0, "policy": policy, "outcome": outcome}
    )


def test_pictures(watched: Watched, settings: Callable[..., Any]) -> None:
    columns, asked = watched.reference.inputs, settings()
    tally = InputTally(columns)
    tally.add(pd.DataFrame({"income": np.arange(500.0)}))
    rows = predictions(500)
    length, periods = by_period(rows)

    volume, risk = plot_traffic(length, periods, 0.3).axes
    assert [bar.get_height() for bar in volume.patches] == periods["n"].tolist()
    assert len(risk.get_xticklabels()) <= 10, "dates do not run into each other"
    assert risk.get_ylim()[1] > 1.1 * periods["mean_probability"].max(), "the highest point is seen whole"

    (axes,) = plot_decisions(length, periods, {"accept": 6, "refer": 3, "decline": 1}).axes
    accepted, accepted_then, referred, referred_then, *_, declined_then, _ = axes.get_lines()
    assert accepted.get_ydata().tolist() == periods["share_accept"].tolist()
    assert set(referred.get_ydata()) == {0}
    dashed = (accepted_then, referred_then, declined_then)
    assert [line.get_ydata()[0] for line in dashed] == [0.6, 0.3, 0.1]
    assert [text.get_text() for text in axes.get_legend().get_texts()] == [
        *("accepted", "referred", "declined", "in training"),
    ]

    column = watched.reference.score.probability
    counts = np.zeros(len(column.counts), dtype=int)
    counts[0] = 10
    (axes,) = plot_score(column, counts).axes
    assert axes.get_xticklabels()[1].get_text() == "4.0 - 8.0"
    assert axes.patches[len(counts) - 1].get_height() == 1

    (axes,) = plot_inputs(measure_inputs(columns, tally, asked), asked.marks.psi).axes
    assert [label.get_text() for label in axes.get_yticklabels()] == ["income"]

    rates, ranking = plot_outcomes(measure_performance(rows, asked), 0.75).axes
    assert ranking.get_legend().get_texts()[0].get_text() == "test rows 0.750"
    assert rates.get_ylim()[0] == 0
    observed = rates.containers[0].lines[0]
    assert not observed.get_clip_on(), "a month without a default is seen whole on the axis"


def test_inputs_that_are_not_in_the_picture_are_counted(
    watched: Watched, settings: Callable[..., Any]
) -> None:
    columns = {f"x{number}": watched.reference.inputs["income"] for number in range(27)}
    tally = InputTally(columns)
    tally.add(pd.DataFrame(dict.fromkeys(columns, np.arange(500.0))))
    figure = plot_inputs(measure_inputs(columns, tally, settings()), settings().marks.psi)
    said = [text.get_text() for text in figure.findobj(Text)]
    assert "Drift of inputs against training: the 25 of 27 that moved most" in said


def test_pictures_of_nothing(watched: Watched, settings: Callable[..., Any]) -> None:
    columns, none = watched.reference.inputs, predictions(0)
    column = watched.reference.score.probability
    figures = (
        plot_traffic(*by_period(none), 0.3),
        plot_decisions(*by_period(none), watched.policies),
        plot_decisions(*by_period(predictions(9).assign(policy=None)), watched.policies),
        plot_score(column, np.zeros(len(column.counts), dtype=int)),
        plot_inputs(measure_inputs(columns, InputTally(columns), settings()), settings().marks.psi),
        plot_outcomes(measure_performance(none, settings()), 0.75),
    )
    assert all(not figure.axes for figure in figures)
