from __future__ import annotations

from pathlib import Path

import pytest
from kedro.io import DatasetError

from loan_default.datasets.lender_file import LenderFileDataset
from loan_default.errors import InputError


def test_columns_are_text_read_as_the_options_say(tmp_path: Path) -> None:
    file = tmp_path / "loans.csv"
    file.write_text("id;amount\n1;007\n2;\n")
    frame = LenderFileDataset(filepath=str(file), options={"delimiter": ";", "source": "a friend"}).load()
    assert frame.to_dict("list") == {"id": ["1", "2"], "amount": ["007", ""]}


def test_error_keeps_the_exact_words_of_the_input_error(tmp_path: Path) -> None:
    file = tmp_path / "loans.csv"
    file.write_text("")
    with pytest.raises(DatasetError) as caught:
        LenderFileDataset(filepath=str(file)).load()
    cause = caught.value.__cause__
    assert isinstance(cause, InputError)
    assert str(caught.value) == str(cause)
    assert str(file) in str(cause)


def test_lender_file_is_never_written(tmp_path: Path) -> None:
    file = tmp_path / "loans.csv"
    file.write_text("id\n1\n")
    with pytest.raises(DatasetError, match="never writes"):
        LenderFileDataset(filepath=str(file)).save("anything")
    assert file.read_text() == "id\n1\n"
    assert LenderFileDataset(filepath=str(file)).exists()
