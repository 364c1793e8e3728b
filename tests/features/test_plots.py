"""The picture of the feature report."""

import pandas as pd

from loan_default.features.plots import plot_feature_report


def report(names, **columns):
    table = pd.DataFrame(
        {
            "name": names,
            "label": names,
            "kind": "amount",
            "used_as": "number",
            "information_value": [1 / (place + 1) for place in range(len(names))],
            "psi": 0.01,
            "lender_set": False,
        }
    )
    return table.assign(**columns)


def shown(figure):
    figure.draw_without_rendering()
    return [text.get_text() for text in figure.axes[0].get_yticklabels()]


def test_the_strongest_twenty_are_shown_the_first_on_top():
    names = [f"column {place}" for place in range(30)]
    figure = plot_feature_report(report(names))
    assert shown(figure) == names[:20][::-1]
    assert [bar.get_width() for bar in figure.axes[0].patches] == [1 / (place + 1) for place in range(20)][
        ::-1
    ]


def test_flags_and_unused_columns_are_left_out_and_the_lenders_are_marked():
    table = report(
        ["a", "b", "c"],
        kind=["flag", "amount", "amount"],
        used_as=["0/1", None, "number"],
        lender_set=[False, False, True],
    )
    figure = plot_feature_report(table)
    assert shown(figure) == ["c \u2020"]
    assert "lender" in figure.get_supxlabel()


def test_stability_reaches_the_farthest_and_may_be_unknown():
    far = plot_feature_report(report(["a", "b"], psi=[0.01, 2.0]))
    assert far.axes[1].get_xlim()[1] > 2
    unknown = plot_feature_report(report(["a"], psi=float("nan")))
    assert unknown.axes[1].get_xlim() == (0, 0.3)
    assert shown(unknown) == ["a"]
