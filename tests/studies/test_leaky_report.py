from __future__ import annotations

import io
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.text import Text

from loan_default.studies.leaky_protocols import COLUMNS, METRICS
from loan_default.studies.leaky_report import describe_flattery, flattery_values, plot_flattery


def _pair(
    protocol: str, model: str, flattery: float, width: float, rate: float = 0.2
) -> list[dict[str, Any]]:
    sides = {"honest": 0.6, "leaky": 0.6 + flattery, "flattery": flattery}
    ends = {f"{side}{end}": value + shift for side, value in sides.items()
            for end, shift in (("", 0), ("_low", -width), ("_high", width))}  # fmt: skip
    facts = {"test_rows_honest": 100, "test_rows_leaky": 100, "rows": 1000}
    rates = {"event_rate_honest": 0.2, "event_rate_leaky": rate}
    return [{"protocol": protocol, "model": model, "metric": metric, **ends, **facts, **rates}
            for metric in METRICS]  # fmt: skip


TABLE = pd.DataFrame(
    [
        *_pair("twins_apart", "random_forest", 0.3, 0.1),
        *_pair("resample_before_split", "random_forest", -0.2, 0.1, rate=0.5),
        *_pair("early_stopping_on_test", "ann", 0.01, 0.02),
        {"protocol": "post_outcome_in", "rows": 1000, "does_not_apply": "the file has none"},
    ],
    columns=list(COLUMNS),
)
NONE = pd.DataFrame(columns=list(COLUMNS))


def _words(figure: Figure) -> str:
    figure.savefig(io.BytesIO(), format="png")
    return " ".join(text.get_text() for text in figure.findobj(Text))


def test_what_each_leak_pretends_is_said() -> None:
    finding = describe_flattery(TABLE)
    lifted = "lifted ROC AUC from 0.600 to 0.900 (+0.300 [+0.200, +0.400])."
    assert f"Twins in different parts (random forest) {lifted}" in finding.found
    assert "Resampling before the split (random forest) lowered ROC AUC from 0.600 to 0.400" in finding.found
    level = "made no detectable difference in ROC AUC (+0.010 [-0.010, +0.030])"
    assert f"Early stopping on test rows (ann) {level}" in finding.found
    assert "Post-outcome columns as features cannot be shown here: the file has none." in finding.found
    assert finding.verdict == "none"
    assert finding.figure == "leaks_shown_plot"
    assert finding.table is not None
    assert len(finding.table.rows) == 12
    assert finding.table.rows[0] == (
        "twins in different parts", "random forest", "ROC AUC",
        "0.600 [0.500, 0.700]", "0.900 [0.800, 1.000]", "+0.300 [+0.200, +0.400]",
    )  # fmt: skip
    assert "Test rows of 1,000 rows of the file" in finding.table.caption
    assert "After resampling 50 % of the test rows are defaults" in finding.table.caption


def test_numbers_for_machines() -> None:
    values = flattery_values(TABLE)
    assert {name: round(value, 6) for name, value in values.items()} == {
        "flattery_twins_apart_random_forest": 0.3,
        "flattery_resample_before_split_random_forest": -0.2,
        "flattery_early_stopping_on_test_ann": 0.01,
    }
    assert flattery_values(NONE) == {}


def test_nothing_asked_says_how_to_ask() -> None:
    finding = describe_flattery(NONE)
    assert "--params leaks_shown.protocols=all" in finding.found
    assert finding.table is None
    assert "No leaky protocol was run" in _words(plot_flattery(NONE))


def test_only_reasons_make_no_table() -> None:
    finding = describe_flattery(TABLE.tail(1))
    assert finding.table is None
    assert finding.found.startswith("Post-outcome columns as features cannot be shown here")
    assert "cannot be shown here" in _words(plot_flattery(TABLE.tail(1)))


def test_the_figure_shows_both_sides_of_every_metric() -> None:
    figure = plot_flattery(TABLE)
    panels = figure.axes
    assert [axes.get_xlabel() for axes in panels] == [
        "ROC AUC", "Average precision", "F1", "Brier score, lower is better"
    ]  # fmt: skip
    honest, leaky = (container.lines[0] for container in panels[0].containers)
    np.testing.assert_allclose(honest.get_xdata(orig=False), [0.6, 0.6, 0.6])
    np.testing.assert_allclose(leaky.get_xdata(orig=False), [0.9, 0.4, 0.61])
    assert "random forest" in _words(figure)
