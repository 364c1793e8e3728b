"""Keras models; Keras and TensorFlow are imported only when one is loaded or saved."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from loan_default.datasets.local_file import LocalFileDataset
from loan_default.datasets.write_aside import WriteAside
from loan_default.models.keras_import import import_keras

if TYPE_CHECKING:
    import keras


class _KerasFile(LocalFileDataset):
    def load(self) -> keras.Model:
        return import_keras().models.load_model(Path(self._filepath), compile=False)

    def save(self, data: keras.Model) -> None:
        data.save(Path(self._filepath))


class KerasModelDataset(WriteAside, _KerasFile):
    """A Keras model in a `.keras` file, loaded ready to predict (not compiled for training)."""
