"""The chapter on reproducibility: where the numbers come from, and whether they come out again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from loan_default.evaluation.origin import (
    VERSION,
    Origin,
    Step,
    Today,
    changed_service,
    code_of,
    differences,
    earlier_steps,
)
from loan_default.evaluation.phrases import listed, plural, sentence
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


def describe_reproducibility(
    scored: Scored, origin: Origin, today: Today, bundle: str, packed: bool
) -> Section:
    """Write the chapter.

    Args:
        scored: The test rows, scored again.
        origin: What the model was made with; code, command, seed and versions of the chapter are these.
        today: The run that reports.
        bundle: Version that the reported model has, packed with the settings of today.
        packed: A run packs this model for service.
    """
    findings = (
        _scored_again(scored),
        _since_then(origin, today),
        _code(origin),
        _data(origin, _of_bundle(origin, today, bundle, packed), bundle),
        _versions(origin),
    )
    code, seed = code_of(origin.training.run), origin.settings["seed"]
    return Section(
        key="reproducibility",
        title="Reproducibility",
        summary=(
            f"Trained by {'code without a commit' if code == 'none' else f'commit {code}'} on data with "
            f"fingerprint {origin.data['data_fingerprint']} and seed {seed}. {findings[0].found}"
        ),
        verdict=worst(finding.verdict for finding in findings),
        findings=findings,
        values={
            "scored_again_rows": float(len(scored.again)),
            "scored_again_failed": float(np.isnan(scored.again).sum()),
            "scored_again_largest_difference": _largest_difference(scored),
            "seed": float(seed),
            "differences_since_training": float(len(differences(origin, today))),
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


def _since_then(origin: Origin, today: Today) -> Finding:
    """Say whether the report was made by the run that made the model, and if not what has changed."""
    earlier, found = earlier_steps(origin, today), differences(origin, today)
    verdict: Verdict = "attention" if found else "good"
    table = None
    if not earlier and not found:
        words = (
            "The run that made this report also cleaned the data, made the features, trained the model and "
            "held it against the gates."
        )
    else:
        done = listed([step.name.replace("_", " ") for step in earlier]) if earlier else ""
        were = "was" if len(earlier) == 1 else "were"
        before = f"{sentence(done)} {were} done before the run that made this report. " if earlier else ""
        if found:
            words = (
                f"{before}Since then {plural(len(found), 'thing')} changed: "
                f"{listed([f'{one.what} ({one.then}, now {one.now})' for one in found], 3)}. This report "
                "names what the model was made with, and shows metrics and gates as they were found then; "
                "made again today they could be others."
            )
            table = Table(
                columns=tuple(Column(name=name) for name in ("Of", "What", "Then", "Now")),
                rows=tuple((", ".join(one.steps), one.what, one.then, one.now) for one in found),
            )
        else:
            code = (
                "Code"
                if today.run.get("git_dirty") == "false"
                else "But for code that is not committed, code"
            )
            words = f"{before}{code}, settings, seed, data and versions are the same now."
    return Finding(
        title="From training to this report",
        look_for="Differences between what the model was made and measured with and what it would be today.",
        found=words,
        verdict=verdict,
        table=table,
    )


def _code(origin: Origin) -> Finding:
    run = origin.training.run
    commit, changed = run.get("git_commit"), run.get("git_dirty") == "true"
    verdict: Verdict = "good"
    if commit is None:
        found, verdict = "The code has no commit: nobody can say later which code this was.", "attention"
    elif changed:
        found, verdict = (
            f"The model was trained by commit {commit[:12]} with changes that are not committed: the commit "
            "alone does not give it back.",
            "attention",
        )
    else:
        found = f"The model was trained by commit {commit[:12]}, without changes, and the command below."
    rows = [
        ("Commit", commit or "none"),
        ("Uncommitted changes", "yes" if changed else "no") if commit else None,
        ("Command", run.get("command")),
        ("Run by", run.get("mlflow.user")),
        ("Started", run.get("started")),
        ("MLflow run", run.get("run_id")),
        *((_when(step, origin), _in_short(step.run)) for step in _others(origin)),
        ("Seed", str(origin.settings["seed"])),
        ("Settings", f"{len(origin.settings)} values, all of them in validation.json"),
    ]
    return Finding(
        title="Code, command and seed",
        look_for="Commit, command and seed must be there, and no change beside the commit.",
        found=found,
        verdict=verdict,
        table=_facts([row for row in rows if row is not None]),
    )


def _others(origin: Origin) -> list[Step]:
    """Find the steps that another run took than the training."""
    return [step for step in origin.all_steps if dict(step.run) != dict(origin.training.run)]


def _in_short(run: Mapping[str, str]) -> str:
    facts = (f"commit {code_of(run)}", run.get("command"), run.get("started"))
    return ", ".join(fact for fact in facts if fact)


def _when(step: Step, origin: Origin) -> str:
    when = "After" if step is origin.comparison else "Before"
    return f"{when}: {step.name.replace('_', ' ')}"


def _of_bundle(origin: Origin, today: Today, version: str, packed: bool) -> str:
    """Say what the version in this report names; a bundle that was packed with other settings has another."""
    if not packed:
        return (
            f"this model is not packed for service: no bundle holds it, and {version} is only the version it "
            "would have"
        )
    changed = changed_service(origin, today.settings)
    if changed:
        return (
            f"packed today the model has version {version}, and another version in a bundle from before "
            f"{listed(changed, 3)} changed"
        )
    return f"a bundle of version {version} holds exactly the model of this report"


def _data(origin: Origin, of_bundle: str, bundle: str) -> Finding:
    data = origin.data
    parts = [
        (f"Rows in {part}", f"{int(data[f'rows_{part}']):,}") for part in ("train", "validation", "test")
    ]
    return Finding(
        title="Data and model",
        look_for="The fingerprint changes with any value, row or column of the file.",
        found=(
            f"The file had {int(data['rows_in_file']):,} rows and the fingerprint "
            f"{data['data_fingerprint']}; {of_bundle}."
        ),
        table=_facts(
            [
                ("File", data["data_file"]),
                ("Fingerprint", data["data_fingerprint"]),
                ("Rows in the file", f"{int(data['rows_in_file']):,}"),
                *parts,
                ("Version, packed today", bundle),
            ]
        ),
    )


def _versions(origin: Origin) -> Finding:
    run = origin.training.run
    versions = {key.removeprefix(VERSION): run[key] for key in run if key.startswith(VERSION)}
    return Finding(
        title="Software",
        look_for="The versions that a second training needs.",
        found=f"Python {versions.get('python', 'unknown')} with the libraries below; "
        "`requirements.lock` names every package that a fresh environment installs.",
        table=Table(
            columns=(Column(name="Package"), Column(name="Version")), rows=tuple(sorted(versions.items()))
        ),
    )


def _facts(rows: list[tuple[str, str | None]]) -> Table:
    return Table(
        columns=(Column(name="What"), Column(name="Value")),
        rows=tuple((name, value) for name, value in rows if value is not None),
    )
