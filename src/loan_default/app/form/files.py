"""The folder for what people upload to the form and what they get back: private, bounded, emptied.

Gradio is told of it by a variable that it reads when it is imported, so this module does without Gradio.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

# Set by the parent of several workers: a file that one took in is asked of another.
SHARED_FOLDER = "LOAN_DEFAULT_FORM_FOLDER"
PREFIX = "loan_default_form_"

_GRADIO_FOLDER = "GRADIO_TEMP_DIR"
_LOOK_SECONDS, _KEEP_SECONDS = 600, 3_600


class FormFiles:
    """Files of the form; none is kept for much longer than an hour, or after the service.

    Args:
        folder: For them alone.
        max_bytes: Size of all of them from which no more are taken in.
    """

    def __init__(self, folder: Path, max_bytes: int) -> None:
        self.folder = folder
        self._max_bytes = max_bytes

    def new(self, name: str) -> Path:
        """Return the path for a new file of this name; nobody can guess it."""
        folder = self.folder / uuid.uuid4().hex
        folder.mkdir()
        return folder / name

    def has_room(self) -> bool:
        """Tell whether more may be taken in."""
        return sum(size for _, size, _ in self._files()) < self._max_bytes

    def forget_old(self) -> None:
        """Delete files that are older than an hour, and the folders they leave empty."""
        for file, _, changed in list(self._files()):
            if time.time() - changed > _KEEP_SECONDS:
                with suppress(OSError):  # another worker was faster, or the folder holds more
                    file.unlink()
                    file.parent.rmdir()

    async def watch(self) -> None:
        """Forget old files every ten minutes, for ever."""
        while True:
            await asyncio.sleep(_LOOK_SECONDS)
            await asyncio.to_thread(self.forget_old)

    def _files(self) -> Iterator[tuple[Path, int, float]]:
        """Give path, size and time of every file."""
        for folder, _, names in os.walk(self.folder):
            for name in names:
                path = Path(folder, name)
                with suppress(FileNotFoundError):
                    found = path.stat()
                    yield path, found.st_size, found.st_mtime


@contextmanager
def form_files(max_bytes: int) -> Iterator[FormFiles]:
    """Give the folder to the form and to Gradio; it is removed at the end, unless workers share it."""
    with tempfile.TemporaryDirectory(prefix=PREFIX) as own:
        before = os.environ.get(_GRADIO_FOLDER)
        folder = os.environ.get(SHARED_FOLDER, own)
        os.environ[_GRADIO_FOLDER] = folder
        try:
            yield FormFiles(Path(folder).resolve(), max_bytes)
        finally:
            if before is None:
                del os.environ[_GRADIO_FOLDER]
            else:
                os.environ[_GRADIO_FOLDER] = before
