"""docs/results.md, written from the records of docs/results.json."""

from __future__ import annotations

from typing import Any

from markdown_table import grid

MODELS = {
    "ann": "ANN",
    "random_forest": "Random Forest",
    "logistic_regression": "logistic regression",
    "lightgbm": "LightGBM",
}
METRICS = {"roc_auc": "ROC AUC", "average_precision": "AUC-PR", "brier": "Brier score", "f1": "F1"}


def results_page(results: dict[str, dict[str, Any]]) -> str:
    """Write the page.

    Args:
        results: The records by experiment, in the order in which to show them.
    """
    sections = [
        "# Results",
        "Made by `.venv/bin/python benchmarks/results.py`; do not edit by hand. Every number is of test "
        "rows, which were touched once. Brackets hold 95 % bootstrap intervals; twins are drawn together. "
        "AUC-PR is average precision; F1 is of the default class at the model's own threshold, set on "
        "validation rows. In the commands, `<shared>` is a folder of files outside this project.",
        _summary(results),
        *(_section(record) for record in results.values()),
    ]
    return "\n\n".join(sections) + "\n"


def _summary(results: dict[str, dict[str, Any]]) -> str:
    headings = ["ROC AUC", "test rows", "in default", *MODELS.values()]
    rows = [
        [
            record["title"],
            f"{record['parts']['test']['rows']:,}",
            f"{record['parts']['test']['event_rate']:.1%}",
            *(_with_interval(record["models"][model]["roc_auc"]) for model in MODELS),
        ]
        for record in results.values()
        if "models" in record
    ]
    return grid(headings, rows)


def _section(record: dict[str, Any]) -> str:
    parts = [f"## {record['title']}"]
    if record["note"]:
        parts.append(record["note"])
    parts.append(f"```\n{record['command']}\n```")
    if "failed" in record:
        return "\n\n".join([*parts, f"**This run failed:** {record['failed']}"])
    parts.append(_facts(record))
    if "models" in record:
        parts += [_model_table(record["models"]), _champion(record["champion"])]
        if at := record.get("forest_at_raw_threshold"):
            parts.append(
                f"The Random Forest's raw score at the threshold {at['threshold']:g}: precision "
                f"{at['precision']:.3f}, recall {at['recall']:.3f}, F1 {at['f1']:.3f}."
            )
        if record["leaks"]:
            columns = ", ".join(f"`{leak['column']}`" for leak in record["leaks"])
            parts.append(f"The leak scan found {columns}.")
    else:
        parts.append(_leak_table(record["leaks"]))
    return "\n\n".join(parts)


def _facts(record: dict[str, Any]) -> str:
    headings = ["part", "rows", "in default", "share"]
    rows = [
        [name, f"{part['rows']:,}", f"{part['events']:,}", f"{part['event_rate']:.1%}", *_dates(part)]
        for name, part in record["parts"].items()
    ]
    if len(rows[0]) > len(headings):
        headings.append("applications")
    machine = record["machine"]
    return (
        f"{record['rows_in_file']:,} rows in `{record['file']}`; {record['share_with_a_twin']:.1%} of the "
        f"applications have a twin. Run on {machine['date'][:10]} in {record['seconds']:.0f} s, "
        f"{record['peak_mb']:,} MB at the peak, on {machine['cores']} cores with Python {machine['python']}."
        "\n\n" + grid(headings, rows)
    )


def _dates(part: dict[str, Any]) -> list[str]:
    return [f"{part['from']} to {part['to']}"] if "from" in part else []


def _model_table(models: dict[str, dict[str, list[float]]]) -> str:
    rows = [
        [title, *(_with_interval(models[model][metric]) for metric in METRICS)]
        for model, title in MODELS.items()
    ]
    return grid(["model", *METRICS.values()], rows)


def _champion(champion: dict[str, Any]) -> str:
    return f"**Champion: {champion['champion'] or 'none'}.** {champion['reason']}"


def _leak_table(leaks: list[dict[str, str]]) -> str:
    if not leaks:
        return "The leak scan found nothing."
    return "The leak scan found:\n\n" + grid(
        ["column", "why"], [[f"`{leak['column']}`", leak["reason"]] for leak in leaks]
    )


def _with_interval(numbers: list[float]) -> str:
    value, low, high = numbers
    return f"{value:.3f} [{low:.3f}, {high:.3f}]"
