"""The bundle in service, and its replacement while the service runs."""

from __future__ import annotations

import asyncio
import logging
import os
from contextlib import ExitStack
from pathlib import Path

from loan_default.app.bundle_source import local_bundle
from loan_default.app.metrics import Metrics
from loan_default.app.openapi import example
from loan_default.errors import InputError
from loan_default.scoring import Scorer
from loan_default.scoring.bundle import MANIFEST

log = logging.getLogger(__name__)

Stamp = tuple[int, int, int]


class LiveBundle:
    """Holds the scorer and swaps it for that of a newer bundle.

    A bundle is rolled out by putting another folder, or another link, in the place of the old one; what tells
    them apart is the manifest's file. The new one is loaded aside, its hashes checked and its example scored,
    before requests see it; one that fails is refused and the old one stays. Take `scorer` once per request.
    A bundle from MLflow or the Hub is fetched once, when it is loaded, and stays.

    Args:
        source: Where the bundle comes from, see `bundle_source`.
        metrics: Counts bundles loaded and refused.
    """

    def __init__(self, source: str, metrics: Metrics) -> None:
        self._source = source
        self._metrics = metrics
        self._fetched = ExitStack()
        self._folder = Path()
        self._stamp: Stamp | None = None
        self._refused: str | None = None
        self._scorer: Scorer | None = None

    @property
    def scorer(self) -> Scorer:
        """Return the scorer in service.

        Raises:
            RuntimeError: `load` has not been called.
        """
        if self._scorer is None:
            raise RuntimeError("The bundle is not loaded yet.")
        return self._scorer

    @property
    def is_loaded(self) -> bool:
        """Tell whether there is a scorer."""
        return self._scorer is not None

    def load(self) -> None:
        """Load the bundle, if there is none in service yet.

        Raises:
            InputError: It cannot be fetched, or is no bundle that can be used.
        """
        if self._scorer is None:
            self._folder = self._fetched.enter_context(local_bundle(self._source))
            self._replace()

    def close(self) -> None:
        """Remove what was fetched for this process alone."""
        self._fetched.close()

    def refresh(self) -> bool:
        """Take a newer bundle into service, if there is one and it is sound; tell whether it was."""
        try:
            if self._newest() in (None, self._stamp):  # None: just between two renames
                return False
            self._replace()
        except Exception as error:  # whatever is wrong with the new one, the old one serves on
            # A folder that is being copied is refused until it is complete: said once, not at each look.
            if str(error) != self._refused:
                self._metrics.bundle_loads.labels("refused").inc()
                known = isinstance(error, InputError | OSError)
                log.error("The new bundle is refused, the old one stays: %s", error, exc_info=not known)
            self._refused = str(error)
            return False
        self._refused = None
        return True

    async def watch(self, seconds: float) -> None:
        """Look for a newer bundle every so many seconds, for ever."""
        while True:
            await asyncio.sleep(seconds)
            await asyncio.to_thread(self.refresh)

    def _replace(self) -> None:
        # Looked at before loading: a bundle that comes in between is seen at the next look.
        stamp = self._newest()
        scorer = Scorer.load(self._folder)
        checked = scorer.check(example(scorer.fields))
        if checked.faults:
            raise InputError(f"The bundle {self._folder} refuses its own example: {checked.faults}")
        scorer.decide(checked)
        scorer.reasons(checked)
        self._scorer, self._stamp = scorer, stamp
        self._metrics.bundle_loads.labels("loaded").inc()
        manifest = scorer.manifest
        log.info("In service: %s, version %s, from %s", manifest.model, manifest.version, self._source)

    def _newest(self) -> Stamp | None:
        try:
            found = os.stat(self._folder / MANIFEST)
        except FileNotFoundError:
            return None  # Scorer.load says it better
        return found.st_ino, found.st_mtime_ns, found.st_size
