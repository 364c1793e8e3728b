"""The chapter on reproducibility: where the numbers come from, and whether they come out again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from loan_default.report.section import Column, Finding, Section, Table, Verdict, worst

TOLERANCE = 1e-5
"""Difference in probability up to which two ways of scoring count as equal; single precision makes 1e-7."""


@dataclass(frozen=True)
class Scored:
    """Test rows taken from the lender's file through what would go into service, against what was evaluated.

    Attributes:
        evaluated: Probabilities that this report rests on, shape (rows,).
        again: Probabilities of the same rows, scored from raw; NaN where a row could not be scored.
    """

    evaluated: np.ndarray
    again: np.ndarray


@dataclass(frozen=True)
class Origin:
    """Where a run comes from.

    Attributes:
        provenance: Tags of the run: `git_commit`, `git_dirty`, `command`, `mlflow.user`; those that exist.
        run_id: MLflow run, or `not tracked`.
        seed: The one seed.
        data: Tags of the data: `data_file`, `data_fingerprint`, `rows_in_file` and rows by part.
        bundle: Version of what would go into service.
        versions: Of Python and the libraries.
        parameters: How many settings the run had.
    """

    provenance: Mapping[str, str]
    run_id: str
    seed: int
    data: Mapping[str, str]
    bundle: str
    versions: Mapping[str, str]
    parameters: int


def describe_reproducibility(scored: Scored, origin: Origin) -> Section:
    """Write the chapter."""
    findings = (_scored_again(scored), _code(origin), _data(origin), _versions(origin))
    commit = origin.provenance.get("git_commit")
    made_by = f"commit {commit[:12]}" if commit else "code without a commit"
    return Section(
        key="reproducibility",
        title="Reproducibility",
        summary=(
            f"Made by {made_by} from data with fingerprint {origin.data['data_fingerprint']} and seed "
            f"{origin.seed}. {findings[0].found}"
        ),
        verdict=worst(finding.verdict for finding in findings),
        findings=findings,
        values={
            "scored_again_rows": float(len(scored.again)),
            "scored_again_failed": float(np.isnan(scored.again).sum()),
            "scored_again_largest_difference": _largest_difference(scored),
            "seed": float(origin.seed),
        },
    )


def _largest_difference(scored: Scored) -> float:
    known = ~np.isnan(scored.again)
    return float(np.abs(scored.again - scored.evaluated)[known].max(initial=0.0))


def _scored_again(scored: Scored) -> Finding:
    failed, rows = int(np.isnan(scored.again).sum()), len(scored.again)
    difference = _largest_difference(scored)
    equal = failed == 0 and difference <= TOLERANCE
    found = (
        f"All {rows:,} test rows, read again from the lender's file and scored by what would go into "
        f"service, give the probabilities of this report; the largest difference is {difference:.7f}."
        if equal
        else f"Of {rows:,} test rows, read again from the lender's file and scored by what would go into "
        f"service, {failed:,} cannot be scored and the others differ from the probabilities of this report "
        f"by up to {difference:.4f}."
    )
    return Finding(
        title="Scored again from the raw file",
        look_for="The model in service must give the very probabilities that were evaluated.",
        found=found,
        verdict="good" if equal else "bad",
    )


def _code(origin: Origin) -> Finding:
    commit = origin.provenance.get("git_commit")
    changed = origin.provenance.get("git_dirty") == "true"
    verdict: Verdict = "good"
    if commit is None:
        found, verdict = "The code has no commit: nobody can say later which code this was.", "attention"
    elif changed:
        found, verdict = (
            f"The code was that of commit {commit[:12]} with changes that are not committed: the commit "
            "alone does not give it back.",
            "attention",
        )
    else:
        found = f"The code is commit {commit[:12]}, without changes; the command below runs it again."
    rows = [
        ("Commit", commit or "none"),
        ("Uncommitted changes", "yes" if changed else "no") if commit else None,
        ("Command", origin.provenance.get("command")),
        ("Run by", origin.provenance.get("mlflow.user")),
        ("MLflow run", origin.run_id),
        ("Seed", str(origin.seed)),
        ("Settings", f"{origin.parameters} values, all of them in validation.json"),
    ]
    return Finding(
        title="Code, command and seed",
        look_for="Commit, command and seed must be there, and no change beside the commit.",
        found=found,
        verdict=verdict,
        table=_facts([row for row in rows if row is not None]),
    )


def _data(origin: Origin) -> Finding:
    data = origin.data
    parts = [
        (f"Rows in {part}", f"{int(data[f'rows_{part}']):,}") for part in ("train", "validation", "test")
    ]
    return Finding(
        title="Data and model",
        look_for="The fingerprint changes with any value, row or column of the file.",
        found=(
            f"The file had {int(data['rows_in_file']):,} rows and the fingerprint "
            f"{data['data_fingerprint']}; a bundle of version {origin.bundle} holds exactly the model of "
            "this report."
        ),
        table=_facts(
            [
                ("File", data["data_file"]),
                ("Fingerprint", data["data_fingerprint"]),
                ("Rows in the file", f"{int(data['rows_in_file']):,}"),
                *parts,
                ("Version of the bundle", origin.bundle),
            ]
        ),
    )


def _versions(origin: Origin) -> Finding:
    return Finding(
        title="Software",
        look_for="The versions that a second run needs.",
        found=f"Python {origin.versions.get('python', 'unknown')} with the libraries below; "
        "`requirements.lock` names every package that a fresh environment installs.",
        table=Table(
            columns=(Column(name="Package"), Column(name="Version")),
            rows=tuple(sorted(origin.versions.items())),
        ),
    )


def _facts(rows: list[tuple[str, str | None]]) -> Table:
    return Table(
        columns=(Column(name="What"), Column(name="Value")),
        rows=tuple((name, value) for name, value in rows if value is not None),
    )
