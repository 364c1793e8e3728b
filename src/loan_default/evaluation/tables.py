"""The comparison as a short Markdown page for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from loan_default.evaluation.gates import CRITERIA, demand, outcome_of, shown
from loan_default.evaluation.words import LABELS

SHOWN = ("roc_auc", "ks", "average_precision", "brier", "log_loss", "calibration_error", "f1")
PAIRED = ("roc_auc", "average_precision", "brier", "log_loss")


def comparison_markdown(table: pd.DataFrame, champion: Mapping[str, Any], title: str) -> str:
    """Write the comparison down.

    Args:
        table: Table of `compare_models`.
        champion: Record of `choose_champion`.
        title: Heading of the page.

    Returns:
        Markdown: who won and why, metrics on test rows, differences in plain words, criteria, how to read it.
    """
    metric = champion["metric"]
    n, events = int(table["n"].iloc[0]), int(table["events"].iloc[0])
    headings = ["model", "role", *(_cap(LABELS[name]) for name in SHOWN), f"{LABELS[metric]}, validation"]
    rows = [
        [
            row["model"],
            row["role"],
            *(_with_interval(row, name) for name in SHOWN),
            f"{row[f'validation_{metric}']:.4f}",
        ]
        for row in table.to_dict("records")
    ]
    sections = [
        f"# {title}",
        f"**Champion: {champion['champion'] or 'none'}.** {champion['reason']}",
        f"*Rule.* {champion['rule']}",
        f"## On {n:,} test rows with {events:,} defaults",
        _grid(headings, rows),
        _differences(table, "vs_reference"),
    ]
    if champion["champion"] and champion["champion"] != table["vs_reference_model"].iloc[0]:
        sections.append(_differences(table, "vs_champion"))
    sections += [
        "## Criteria on test rows",
        _criteria(champion),
        "Brackets hold bootstrap intervals; twins are drawn together. ROC AUC differences are tested by "
        "DeLong's method, the others by a paired bootstrap. Lower is better for Brier score, log-loss and "
        "calibration error. F1 is of the default class at the model's own threshold.",
    ]
    return "\n\n".join(sections) + "\n"


def _differences(table: pd.DataFrame, side: str) -> str:
    other = table[f"{side}_model"].iloc[0]
    rows = [
        [
            row["model"],
            row[f"{side}_verdict"],
            *(_with_interval(row, f"{side}_{name}", "+.4f") for name in PAIRED),
            _p_value(row[f"{side}_roc_auc_p"]),
        ]
        for row in table.to_dict("records")
        if row["model"] != other
    ]
    if not rows:
        return f"There is no other model to compare with {other}."
    headings = ["model", f"than {other}", *(_cap(LABELS[name]) for name in PAIRED), "p (ROC AUC)"]
    return f"## Difference to {other}, same test rows\n\n{_grid(headings, rows)}"


def _criteria(champion: Mapping[str, Any]) -> str:
    """Lay the gates out: a row per criterion, a column per model."""
    models = champion["criteria"]
    first = next(iter(models.values()))
    rows = [
        [
            _cap(CRITERIA[name].title),
            demand(name, first[name]),
            *(_gate(name, models[m][name]) for m in models),
        ]
        for name in first
    ]
    return _grid(["criterion", "asked", *models], rows)


def _gate(name: str, gate: Mapping[str, Any]) -> str:
    said, value = outcome_of(gate), shown(name, gate)
    if said in ("not asked", "not measured"):
        return value
    return f"{f'**{said}**' if said == 'refused' else said} ({value})"


def _with_interval(row: Mapping[Any, Any], name: str, form: str = ".4f") -> str:
    return f"{row[name]:{form}} [{row[f'{name}_low']:{form}}, {row[f'{name}_high']:{form}}]"


def _p_value(p: float) -> str:
    return f"{p:.3f}" if p >= 0.001 else "< 0.001"


def _grid(headings: list[str], rows: list[list[str]]) -> str:
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _cap(label: str) -> str:
    return label[0].upper() + label[1:]
