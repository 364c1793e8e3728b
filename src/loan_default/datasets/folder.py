"""A folder of files, replaced as one."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any, Literal

from kedro.io import DatasetError

from loan_default.datasets.local_file import LocalFileDataset
from loan_default.datasets.write_aside import aside_of


class FolderDataset(LocalFileDataset):
    """A folder: saved from its files' contents by relative name, loaded as its path.

    The new folder is written aside and swapped in by rename, so that no reader sees a mixture of two.

    Args:
        filepath: The folder.
        when_empty: What saving no files does: keep the folder as it is, or remove it.
        when_absent: What loading does where there is no folder: refuse, or give None.
        metadata: For kedro-viz and tracking; not used here.
    """

    def __init__(
        self,
        *,
        filepath: str,
        when_empty: Literal["keep", "remove"] = "keep",
        when_absent: Literal["refuse", "none"] = "refuse",
        metadata: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(filepath=filepath, metadata=metadata)
        self._when_empty = when_empty
        self._when_absent = when_absent

    def load(self) -> Path | None:
        """Return the path of the folder."""
        folder = Path(self._filepath)
        if folder.is_dir():
            return folder
        if self._when_absent == "none":
            return None
        raise DatasetError(f"There is no folder {folder}.")

    def _exists(self) -> bool:
        return self._when_absent == "none" or super()._exists()

    def save(self, data: dict[str, bytes]) -> None:
        """Replace the folder by one that holds exactly these files."""
        target = Path(self._filepath)
        if not data:
            if self._when_empty == "remove":
                shutil.rmtree(target, ignore_errors=True)
            return
        aside, old = aside_of(target), aside_of(target)
        try:
            for name, content in data.items():
                file = aside / name
                if Path(name).is_absolute() or ".." in Path(name).parts:
                    raise DatasetError(f"{name!r} does not lie inside {target}; give a relative name.")
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(content)
            if target.exists():
                os.replace(target, old)
            try:
                os.replace(aside, target)
            except BaseException:
                if old.exists():
                    os.replace(old, target)
                raise
        finally:
            shutil.rmtree(aside, ignore_errors=True)
            shutil.rmtree(old, ignore_errors=True)
