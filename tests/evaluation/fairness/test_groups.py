import numpy as np
import pandas as pd
import pytest

from loan_default.errors import InputError
from loan_default.evaluation.fairness.groups import band_columns


def counts(groups, column):
    return groups.labels[column].value_counts(dropna=False).to_dict()


def test_ages_fall_into_decades():
    ages = pd.DataFrame({"age": np.repeat([24, 29, 30, 39, 40, 49, 50, 59, 60, 75], 10)})
    groups = band_columns(ages, ["age"], min_rows=5)
    assert groups.order["age"] == ("under 30", "30 to 39", "40 to 49", "50 to 59", "60 to 69", "70 and over")
    assert counts(groups, "age") == {
        **dict.fromkeys(("under 30", "30 to 39", "40 to 49", "50 to 59"), 20),
        **dict.fromkeys(("60 to 69", "70 and over"), 10),
    }
    assert groups.labels["age"].iloc[[19, 20]].tolist() == ["under 30", "30 to 39"]
    assert groups.notes == {}


def test_a_small_band_joins_its_smaller_neighbour():
    ages = pd.DataFrame({"age": [25] * 50 + [35] * 30 + [45] * 4 + [55] * 20})
    groups = band_columns(ages, ["age"], min_rows=10, edges={"age": [30, 40, 50]})
    assert groups.order["age"] == ("under 30", "30 to 39", "40 and over")
    assert counts(groups, "age") == {"under 30": 50, "30 to 39": 30, "40 and over": 24}


def test_bands_of_fractions_and_of_dates():
    frame = pd.DataFrame(
        {
            "share": np.tile([0.05, 0.25, 0.45], 20),
            "born": pd.to_datetime(["1961-05-01", "1975-01-01", "1999-12-31"] * 20),
        }
    )
    groups = band_columns(frame, ["share", "born"], 5, edges={"share": [0.1, 0.3], "born": [1970, 1990]})
    assert groups.labels.iloc[:3].to_numpy().tolist() == [
        ["under 0.1", "under 1970"],
        ["0.1 to under 0.3", "1970 to 1989"],
        ["0.3 and over", "1990 and over"],
    ]


def test_small_labels_are_gathered_or_left_out():
    frame = pd.DataFrame(
        {
            "region": ["north"] * 40 + ["south"] * 40 + ["east"] * 9 + ["west"] * 8 + ["off"] * 3,
            "marital": ["married"] * 60 + ["single"] * 31 + ["widowed"] * 9,
        }
    )
    groups = band_columns(frame, ["region", "marital"], min_rows=10)
    assert groups.order == {"region": ("north", "south", "other"), "marital": ("married", "single")}
    assert counts(groups, "region") == {"north": 40, "south": 40, "other": 20}
    assert groups.labels["marital"].isna().sum() == 9
    assert groups.notes == {
        "region": "east, off, west gathered as 'other' (20 of 100 rows).",
        "marital": "widowed left out: 9 rows together, fewer than 10.",
    }


def test_labels_that_are_all_too_small_are_no_group():
    frame = pd.DataFrame({"city": [f"c{i}" for i in range(30) for _ in range(4)]})
    groups = band_columns(frame, ["city"], min_rows=10)
    assert groups.order["city"] == ()
    assert groups.labels["city"].isna().all()
    assert groups.notes["city"] == "none of 30 groups has 10 rows."


def test_twins_count_once():
    # 40 rows of three applications live in the north, 12 rows without a twin in the south.
    frame = pd.DataFrame({"region": ["far_north"] * 40 + ["south"] * 12, "age": [25.0] * 40 + [45.0] * 12})
    frame["twin_group"] = np.r_[np.arange(40) % 3, np.arange(12) + 100]
    groups = band_columns(frame, ["region", "age"], 10, edges={"age": [40]})
    assert groups.order == {"region": ("south",), "age": ("every value",)}
    assert groups.notes["region"] == "far north left out: 3 rows together, twins counted once, fewer than 10."
    frame["twin_group"] = np.arange(52)
    apart = band_columns(frame, ["region", "age"], 10, edges={"age": [40]})
    assert apart.order == {"region": ("far north", "south"), "age": ("under 40", "40 and over")}


def test_many_labels_are_cut_to_the_largest():
    frame = pd.DataFrame({"zip": [f"z{i:02d}" for i in range(20) for _ in range(10 + i)]})
    groups = band_columns(frame, ["zip"], min_rows=10, max_groups=3)
    assert groups.order["zip"] == ("z17", "z18", "z19", "other")
    assert groups.notes["zip"] == (
        "17 groups gathered as 'other' (306 of 390 rows). That is more than half of the rows: this column is "
        "too fine for them."
    )


def test_filled_values_are_not_stated():
    frame = pd.DataFrame({"age": [25.0] * 20 + [45.0] * 20 + [40.0] * 20})
    frame["age_missing"] = [0.0] * 40 + [1.0] * 20
    groups = band_columns(frame, ["age"], 10, edges={"age": [30]})
    assert counts(groups, "age") == {"under 30": 20, "30 and over": 20, "not stated": 20}
    assert groups.order["age"][-1] == "not stated"


def test_only_judged_rows_are_counted_and_others_share_the_labels():
    frame = pd.DataFrame({"home": ["own"] * 20 + ["rent"] * 20 + ["own"] * 30 + ["tent"] * 30})
    groups = band_columns(frame, ["home"], 10, judged=np.arange(100) < 40)
    assert groups.order["home"] == ("own", "rent")
    assert counts(groups, "home") == {"own": 50, "rent": 20, None: 30}


def test_yes_and_no():
    frame = pd.DataFrame({"foreign": [0.0, 1.0] * 10})
    assert band_columns(frame, ["foreign"], 5).order["foreign"] == ("no", "yes")


@pytest.mark.parametrize(
    ("columns", "edges", "message"),
    [
        (["sex"], {}, "lack the protected column 'sex'"),
        (["home"], {"home": [1.0]}, "'home', which holds labels, not numbers"),
        (["age"], {"age": [40, 30]}, r"bands of 'age' must increase, not \[40.0, 30.0\]"),
    ],
)
def test_what_cannot_be_banded(columns, edges, message):
    frame = pd.DataFrame({"home": ["own", "rent"], "age": [20.0, 50.0]})
    with pytest.raises(InputError, match=message):
        band_columns(frame, columns, 1, edges=edges)
