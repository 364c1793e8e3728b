"""Where a model comes from, and how that differs from the run that reports on it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

VERSION = "version."
"""Begins the facts of a run that are versions of Python and the libraries."""

LONGEST = 60
"""Characters of a value in a table of differences."""


@dataclass(frozen=True)
class Step:
    """One step on the way to a model.

    Attributes:
        name: What was done: cleaning, feature_engineering, training.
        run: Facts of the run that did it: `git_commit`, `git_dirty`, `command`, `mlflow.user`, `started`,
            `run_id`, `version.<package>`; those that are known.
        settings: What it was set to, by dotted key of the parameters.
    """

    name: str
    run: Mapping[str, str]
    settings: Mapping[str, Any]


@dataclass(frozen=True)
class Origin:
    """What a model was made with.

    Attributes:
        data: Tags of the data: `data_file`, `data_fingerprint`, `rows_in_file` and rows by part.
        steps: In the order they were taken; the last is the training.
        comparison: The run that held the models against the gates and chose among them, with the settings
            of evaluation, gates, groups and service as they were then.
    """

    data: Mapping[str, str]
    steps: tuple[Step, ...]
    comparison: Step

    @property
    def training(self) -> Step:
        """The training itself."""
        return self.steps[-1]

    @property
    def all_steps(self) -> tuple[Step, ...]:
        """The steps up to the training, and the comparison."""
        return (*self.steps, self.comparison)

    @property
    def settings(self) -> dict[str, Any]:
        """What all steps were set to; of a setting that several read, what the last of them had."""
        return {key: value for step in self.all_steps for key, value in step.settings.items()}


@dataclass(frozen=True)
class Today:
    """The run that reports on a model.

    Attributes:
        run: Its facts, as in `Step`.
        settings: What the steps would be set to today, by dotted key.
        data: Tags of the data as it was cleaned last.
    """

    run: Mapping[str, str]
    settings: Mapping[str, Any]
    data: Mapping[str, str]


@dataclass(frozen=True)
class Difference:
    """Something that was otherwise when the model was made."""

    steps: tuple[str, ...]
    what: str
    then: str
    now: str


def code_of(run: Mapping[str, str]) -> str:
    """Name the code of a run: its commit, and whether it was changed."""
    commit = run.get("git_commit")
    if commit is None:
        return "none"
    return f"{commit[:12]} with changes" if run.get("git_dirty") == "true" else commit[:12]


def earlier_steps(origin: Origin, today: Today) -> list[Step]:
    """Find the steps that the reporting run did not take itself."""
    return [step for step in origin.all_steps if dict(step.run) != dict(today.run)]


def differences(origin: Origin, today: Today) -> list[Difference]:
    """List what is otherwise today; what several steps have in common is told once.

    Runs differ in when and by whom they were started and by which command; only what can change the model is
    a difference: code, versions, settings, data.
    """
    found: dict[tuple[str, str, str], list[str]] = {}
    for step in origin.all_steps:
        for what, then, now in _of_step(step, today):
            found.setdefault((what, then, now), []).append(step.name)
    for key, what in (("data_file", "file"), ("data_fingerprint", "fingerprint of the file")):
        if origin.data[key] != today.data[key]:
            found[(what, origin.data[key], today.data[key])] = ["data"]
    return [Difference(tuple(steps), *facts) for facts, steps in found.items()]


def changed_service(origin: Origin, settings: Mapping[str, Any]) -> list[str]:
    """Name the settings of service that changed since the comparison: a bundle made then has another version.

    Args:
        origin: What the model was made with.
        settings: Those of today, by dotted key.
    """
    then = origin.comparison.settings
    return [
        f"`{key}`"
        for key in dict.fromkeys((*then, *settings))
        if key.startswith("service.") and then.get(key) != settings.get(key)
    ]


def _of_step(step: Step, today: Today) -> Iterator[tuple[str, str, str]]:
    if code_of(step.run) != code_of(today.run):
        yield "commit", code_of(step.run), code_of(today.run)
    for key in sorted({key for run in (step.run, today.run) for key in run if key.startswith(VERSION)}):
        if step.run.get(key) != today.run.get(key):
            what = f"version of {key.removeprefix(VERSION)}"
            yield what, step.run.get(key, "none"), today.run.get(key, "none")
    sections = {key.split(".")[0] for key in step.settings}
    for key in dict.fromkeys((*step.settings, *today.settings)):
        if key.split(".")[0] in sections and step.settings.get(key) != today.settings.get(key):
            yield f"`{key}`", _shown(step.settings, key), _shown(today.settings, key)


def _shown(settings: Mapping[str, Any], key: str) -> str:
    if key not in settings:
        return "not set"
    text = str(settings[key])
    return text if len(text) <= LONGEST else f"{text[:LONGEST]} ..."
