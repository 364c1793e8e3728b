"""What became of an uploaded file, drawn as HTML."""

from __future__ import annotations

from html import escape

import numpy as np
import pandas as pd

from loan_default.app.form.file_scoring import ADDED, ScoredFile
from loan_default.app.form.result_view import POLICY_NAMES, notes, percent, tile
from loan_default.app.predicting import PREDICTION_ID
from loan_default.scoring.manifest import Manifest

_BINS = 20
# Where the axis may end: the first that holds every probability and the threshold.
_ENDS = (0.2, 0.4, 1.0)
_PREVIEW_ROWS, _PREVIEW_COLUMNS = 8, 6
_WIDTH, _HEIGHT = 400, 120


def file_card(file: ScoredFile, manifest: Manifest) -> str:
    """Draw counts, the distribution of probabilities and the first rows."""
    scored, rejected = len(file.scored), len(file.rejected)
    probability = file.scored["probability_of_default"].to_numpy(dtype=np.float64)
    parts = [
        '<div class="card file"><div class="tiles">',
        tile("Rows", f"{scored + rejected:,}"),
        tile("Scored", f"{scored:,}"),
        tile("Rejected", f"{rejected:,}"),
    ]
    if scored:
        above = float((probability >= manifest.threshold).mean())
        share = file.scored["policy"].value_counts(normalize=True)
        parts += [
            "</div>",
            '<div class="tiles">',
            *(tile(name, percent(share.get(policy, 0.0))) for policy, name in POLICY_NAMES.items()),
            tile("Model predicts Default", percent(above)),
            "</div>",
            histogram(probability, manifest.threshold),
        ]
        shown = file.scored.assign(probability_of_default=[percent(value) for value in probability])
        shown = shown.drop(columns=PREDICTION_ID, errors="ignore")  # long, and for programs
        columns = ["row", *ADDED, *[name for name in shown if name not in ("row", *ADDED)][:_PREVIEW_COLUMNS]]
        parts += ["<h4>First rows scored</h4>", _table(shown[columns])]
    else:
        parts.append("</div>")
    if rejected:
        parts += [
            "<h4>First rows rejected, and why</h4>",
            _table(file.rejected.iloc[:, : 2 + _PREVIEW_COLUMNS]),
        ]
    return "".join([*parts, "</div>"])


def refused_card(message: str) -> str:
    """Draw why a file as a whole could not be scored."""
    return f'<div class="card">{notes("The file could not be scored", [message], "fault")}</div>'


def histogram(probability: np.ndarray, threshold: float) -> str:
    """Draw how probabilities, shape (rows,), are distributed, with the threshold."""
    top = max(float(probability.max()), threshold)
    end = next(end for end in _ENDS if top <= end)
    below = np.histogram(probability[probability < threshold], bins=_BINS, range=(0, end))[0]
    counts = np.histogram(probability, bins=_BINS, range=(0, end))[0]
    highest = max(int(counts.max()), 1)
    edges = [percent(place * end / _BINS) for place in range(_BINS + 1)]
    bars = "".join(
        _bar(place, number / highest, kind, f"{edges[place]} to {edges[place + 1]}: {counts[place]:,}")
        for kind, numbers in (("over", counts), ("under", below))  # the later is drawn over the earlier
        for place, number in enumerate(numbers.tolist())
    )
    at = _WIDTH * threshold / end
    ticks = "".join(f'<span style="left:{tick}%">{end * tick:g}%</span>' for tick in (0, 25, 50, 75, 100))
    return (
        "<h4>Distribution of the probability of default</h4>"
        f'<div class="histogram"><svg viewBox="0 0 {_WIDTH} {_HEIGHT}" preserveAspectRatio="none" role="img" '
        f'aria-label="Histogram of {len(probability):,} probabilities">{bars}'
        f'<line x1="{at:.1f}" x2="{at:.1f}" y1="0" y2="{_HEIGHT}"/></svg><div class="ticks">{ticks}</div>'
        f'<p class="small">Dashed line: threshold {percent(threshold)}. '
        f"Tallest bar: {highest:,} applications.</p></div>"
    )


def _bar(place: int, share: float, kind: str, title: str) -> str:
    width, height = _WIDTH / _BINS, _HEIGHT * share
    return (
        f'<rect class="{kind}" x="{place * width + 1:.1f}" y="{_HEIGHT - height:.1f}" '
        f'width="{width - 2:.1f}" height="{height:.1f}"><title>{title}</title></rect>'
    )


def _table(frame: pd.DataFrame) -> str:
    head = "".join(f"<th>{escape(str(name).replace('_', ' '))}</th>" for name in frame.columns)
    rows = "".join(
        "<tr>"
        + "".join(f"<td>{'' if pd.isna(value) else escape(str(value))}</td>" for value in row)
        + "</tr>"
        for row in frame.head(_PREVIEW_ROWS).itertuples(index=False)
    )
    return f'<div class="scroll"><table><tr>{head}</tr>{rows}</table></div>'
