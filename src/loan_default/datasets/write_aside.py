"""Saving that either finishes or leaves the old file as it was."""

from __future__ import annotations

import copy
import os
import uuid
from pathlib import Path, PurePosixPath
from typing import Any

from kedro.io import DatasetError


def aside_of(target: Path) -> Path:
    """Name a hidden sibling of a file or folder, of the same suffix and unlike any other writer's."""
    return target.with_name(f".{uuid.uuid4().hex[:8]}-{target.name}")


class WriteAside:
    """Mixin, put before a dataset of one local file: save into a hidden sibling, then rename over the target.

    The dataset class it is mixed with reads and writes `self._filepath`; versioning is not supported.
    """

    _filepath: PurePosixPath

    def save(self, data: Any) -> None:
        """Write the data aside and move it into place; the old file stays if anything fails."""
        target = Path(self._filepath)
        aside = aside_of(target)
        target.parent.mkdir(parents=True, exist_ok=True)
        writer = copy.copy(self)
        writer._filepath = PurePosixPath(aside)
        try:
            super(WriteAside, writer).save(data)  # type: ignore[misc]
            os.replace(aside, target)
        except DatasetError as error:
            # The dataset's message names the file it wrote to, which nobody has asked for.
            raise DatasetError(str(error).replace(aside.name, target.name)) from error.__cause__
        finally:
            aside.unlink(missing_ok=True)
