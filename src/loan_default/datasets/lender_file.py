"""The lender's file, every column as text."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, NoReturn

from kedro.io import AbstractDataset, DatasetError

from loan_default.errors import InputError

if TYPE_CHECKING:
    import pandas as pd


class LenderFileDataset(AbstractDataset[NoReturn, "pd.DataFrame"]):
    """A file of past loans as its lender gives it: loaded as text, never written.

    Args:
        filepath: The file.
        options: How to read it: keys of the portfolio's `file`, such as the delimiter.
        metadata: For kedro-viz and tracking; not used here.
    """

    def __init__(
        self,
        *,
        filepath: str,
        options: dict[str, Any] | None = None,
        metadata: dict[str, Any] | None = None,
    ) -> None:
        self._filepath = PurePosixPath(filepath)
        self._options = options or {}
        self.metadata = metadata

    def load(self) -> pd.DataFrame:
        """Read the file; what is wrong with it is said in the words of `InputError`."""
        # Only here: what reads Arrow is not needed to look at the catalog.
        from loan_default.portfolio.description import LenderFile
        from loan_default.portfolio.reading import read_text_table

        file = LenderFile.model_validate({**self._options, "path": str(self._filepath)})
        try:
            return read_text_table(Path(self._filepath), file)
        except InputError as error:
            raise DatasetError(str(error)) from error

    def save(self, data: NoReturn) -> None:
        """Refuse: the lender's file is never written."""
        raise DatasetError(f"{self._filepath} is the lender's file; this project never writes to it.")

    def _exists(self) -> bool:
        return Path(self._filepath).exists()

    def _describe(self) -> dict[str, Any]:
        return {"filepath": self._filepath, "options": self._options}
