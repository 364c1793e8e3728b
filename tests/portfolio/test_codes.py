from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from loan_default.portfolio.codes import Code, likely_codes
from loan_default.portfolio.description import Portfolio

Describe = Callable[..., Portfolio]


def codes(describe: Describe, values: list[float], **column: Any) -> dict[str, Code]:
    """Look at one made-up column; its values are repeated to 1,000 rows."""
    portfolio = describe(columns={"age": {"kind": "number", **column}}, derived={})
    return likely_codes(pd.DataFrame({"age": np.resize(values, 1000)}), portfolio)


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ([5.0, 0.0, 30.0, -999.0], -999),
        ([5.0, 0.0, 30.0, -1.0], -1),
        ([5.0, -20.0, 30.0, -999.0], -999),
        ([5.0, 0.0, 30.0, 99.0], 99),
        ([5.0, -20.0, 4000.0, 99999999.0], 99999999),
    ],
)
def test_a_code_for_missing_is_found(describe: Describe, values: list[float], code: float) -> None:
    assert codes(describe, values) == {"age": Code(code, 250)}


@pytest.mark.parametrize(
    "values",
    [
        [5.0, 0.0, 30.0, np.nan],
        [-1.0, -2.0, 30.0],  # two negative numbers: they may mean something
        [5.0, 60.0, 99.0],  # not far from the others
        [5.0, 4.0, 9.0],  # a nine alone is a count
        [5.0, 4.0, 1000.0],
        [-999.0],
    ],
)
def test_other_ends_of_a_column_are_no_code(describe: Describe, values: list[float]) -> None:
    assert codes(describe, values) == {}


def test_few_rows_are_odd_values_and_no_code(describe: Describe) -> None:
    assert codes(describe, [*range(50), -999.0]) == {}
    assert codes(describe, [*range(49), -999.0]) == {"age": Code(-999, 20)}


def test_a_stated_bound_is_taken_at_its_word(describe: Describe) -> None:
    assert codes(describe, [5.0, 0.0, -1.0], minimum=-1) == {}
    assert codes(describe, [5.0, 0.0, -1.0], maximum=100) == {"age": Code(-1, 333)}
