"""The project's own `kedro run`: Kedro's command, with errors in plain words."""

from __future__ import annotations

import logging
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
from kedro.config import MissingConfigException, OmegaConfigLoader
from kedro.framework.cli.project import run as kedro_run
from kedro.framework.project import pipelines, settings
from kedro.io import DatasetError
from kedro.utils import find_kedro_project
from kedro.validation.exceptions import ParameterValidationError
from kedro.validation.type_extractor import TypeExtractor
from kedro.validation.utils import _MISSING, _unwrap_optional, is_pydantic_class, resolve_nested_dict_path
from omegaconf.errors import OmegaConfBaseException
from pydantic import ValidationError
from yaml import YAMLError

from loan_default.errors import AlarmError, InputError
from loan_default.tracking.hook import MlflowTracking
from loan_default.validation_messages import describe_clashes, describe_faults


@click.group(name="loan-default")
def cli() -> None:
    """Commands of this project."""


def _run(verbose: bool, **options: Any) -> Any:
    if options["pipeline"] and not options["pipelines"]:
        # Kedro is giving up --pipeline for --pipelines; here both stay, without a warning.
        options["pipelines"], options["pipeline"] = [options["pipeline"]], None
    tracking = next(hook for hook in settings.HOOKS if isinstance(hook, MlflowTracking))
    tracking.start_over()
    node_log = logging.getLogger("kedro.pipeline.node")
    node_log.addFilter(_is_no_error)  # what made a node fail is said once, below
    # Containers and schedulers stop a run this way; it ends as one stopped by hand, not as running for ever.
    terminate = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        _check_env(options["env"] or os.environ.get("KEDRO_ENV"), options["conf_source"])
        return kedro_run.callback(**options)  # type: ignore[misc]
    except AlarmError as alarm:
        # The run did what it should; its exit code is the news.
        click.echo(alarm, err=True)
        raise click.exceptions.Exit(alarm.exit_code) from alarm
    except BaseException as error:
        message = None if verbose else _plain_words(error, options["pipelines"], tracking)
        shown = error if message is None else InputError(message)
        tracking.record_failure(shown, options["pipelines"])
        if message is None:
            raise
        raise click.ClickException(message) from error
    finally:
        node_log.removeFilter(_is_no_error)
        signal.signal(signal.SIGTERM, terminate)


run = click.Command(
    "run",
    callback=_run,
    help="Run a pipeline; without a name: cleaning, features, the ANN and its comparison with the others.",
    params=[
        *kedro_run.params,
        click.Option(["--verbose", "-v"], is_flag=True, help="Show the traceback of every error."),
    ],
)
cli.add_command(run)


_SAYS_NOT_WHICH = (TypeError, ParameterValidationError, OmegaConfBaseException, DatasetError)
"""What a wrong setting may come out as, here or in the catalog; none of them says which setting it is."""


def _plain_words(error: BaseException, names: list[str], tracking: MlflowTracking) -> str | None:
    """Say in plain words what the user got wrong; None for any other error."""
    causes = list(_causes(error))
    for cause in causes:
        if isinstance(cause, InputError):
            return str(cause)
        if isinstance(cause, ValidationError):
            return "\n".join(describe_faults(cause.title, None, cause))
    if isinstance(error, _SAYS_NOT_WHICH) and tracking.context is not None:
        faults = _setting_faults(tracking.context.config_loader, names)
        if faults:
            return "\n".join(faults)
    if isinstance(error, ImportError | ValueError) and (unknown := _unknown_pipelines(names)):
        return unknown
    return str(error).strip() if _is_the_users(error, causes) else None


def _is_the_users(error: BaseException, causes: list[BaseException]) -> bool:
    """Tell whether a file, the configuration or an option of the command is at fault, not the project."""
    if isinstance(error, DatasetError):
        unreadable = "Failed while loading data" in str(error)
        return unreadable or isinstance(causes[-1], DatasetError | OSError)
    if isinstance(
        error, MissingConfigException | OmegaConfBaseException | ParameterValidationError | YAMLError
    ):
        return True
    return isinstance(error, ValueError) and _raised_by_kedro(error)


def _setting_faults(loader: Any, names: list[str]) -> list[str]:
    """Say which settings cannot be merged, or are not valid."""
    try:
        return describe_clashes(_layers(loader)) or _parameter_faults(loader["parameters"], names)
    except Exception:
        return []  # the settings cannot even be read: the error at hand says why


def _parameter_faults(parameters: dict[str, Any], names: list[str]) -> list[str]:
    """Validate once more as Kedro did, whose error no longer holds what Pydantic found."""
    lines = []
    scope = {name: pipelines[name] for name in names or pipelines}
    for key, annotation in TypeExtractor(scope).extract_types_from_pipelines().items():
        model: Any = _unwrap_optional(annotation)
        value = resolve_nested_dict_path(parameters, key)
        if value is _MISSING or not is_pydantic_class(model) or (value is None and model is not annotation):
            continue
        try:
            model.model_validate(value)
        except ValidationError as error:
            lines += describe_faults(key, model, error)
    return lines


def _layers(loader: Any) -> list[tuple[str, dict[str, Any]]]:
    """Read every source of parameters in the order they are merged: base, portfolio, --params."""
    env = loader.env or loader.default_run_env
    alone = {
        folder: OmegaConfigLoader(
            loader.conf_source,
            base_env=folder,
            default_run_env=folder,
            config_patterns=loader.config_patterns,
        )["parameters"]
        for folder in (loader.base_env, env)
    }
    return [
        *((f"conf/{folder}", found) for folder, found in alone.items()),
        ("--params", loader.runtime_params),
    ]


def _causes(error: BaseException) -> Iterator[BaseException]:
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__


def _unknown_pipelines(names: list[str]) -> str | None:
    pipelines.set_requested(None)
    unknown = [name for name in names if name not in pipelines]
    if not unknown:
        return None
    return f"There is no pipeline {', '.join(unknown)}; there are {', '.join(sorted(pipelines))}."


def _check_env(env: str | None, conf_source: str | None) -> None:
    conf = Path(conf_source or (find_kedro_project(Path.cwd()) or Path.cwd()) / settings.CONF_SOURCE)
    if env is None or not conf.is_dir() or (conf / env).is_dir():
        return
    known = sorted(folder.name for folder in conf.iterdir() if (folder / "portfolio.yml").is_file())
    raise InputError(
        f"There is no portfolio {env!r}: {conf / env} does not exist. There are {', '.join(known)}; "
        "a new one needs a folder with a portfolio.yml."
    )


def _raised_by_kedro(error: BaseException) -> bool:
    """Tell whether Kedro itself refused: a node, tag, dataset or configuration key that it does not find."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return trace is not None and str(trace.tb_frame.f_globals.get("__name__")).startswith("kedro.")


def _is_no_error(record: logging.LogRecord) -> bool:
    return record.levelno < logging.ERROR
