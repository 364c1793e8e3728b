from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from kedro.io import DatasetError

from loan_default.datasets.keras_model import KerasModelDataset


def test_model_predicts_the_same_after_a_reload(tmp_path: Path) -> None:
    import keras

    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1, activation="sigmoid")])
    dataset = KerasModelDataset(filepath=str(tmp_path / "models" / "ann.keras"))
    dataset.save(model)
    X = np.ones((2, 3), dtype=np.float32)
    np.testing.assert_array_equal(dataset.load().predict(X, verbose=0), model.predict(X, verbose=0))

    with pytest.raises(DatasetError):
        dataset.save("no model")
    assert [file.name for file in (tmp_path / "models").iterdir()] == ["ann.keras"]


def test_dataset_in_a_catalog_does_not_import_keras() -> None:
    code = (
        "import sys; from loan_default.datasets.keras_model import KerasModelDataset as D;"
        "D(filepath='a.keras').exists(); print({'keras', 'tensorflow'} & set(sys.modules))"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.splitlines()[-1] == "set()"
