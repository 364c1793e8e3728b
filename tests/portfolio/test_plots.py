from __future__ import annotations

import io

import pandas as pd
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text

from loan_default.portfolio.plots import plot_cleaning, plot_drift, plot_leak_scan, plot_rows

REPORT = {
    "steps": [
        {"step": "rows in the file", "rows": 1000, "left": 1000},
        {"step": "rejected", "rows": 10, "left": 990},
    ],
    "parts": {
        "train": {"rows": 800, "event_rate": 0.2},
        "validation": {"rows": 100, "event_rate": 0.21},
        "test": {"rows": 90, "event_rate": 0.19},
    },
}


def _findings(columns: int, leaks: int) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "name": [f"column {number}" for number in range(columns)],
            "role": ["post-outcome"] + ["feature"] * (columns - 1),
            "leak": [number < leaks for number in range(columns)],
            # A column of one outcome leaks whatever it ranks.
            "roc_auc": [0.5 + number / 100 for number in range(columns)],
        }
    )


def _words(figure: Figure) -> str:
    return " ".join(text.get_text() for text in figure.findobj(Text))


@pytest.mark.parametrize(
    ("leaks", "said"),
    [
        (0, "none gives the outcome away"),
        (1, "1 gives the outcome away: column 0"),
        (6, "6 give the outcome away: column 0, column 1, column 2, column 3 and 2 more"),
    ],
)
def test_the_figure_says_what_is_seen(leaks: int, said: str) -> None:
    figure = plot_cleaning(REPORT, _findings(30, leaks), 0.8)
    rows, scan = figure.axes
    assert "990 of 1,000 rows are used" in _words(figure)
    assert said in _words(figure)
    assert [bar.get_width() for bar in rows.patches] == [1000, 10, 800, 100, 90]
    # A waterfall: what is taken away lies at the end of what is left.
    assert [bar.get_x() for bar in rows.patches] == [0, 990, 190, 90, 0]
    assert rows.get_xlabel() == "Rows"
    assert "ROC AUC" in scan.get_xlabel()
    names = [label.get_text() for label in scan.get_yticklabels()]
    assert len(names) == 15
    # Leaks first, then the strongest.
    assert ("column 0 (post-outcome)" in names) is bool(leaks)
    assert names[leaks] == "column 29"
    assert list(scan.lines[0].get_xdata()) == [0.8, 0.8]
    figure.savefig(io.BytesIO(), format="png")


def test_rows_and_leaks_have_figures_of_their_own() -> None:
    rows = plot_rows(REPORT)
    assert [bar.get_width() for bar in rows.axes[0].patches] == [1000, 10, 800, 100, 90]
    assert "990 of 1,000 rows are used" in _words(rows)
    scan = plot_leak_scan(_findings(4, 1), 0.8)
    assert "Of 4 columns, 1 gives the outcome away: column 0. Orange:" in _words(scan).replace("\n", " ")
    assert "Orange" not in _words(plot_leak_scan(_findings(4, 0), 0.8))
    for figure in (rows, scan):
        figure.savefig(io.BytesIO(), format="png")


def test_drift_is_marked() -> None:
    drift = pd.DataFrame({"label": [f"input {row}" for row in range(20)], "psi": [0.3, 0.1] + [0.01] * 18})
    figure = plot_drift(drift)
    (axes,) = figure.axes
    assert [line.get_xdata()[0] for line in axes.lines] == [0.1, 0.25]
    moved, moving, stable = (bar.get_facecolor() for bar in axes.patches[:3])
    assert moved == moving != stable
    assert len(axes.patches) == 15
    assert "The 15 of 20 inputs that moved furthest" in _words(figure)
    assert "No input has a stability index" in _words(plot_drift(drift.head(0)))
    figure.savefig(io.BytesIO(), format="png")
