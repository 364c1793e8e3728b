"""Rows as records."""

import pandas as pd

from loan_default.evaluation.records import by_key, highest, lowest, records

TABLE = pd.DataFrame({"name": ["a", "b", "c"], "value": [2.0, 1.0, 2.0]})


def test_rows_in_order_and_by_key():
    assert records(TABLE)[1] == {"name": "b", "value": 1.0}
    assert by_key(TABLE, "name")["c"]["value"] == 2.0


def test_the_first_of_equals_is_taken():
    assert highest(TABLE, "value")["name"] == "a"
    assert lowest(TABLE, "value")["name"] == "b"
