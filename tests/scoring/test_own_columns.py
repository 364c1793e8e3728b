from __future__ import annotations

import pytest

from loan_default.scoring.own_columns import renamed_columns


@pytest.mark.parametrize(
    ("columns", "renamed"),
    [
        (["age", "income"], {}),
        (["age", "reason"], {"reason": "reason_in_file"}),
        (["reason_in_file", "reason"], {"reason": "reason_in_file_in_file"}),
        (["row", "reason"], {"row": "row_in_file", "reason": "reason_in_file"}),
    ],
)
def test_only_what_is_called_as_ours_gets_a_name_that_is_free(
    columns: list[str], renamed: dict[str, str]
) -> None:
    assert renamed_columns(columns, ("row", "reason")) == renamed
