"""Start the service: `python -m loan_default.app`."""

from __future__ import annotations

import argparse
import logging
import logging.config
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import uvicorn
from pydantic import ValidationError

from loan_default.app.application import create_app
from loan_default.app.bundle_source import local_bundle
from loan_default.app.form import files as form_files
from loan_default.app.metrics import SHARED_FOLDER
from loan_default.app.settings import LOOPBACK, PREFIX, Settings
from loan_default.errors import InputError
from loan_default.scoring import Scorer

log = logging.getLogger(__name__)

# Given to requests in work when the service is told to stop, and to a worker to load the model.
FINISH_SECONDS = 30
START_SECONDS = 60

# A proxy keeps its connections for about a minute; closing them earlier would cut off requests.
KEEP_ALIVE_SECONDS = 75

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "loggers": {name: {"handlers": ["stderr"], "level": "INFO"} for name in ("loan_default", "uvicorn")},
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until told to stop; return the exit code."""
    _parser().parse_args(arguments)
    try:
        settings = Settings()
        logging.config.dictConfig(LOGGING)
        _warn(settings, os.environ)
        return _serve(settings)
    except ValidationError as error:
        print("\n".join(_in_words(error)), file=sys.stderr)
    except InputError as error:
        print(error, file=sys.stderr)
    return 2


def _serve(settings: Settings) -> int:
    options: dict[str, Any] = {
        "host": settings.listen_on,
        "port": settings.port,
        "log_config": LOGGING,
        "access_log": False,  # it would hold addresses
        "server_header": False,
        "timeout_keep_alive": KEEP_ALIVE_SECONDS,
        "timeout_graceful_shutdown": FINISH_SECONDS,
    }
    if settings.workers == 1:
        app = create_app(settings)
        app.state.service.bundle.load()  # here, where a bad bundle is said in plain words
        uvicorn.run(app, **options)
        return 0
    with (
        local_bundle(settings.bundle) as bundle,
        tempfile.TemporaryDirectory(prefix="loan_default_metrics_") as metrics,
        tempfile.TemporaryDirectory(prefix=form_files.PREFIX) as files,
    ):
        Scorer.load(bundle)  # here, where a bad bundle is said once
        os.environ[f"{PREFIX}BUNDLE"] = str(bundle)  # fetched once, and the same for every worker
        os.environ[SHARED_FOLDER] = metrics
        os.environ[form_files.SHARED_FOLDER] = files
        uvicorn.run(
            "loan_default.app:create_app",
            factory=True,
            workers=settings.workers,
            timeout_worker_healthcheck=START_SECONDS,
            **options,
        )
    return 0


def _parser() -> argparse.ArgumentParser:
    variables = "\n".join(
        f"  {PREFIX}{name.upper()}: {field.description} [{field.default}]"
        for name, field in Settings.model_fields.items()
    )
    return argparse.ArgumentParser(
        prog="python -m loan_default.app",
        description=f"Serve the model over HTTP. Settings are environment variables:\n\n{variables}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )


def _warn(settings: Settings, environment: Mapping[str, str]) -> None:
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    for name in sorted(environment):
        if name.startswith(PREFIX) and name.upper() not in known:
            log.warning("%s is not a setting of the service; see --help.", name)
    if settings.api_key is None and settings.listen_on != LOOPBACK:
        log.warning("Everyone who reaches %s may use the API: there is no API key.", settings.listen_on)


def _in_words(error: ValidationError) -> Iterator[str]:
    for entry in error.errors(include_input=False, include_url=False):
        yield f"{PREFIX}{'_'.join(map(str, entry['loc'])).upper()}: {entry['msg']}."


if __name__ == "__main__":
    sys.exit(main())
